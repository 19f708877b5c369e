// A key that one process holds for a time. One without an end (written by somebody else) is nobody's and would be held for ever: it is given
// the time that it should have had.

import type { Redis } from 'ioredis';

/** @returns whether it is ours now */
export async function takeLease(redis: Redis, key: string, ms: number): Promise<boolean> {
  if ((await redis.set(key, '1', 'PX', ms, 'NX')) === 'OK') return true;
  if ((await redis.pttl(key)) === -1) await redis.pexpire(key, ms);
  return false;
}
