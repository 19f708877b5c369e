// What bot processes agree on about the gateway: how many shards there are, and who logs in next.

import type { Redis } from 'ioredis';
import { EaselError } from '../errors.ts';
import { redisKeys } from '../jobs/redis-keys.ts';
import { takeLease } from '../jobs/take-lease.ts';

export interface ShardAgreements {
  /** The first process to say a total decides for all that share it in as many parts. @returns what holds */
  agreeOnTotal(parts: number, total: number): Promise<number>;
  /** @returns 0 when the slot is ours, else the milliseconds after which to ask again */
  claim(bucket: number): Promise<number>;
}

/** Discord's window of five seconds and something for the way. */
const slotMs = 5250;

export function createShardAgreements(redis: Redis): ShardAgreements {
  return {
    async agreeOnTotal(parts, total) {
      const key = redisKeys.shardTotal(parts);
      await redis.set(key, total, 'NX');
      const agreed = Number(await redis.get(key));
      if (Number.isInteger(agreed) && agreed > 0) return agreed;
      throw new EaselError('store-corrupt', `Expected how many shards there are in ${key}; delete it to agree anew`);
    },
    async claim(bucket) {
      const key = redisKeys.identifySlot(bucket);
      if (await takeLease(redis, key, slotMs)) return 0;
      return Math.max(50, await redis.pttl(key));
    },
  };
}
