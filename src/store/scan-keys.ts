// Walking over keys by name, a page at a time, for what is done once an hour or once in a member's life. In Redis Cluster every key of
// Easel's memory shares one slot, and SCAN is asked of the node that holds it.

import type { Redis } from 'ioredis';

const literal = (text: string) => text.replace(/[\\*?[\]]/g, (character) => `\\${character}`);

export async function keysLike(redis: Redis, pattern: string, each: (key: string) => Promise<void>): Promise<void> {
  let cursor = '0';
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', pattern, 'COUNT', 500);
    for (const key of keys) await each(key);
    cursor = next;
  } while (cursor !== '0');
}

/** Every key that differs in one id only. */
export async function keyFamily(
  redis: Redis,
  keyOf: (id: string) => string,
  each: (key: string, id: string) => Promise<void>,
): Promise<void> {
  const [before = '', after = ''] = keyOf('*').split('*');
  await keysLike(redis, `${literal(before)}*${literal(after)}`, (key) =>
    each(key, key.slice(before.length, after === '' ? undefined : -after.length)),
  );
}
