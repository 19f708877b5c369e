// A member's favourite pictures, newest first.

import type { Redis } from 'ioredis';
import { redisKeys } from '../jobs/redis-keys.ts';
import { redisScript } from '../jobs/redis-script.ts';

export interface Favourite {
  readonly jobId: string;
  readonly tile: number;
}

export interface Favourites {
  /** @returns whether it is one now */
  toggle(userId: string, favourite: Favourite): Promise<boolean>;
  list(userId: string, page: { offset: number; limit: number }): Promise<readonly Favourite[]>;
  remove(userId: string): Promise<void>;
}

// KEYS  1 favourites     ARGV  1 entry  2 now
const toggleScript = redisScript(`
if redis.call('ZREM', KEYS[1], ARGV[1]) == 1 then return 0 end
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
return 1
`);

export function createFavourites(redis: Redis): Favourites {
  return {
    async toggle(userId, { jobId, tile }) {
      return (await toggleScript.run(redis, [redisKeys.favourites(userId)], [`${jobId}/${tile}`, Date.now()])) === 1;
    },
    async list(userId, { offset, limit }) {
      const entries = await redis.zrevrange(redisKeys.favourites(userId), offset, offset + limit - 1);
      return entries.map((entry) => {
        const [jobId = '', tile = '0'] = entry.split('/');
        return { jobId, tile: Number(tile) };
      });
    },
    async remove(userId) {
      await redis.del(redisKeys.favourites(userId));
    },
  };
}
