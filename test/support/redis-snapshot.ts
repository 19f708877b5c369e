// All keys of a Redis as plain JSON, whatever its version: for stores written by an Easel of another day. BullMQ's event streams are left out.

import type { Redis } from 'ioredis';

export interface SnapshotEntry {
  readonly key: string;
  readonly type: 'string' | 'hash' | 'list' | 'set' | 'zset' | 'bytes' | 'stream';
  /** Milliseconds; -1 never expires. */
  readonly ttlMs: number;
  /** In the order of the command that writes it back; bytes as base64, a stream's entries as JSON. */
  readonly value: readonly string[];
}

const isText = (bytes: Buffer) => Buffer.from(bytes.toString('utf8'), 'utf8').equals(bytes);

async function read(redis: Redis, key: string): Promise<Pick<SnapshotEntry, 'type' | 'value'> | null> {
  switch (await redis.type(key)) {
    case 'string': {
      const bytes = (await redis.getBuffer(key)) ?? Buffer.alloc(0);
      return isText(bytes)
        ? { type: 'string', value: [bytes.toString('utf8')] }
        : { type: 'bytes', value: [bytes.toString('base64')] };
    }
    case 'hash':
      return { type: 'hash', value: Object.entries(await redis.hgetall(key)).flat() };
    case 'list':
      return { type: 'list', value: await redis.lrange(key, 0, -1) };
    case 'set':
      return { type: 'set', value: await redis.smembers(key) };
    case 'zset': {
      const pairs = await redis.zrange(key, '0', '-1', 'WITHSCORES');
      return { type: 'zset', value: pairs.flatMap((word, at) => (at % 2 ? [word, pairs[at - 1] ?? ''] : [])) };
    }
    case 'stream': {
      if (key.endsWith(':events')) return null;
      const entries = await redis.xrange(key, '-', '+');
      return { type: 'stream', value: entries.map(([id, fields]) => JSON.stringify([id, ...fields])) };
    }
    default:
      return null;
  }
}

export async function takeSnapshot(redis: Redis): Promise<SnapshotEntry[]> {
  const entries: SnapshotEntry[] = [];
  for (const key of (await redis.keys('*')).sort()) {
    const found = await read(redis, key);
    if (found) entries.push({ key, ttlMs: await redis.pttl(key), ...found });
  }
  return entries;
}

export async function loadSnapshot(redis: Redis, entries: readonly SnapshotEntry[]): Promise<void> {
  for (const { key, type, ttlMs, value } of entries) {
    const [first = ''] = value;
    if (type === 'string') await redis.set(key, first);
    else if (type === 'bytes') await redis.set(key, Buffer.from(first, 'base64'));
    else if (type === 'hash') await redis.hset(key, ...value);
    else if (type === 'list') await redis.rpush(key, ...value);
    else if (type === 'set') await redis.sadd(key, ...value);
    else if (type === 'zset') await redis.zadd(key, ...value);
    else for (const entry of value) await redis.xadd(key, ...(JSON.parse(entry) as [string, ...string[]]));
    if (ttlMs > 0) await redis.pexpire(key, ttlMs);
  }
}
