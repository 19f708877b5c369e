// Pictures that moderators took down: their fingerprints travel to every worker, which withholds what comes near them.

import type { Redis } from 'ioredis';
import { z } from 'zod';
import { redisKeys } from '../jobs/redis-keys.ts';
import { decode } from './decode.ts';

export const takedownSchema = z.object({
  id: z.string().min(1).max(40),
  perceptualHash: z.string().regex(/^[0-9a-f]{16}$/),
  embedding: z.array(z.number()).max(4096),
  guildId: z.string().nullable(),
  byUserId: z.string(),
  reason: z.string().max(500).nullable(),
  /** Unix milliseconds. */
  at: z.int(),
});

export type Takedown = z.infer<typeof takedownSchema>;

export interface Takedowns {
  add(takedown: Takedown): Promise<void>;
  lift(id: string): Promise<boolean>;
  list(): Promise<readonly Takedown[]>;
}

export function createTakedowns(redis: Redis): Takedowns {
  return {
    async add(takedown) {
      await redis.hset(redisKeys.takedowns, takedown.id, JSON.stringify(takedownSchema.parse(takedown)));
    },
    lift: async (id) => (await redis.hdel(redisKeys.takedowns, id)) === 1,
    async list() {
      const entries = Object.entries(await redis.hgetall(redisKeys.takedowns));
      return entries.map(([id, text]) => decode(takedownSchema, text, `takedown ${id}`));
    },
  };
}
