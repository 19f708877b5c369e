// Private results that could not be handed over (token over, direct messages closed): kept for their owner, who is told at the next
// interaction and fetches them there.

import type { Redis } from 'ioredis';
import { redisKeys } from '../jobs/redis-keys.ts';

const keepSeconds = 7 * 86_400;

export interface KeptResults {
  keep(userId: string, jobId: string): Promise<void>;
  /** Oldest first. */
  list(userId: string): Promise<readonly string[]>;
  handedOver(userId: string, jobId: string): Promise<void>;
}

export function createKeptResults(redis: Redis): KeptResults {
  return {
    async keep(userId, jobId) {
      const key = redisKeys.kept(userId);
      await redis.multi().zadd(key, Date.now(), jobId).expire(key, keepSeconds).exec();
    },
    list: (userId) => redis.zrange(redisKeys.kept(userId), '0', '-1'),
    async handedOver(userId, jobId) {
      await redis.zrem(redisKeys.kept(userId), jobId);
    },
  };
}
