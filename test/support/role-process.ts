// One role in a process of its own, as an operator runs it, against a Redis and a Discord twin of the test.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTwin, type Twin } from '../../src/playground/start.ts';
import { programArgs } from '../../src/proofs/program-args.ts';
import { until } from './jobs.ts';
import { startTestRedis, type TestRedis } from './redis.ts';

export interface RoleProcess {
  readonly child: ChildProcess;
  readonly healthPort: number;
  /** What it wrote to standard error so far. */
  log(): string;
  /** Null while nobody answers on the health port. */
  get(path: string): Promise<Response | null>;
  checks(): Promise<{ ready: boolean; checks: Record<string, string> } | undefined>;
  /** Waits until it says that it is ready. */
  ready(): Promise<unknown>;
  /** Waits for the end. @returns its exit code; null where a signal ended it */
  exit(): Promise<number | null>;
}

export interface RoleRig {
  readonly redis: TestRedis;
  readonly twin: Twin;
  readonly dataDir: string;
  /** A variable that is `undefined` is not set. */
  run(role: string, environment?: Record<string, string | undefined>): Promise<RoleProcess>;
  /** Kills what a test has left running. */
  killAll(): Promise<void>;
  close(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

export async function startRoleRig(): Promise<RoleRig> {
  const redis = await startTestRedis();
  const twin = await startTwin();
  const dataDir = mkdtempSync(join(tmpdir(), 'easel-roles-'));
  const children: ChildProcess[] = [];
  const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

  async function run(role: string, environment: Record<string, string | undefined> = {}): Promise<RoleProcess> {
    const port = await freePort();
    const child = spawn(process.execPath, [...programArgs(), role], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        PATH: process.env.PATH,
        REDIS_URL: redis.url,
        DISCORD_TOKEN: twin.token,
        DISCORD_API_URL: twin.url,
        EASEL_DATA_DIR: dataDir,
        EASEL_PROVIDER: 'simulated',
        EASEL_SIMULATED_STEP_MS: '20',
        EASEL_SECRET_KEY: 'only for this test',
        EASEL_TERMS: 'off',
        EASEL_HEALTH_PORT: String(port),
        ...environment,
      },
    });
    children.push(child);
    let log = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      log += chunk.toString();
    });
    const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`).catch(() => null);
    const checks: RoleProcess['checks'] = async () =>
      (await get('/readyz'))?.json() as ReturnType<RoleProcess['checks']>;
    return {
      child,
      healthPort: port,
      log: () => log,
      get,
      checks,
      ready: () => until(async () => (await checks())?.ready === true, 100_000),
      async exit() {
        if (!hasEnded(child)) await once(child, 'exit');
        return child.exitCode;
      },
    };
  }

  async function killAll(): Promise<void> {
    for (const child of children.splice(0)) {
      if (hasEnded(child)) continue;
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  }

  return {
    redis,
    twin,
    dataDir,
    run,
    killAll,
    async close() {
      await killAll();
      await twin.close();
      await redis.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
