import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type PrivateRedis, startPrivateRedis } from '../../src/launcher/redis.ts';
import { connect } from '../../src/queue/connect.ts';
import { backup, restore } from '../../src/store/backup.ts';
import { createGuildSettings } from '../../src/store/guild-settings.ts';
import { createTraceRegistry } from '../../src/store/trace-registry.ts';

describe('backup and restore', () => {
  let server: PrivateRedis;
  let redis: Redis;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'easel-backup-'));
    server = await startPrivateRedis({ dataDir: folder, fsync: 'no' });
    redis = await connect(server.url, { patience: 'producer', name: 'backup' });
  });
  beforeEach(() => redis.flushall());
  afterAll(async () => {
    redis?.disconnect();
    await server?.stop();
  });

  async function fill() {
    const traces = createTraceRegistry(redis);
    const ids = await traces.next(3);
    await traces.register('0123456789ab', ids, 2);
    await redis.hset('easel:guild:1', 'settings', '{"a":1}');
    await redis.zadd('easel:by-member:7', 1, 'x', 2, 'y');
    await redis.xadd('easel:audit:1', '*', 'action', 'ban');
    await redis.set('easel:short', 'lived', 'EX', 1000);
    await redis.set('easel:binary', Buffer.from([0, 255, 1, 254]));
    await redis.set('{easel}:generate-x:wait', 'a queue is work, not memory');
    return { traces, ids };
  }

  it('gives the same answers after everything was destroyed', async () => {
    const { traces, ids } = await fill();
    const settings = await createGuildSettings(redis).get('42');
    const file = join(folder, 'good.gz');
    const saved = await backup(redis, file);
    expect(saved.keys).toBeGreaterThanOrEqual(6);
    const before = await redis.dumpBuffer('easel:binary');
    await redis.flushall();
    expect((await restore(redis, file)).keys).toBe(saved.keys);
    expect(await traces.find(ids[0]!)).toEqual({ jobId: '0123456789ab', tile: 0 });
    expect(await traces.find(ids[2]!)).toEqual({ jobId: '0123456789ab', tile: -1 });
    expect(await redis.zrange('easel:by-member:7', '0', '-1')).toEqual(['x', 'y']);
    expect(await redis.xlen('easel:audit:1')).toBe(1);
    expect(await redis.ttl('easel:short')).toBeGreaterThan(900);
    expect(await redis.dumpBuffer('easel:binary')).toEqual(before);
    expect(await createGuildSettings(redis).get('42')).toEqual(settings);
    expect(await redis.exists('{easel}:generate-x:wait')).toBe(0);
  });

  it('writes nothing at all from a file that is cut short or changed', async () => {
    await fill();
    const file = join(folder, 'whole.gz');
    await backup(redis, file);
    await redis.flushall();
    const bytes = readFileSync(file);
    const cut = join(folder, 'cut.gz');
    writeFileSync(cut, bytes.subarray(0, bytes.length - 40));
    await expect(restore(redis, cut)).rejects.toMatchObject({ code: 'store-corrupt' });
    const changed = join(folder, 'changed.gz');
    const flipped = Buffer.from(bytes);
    flipped[Math.floor(flipped.length / 2)]! ^= 4;
    writeFileSync(changed, flipped);
    await expect(restore(redis, changed)).rejects.toMatchObject({ code: 'store-corrupt' });
    expect(await redis.dbsize()).toBe(0);
  });

  it('replaces a store that is not empty only when told to', async () => {
    await fill();
    const file = join(folder, 'again.gz');
    await backup(redis, file);
    await redis.set('easel:newer', 'than the backup');
    await expect(restore(redis, file)).rejects.toMatchObject({ code: 'bad-request' });
    expect(await redis.get('easel:newer')).toBe('than the backup');
    await restore(redis, file, { overwrite: true });
    expect(await redis.get('easel:newer')).toBeNull();
    expect(await redis.get('easel:short')).toBe('lived');
  });
});
