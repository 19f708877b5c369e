// Pictures that moderators took down: their fingerprints travel to every worker, which withholds what comes near them in the
// same server. One server's moderators decide nothing for another.

import type { Redis } from 'ioredis';
import { z } from 'zod';
import { redisKeys } from '../jobs/redis-keys.ts';
import { decode } from './decode.ts';

export const takedownSchema = z.object({
  id: z.string().min(1).max(40),
  perceptualHash: z.string().regex(/^[0-9a-f]{16}$/),
  embedding: z.array(z.number()).max(4096),
  /** Where it counts; null is everywhere, for operators alone to decide. */
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
  /** Those that count in a server (null: in direct messages): its own and the whole installation's. */
  inForce(guildId: string | null): Promise<readonly Takedown[]>;
}

export function createTakedowns(redis: Redis): Takedowns {
  async function list(): Promise<Takedown[]> {
    const entries = Object.entries(await redis.hgetall(redisKeys.takedowns));
    return entries.map(([id, text]) => decode(takedownSchema, text, `${redisKeys.takedowns} ${id}`));
  }
  return {
    async add(takedown) {
      await redis.hset(redisKeys.takedowns, takedown.id, JSON.stringify(takedownSchema.parse(takedown)));
    },
    lift: async (id) => (await redis.hdel(redisKeys.takedowns, id)) === 1,
    list,
    inForce: async (guildId) => (await list()).filter((one) => one.guildId === null || one.guildId === guildId),
  };
}
