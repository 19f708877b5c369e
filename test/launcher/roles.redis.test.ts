// Each role as a process of its own, as an operator runs it: what its health port says while it starts, works, loses something and stops.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTwin, type Twin } from '../../src/playground/start.ts';
import { programArgs } from '../../src/proofs/rig.ts';
import { until } from '../support/jobs.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

let redis: TestRedis;
let twin: Twin;
let dataDir: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  redis = await startTestRedis();
  twin = await startTwin();
  dataDir = mkdtempSync(join(tmpdir(), 'easel-roles-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  }
});
afterAll(async () => {
  await twin?.close();
  await redis?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function run(role: string, environment: Record<string, string> = {}) {
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
  const checks = async () => (await (await get('/readyz'))?.json()) as { ready: boolean; checks: object } | undefined;
  return {
    child,
    log: () => log,
    get,
    checks,
    ready: () => until(async () => (await checks())?.ready === true, 60_000),
    exit: () => (child.exitCode === null ? once(child, 'exit').then(([code]) => code as number) : child.exitCode),
  };
}

describe.each(['worker', 'deliver', 'bot'])('the %s', (role) => {
  it('is ready once it works, shows its metrics, and ends cleanly on SIGTERM', async () => {
    if (role === 'bot') (await run('worker')).log(); // a bot asks the workers which models there are
    const process_ = await run(role);
    await process_.ready();
    expect((await process_.get('/healthz'))?.status).toBe(200);
    const text = (await (await process_.get('/metrics'))?.text()) ?? '';
    expect(text).toMatch(new RegExp(`easel_redis_up\\{role="${role}"\\} 1`));
    expect(text).toMatch(/easel_queue_jobs\{.*class="deliver"/);
    process_.child.kill('SIGTERM');
    expect(await process_.exit()).toBe(0);
  });
});

it('a process is alive and not ready while Redis is away, and ready again when it is back', async () => {
  const worker = await run('worker');
  await worker.ready();
  process.kill(redis.pid() ?? 0, 'SIGSTOP');
  await until(async () => (await worker.checks())?.ready === false, 30_000);
  expect((await worker.get('/healthz'))?.status).toBe(200);
  process.kill(redis.pid() ?? 0, 'SIGCONT');
  await worker.ready();
});

it('a bot whose gateway connection is gone is not ready', async () => {
  await run('worker');
  const discord = await startTwin();
  const bot = await run('bot', { DISCORD_API_URL: discord.url, DISCORD_TOKEN: discord.token });
  await bot.ready();
  await discord.close();
  await until(async () => (await bot.checks())?.ready === false, 30_000);
  expect((await bot.checks())?.checks).toMatchObject({ discord: '1 of 1 shards are not connected' });
});
