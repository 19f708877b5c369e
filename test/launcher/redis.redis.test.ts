import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import { type PrivateRedis, startPrivateRedis } from '../../src/launcher/redis.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'easel-launcher-'));
const started: PrivateRedis[] = [];

async function start(): Promise<PrivateRedis> {
  const redis = await startPrivateRedis({ dataDir });
  started.push(redis);
  return redis;
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((redis) => redis.stop()));
});

process.on('exit', () => rmSync(dataDir, { recursive: true, force: true }));

describe('the private Redis', () => {
  it('asks for a password, persists by append-only file synced at every write and evicts nothing', async () => {
    const server = await start();
    const address = new URL(server.url);
    const stranger = new Redis(Number(address.port), '127.0.0.1', { lazyConnect: true, retryStrategy: () => null });
    stranger.on('error', () => undefined);
    await expect(stranger.connect().then(() => stranger.ping())).rejects.toThrow(/NOAUTH|Connection is closed/);
    stranger.disconnect();
    const redis = new Redis(server.url);
    for (const [key, value] of Object.entries({
      appendonly: 'yes',
      appendfsync: 'always',
      'maxmemory-policy': 'noeviction',
    })) {
      expect(await redis.config('GET', key)).toEqual([key, value]);
    }
    redis.disconnect();
    expect(statSync(join(dataDir, 'redis', 'redis.conf')).mode & 0o077).toBe(0);
  });

  it('keeps what was written through a stop and a second start', async () => {
    const first = await start();
    const before = new Redis(first.url);
    await before.set('kept', 'yes');
    before.disconnect();
    await first.stop();
    const second = await start();
    const after = new Redis(second.url);
    expect(await after.get('kept')).toBe('yes');
    after.disconnect();
  });

  it('starts again by itself after kill -9 and has lost nothing that was acknowledged', async () => {
    const server = await start();
    const redis = new Redis(server.url, { maxRetriesPerRequest: null });
    redis.on('error', () => undefined);
    for (let index = 0; index < 200; index += 1) await redis.rpush('list', String(index));
    const pid = server.pid();
    if (pid === undefined) throw new Error('no pid');
    process.kill(pid, 'SIGKILL');
    expect(await redis.llen('list')).toBe(200);
    expect(server.pid()).not.toBe(pid);
    redis.disconnect();
  });

  it('does not let a second Easel share the folder', async () => {
    await start();
    await expect(startPrivateRedis({ dataDir })).rejects.toMatchObject({ code: 'redis-unavailable' });
  });

  it('ends a server that a killed owner left behind', async () => {
    const server = await start();
    const file = readFileSync(join(dataDir, 'redis', 'server.json'), 'utf8');
    const orphanPid = JSON.parse(file).pid;
    await server.stop();
    // An orphan: a server on the same folder that nobody owns.
    const { spawn } = await import('node:child_process');
    const orphan = spawn('redis-server', [join(dataDir, 'redis', 'redis.conf')], { stdio: 'ignore' });
    const { writeFileSync } = await import('node:fs');
    writeFileSync(join(dataDir, 'redis', 'server.json'), file);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const ended = new Promise((resolve) => orphan.once('exit', resolve));
    await start();
    await ended;
    expect(orphanPid).toBeGreaterThan(0);
  });
});
