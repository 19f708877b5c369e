// One Easel as an operator would run it, for proofs: a private Redis, the Discord twin, and every role in a process of its own, with the
// simulated provider. What a proof does to these processes is real: signals, restarts, lost connections.

import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type PrivateRedis, startPrivateRedis } from '../launcher/redis.ts';
import { type Supervised, supervise } from '../launcher/supervise.ts';
import { createLogger } from '../observability/logger.ts';
import { startTwin, type Twin, type TwinOptions } from '../playground/start.ts';
import { programArgs } from './program-args.ts';

export type Role = 'bot' | 'worker' | 'deliver';

export interface RigOptions {
  /** How many processes of each role. */
  readonly roles: Readonly<Record<Role, number>>;
  readonly stepMs: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly twin?: TwinOptions;
  readonly fsync?: 'always' | 'everysec' | 'no';
  /** Gives every process a health port, for `isReady` and `metrics`. */
  readonly withHealth?: boolean;
}

export interface RigProcess {
  readonly role: Role;
  readonly name: string;
  readonly child: Supervised;
  /** By its health port; false while nobody answers there. */
  isReady(): Promise<boolean>;
  metrics(): Promise<string>;
}

export interface ProofRig {
  readonly twin: Twin;
  readonly redis: PrivateRedis;
  readonly processes: readonly RigProcess[];
  /** Whether every process is. */
  isReady(): Promise<boolean>;
  /** SIGKILL. False where the process is just being started again. */
  kill(child: { pid(): number | undefined }): boolean;
  close(): Promise<void>;
}

/** Taken all at once, so that none is handed out twice. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => Number(Object(server.address()).port));
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

const roles: readonly Role[] = ['bot', 'worker', 'deliver'];

export async function startRig(options: RigOptions): Promise<ProofRig> {
  const dataDir = mkdtempSync(join(tmpdir(), 'easel-proof-'));
  const redis = await startPrivateRedis({ dataDir, fsync: options.fsync ?? 'always' });
  const twin = await startTwin(options.twin);
  const logger = createLogger({ level: 'silent', role: 'proof' });
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    DISCORD_TOKEN: twin.token,
    DISCORD_API_URL: twin.url,
    REDIS_URL: redis.url,
    EASEL_DATA_DIR: dataDir,
    EASEL_PROVIDER: 'simulated',
    EASEL_SIMULATED_STEP_MS: String(options.stepMs),
    EASEL_SECRET_KEY: 'only for this proof',
    EASEL_TERMS: 'off',
    EASEL_LOG_LEVEL: 'silent',
    ...options.environment,
  };
  const names = roles.flatMap((role) =>
    Array.from({ length: options.roles[role] }, (_, index) => ({ role, name: `${role} ${index + 1}` })),
  );
  const ports = options.withHealth ? await freePorts(names.length) : [];
  const processes = names.map(({ role, name }, index): RigProcess => {
    const port = ports[index] ?? 0;
    const child = supervise({
      name,
      args: [...programArgs(), role],
      env: { ...env, EASEL_HEALTH_PORT: String(port) },
      logger,
      longestPauseMs: 500,
      patienceMs: 60_000,
    });
    const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
    return {
      role,
      name,
      child,
      isReady: () =>
        get('/readyz').then(
          ({ ok }) => ok,
          () => false,
        ),
      metrics: () => get('/metrics').then((answer) => answer.text()),
    };
  });
  return {
    twin,
    redis,
    processes,
    isReady: async () => (await Promise.all(processes.map((one) => one.isReady()))).every(Boolean),
    kill(child) {
      const pid = child.pid();
      if (pid === undefined) return false;
      try {
        process.kill(pid, 'SIGKILL');
        return true;
      } catch {
        return false; // gone already
      }
    },
    async close() {
      await Promise.all(processes.map(({ child }) => child.stop()));
      await twin.close();
      await redis.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export async function waitFor(
  what: string,
  isTrue: () => boolean | Promise<boolean>,
  timeoutMs: number,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error(`Expected ${what} within ${timeoutMs} ms`);
    await sleep(100);
  }
}
