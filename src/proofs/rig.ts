// One Easel as an operator would run it, for proofs: a private Redis, the Discord twin, and every role in a process of its own, with the
// simulated provider. What a proof does to these processes is real: signals, restarts, lost connections.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { packageRoot } from '../launcher/package-root.ts';
import { type PrivateRedis, startPrivateRedis } from '../launcher/redis.ts';
import { type Supervised, supervise } from '../launcher/supervise.ts';
import { createLogger } from '../observability/logger.ts';
import { startTwin, type Twin, type TwinOptions } from '../playground/start.ts';

export type Role = 'bot' | 'worker' | 'deliver';

export interface RigOptions {
  /** How many processes of each role. */
  readonly roles: Readonly<Record<Role, number>>;
  readonly stepMs: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly twin?: TwinOptions;
  readonly fsync?: 'always' | 'everysec' | 'no';
}

export interface ProofRig {
  readonly twin: Twin;
  readonly redis: PrivateRedis;
  readonly processes: readonly { readonly role: Role; readonly child: Supervised }[];
  /** SIGKILL. False where the process is just being started again. */
  kill(child: { pid(): number | undefined }): boolean;
  close(): Promise<void>;
}

/** Sources run through tsx, builds as they are. */
export function programArgs(): string[] {
  const root = packageRoot();
  return import.meta.url.endsWith('.ts')
    ? ['--import', 'tsx', join(root, 'src', 'main.ts')]
    : [join(root, 'dist', 'src', 'main.js')];
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
  const processes = roles.flatMap((role) =>
    Array.from({ length: options.roles[role] }, (_, index) => ({
      role,
      child: supervise({
        name: `${role} ${index + 1}`,
        args: [...programArgs(), role],
        env,
        logger,
        longestPauseMs: 500,
        patienceMs: 20_000,
      }),
    })),
  );
  return {
    twin,
    redis,
    processes,
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
