// Pictures that members attached for a job to start from: who sent which, so that they go with what else is stored about a member, and in
// any case after a week.

import type { Redis } from 'ioredis';
import { redisKeys } from '../jobs/redis-keys.ts';
import { type CheckedUpload, type ImageStore, pictureKeys } from './image-store.ts';

/** A bucket may have no rule that expires objects: what is older goes by retention. */
export const uploadDays = 7;

export interface Uploads {
  /** @param id of the interaction's job; the same again changes nothing. @returns its key in the image store */
  keep(userId: string, id: string, name: string, image: CheckedUpload): Promise<string>;
  remove(userId: string, keys: readonly string[]): Promise<void>;
  /** A member's uploads that were sent before; all of them by default. @returns how many */
  removeBefore(userId: string, before?: number): Promise<number>;
}

export function createUploads(redis: Redis, images: ImageStore): Uploads {
  async function remove(userId: string, keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    await images.remove(keys);
    await redis.zrem(redisKeys.uploads(userId), ...keys);
  }
  return {
    async keep(userId, id, name, image) {
      // Written down first: nothing is stored that a deletion would not find.
      await redis.zadd(redisKeys.uploads(userId), Date.now(), pictureKeys.upload(id, name));
      return images.putUpload(id, image, name);
    },
    remove,
    async removeBefore(userId, before = Number.POSITIVE_INFINITY) {
      const until = before === Number.POSITIVE_INFINITY ? '+inf' : before;
      const keys = await redis.zrangebyscore(redisKeys.uploads(userId), '-inf', until);
      await remove(userId, keys);
      return keys.length;
    },
  };
}
