// Several jobs by one command, kept until the member has said yes. The first press that takes them has them: nobody pays twice.

import type { Redis } from 'ioredis';
import { z } from 'zod';
import { paintRequestSchema } from '../jobs/paint-request.ts';
import { redisKeys } from '../jobs/redis-keys.ts';
import { decodeOr } from './decode.ts';

const keepSeconds = 3600;

const batchSchema = z.object({
  requests: z.array(paintRequestSchema).min(1).max(100),
  ephemeral: z.boolean(),
  notes: z.array(z.string()),
});

export type Batch = z.infer<typeof batchSchema>;

export interface Batches {
  keep(userId: string, batchId: string, batch: Batch): Promise<void>;
  /** The same taker gets it again (after a crash); another one, or after an hour, null. */
  take(userId: string, batchId: string, taker: string): Promise<Batch | null>;
}

export function createBatches(redis: Redis): Batches {
  return {
    async keep(userId, batchId, batch) {
      await redis.set(redisKeys.batch(userId, batchId), JSON.stringify(batch), 'EX', keepSeconds);
    },
    async take(userId, batchId, taker) {
      const key = redisKeys.batchTaker(userId, batchId);
      const batch = decodeOr(batchSchema, await redis.get(redisKeys.batch(userId, batchId)), null);
      if (batch === null) return null;
      await redis.set(key, taker, 'EX', keepSeconds, 'NX');
      return (await redis.get(key)) === taker ? batch : null;
    },
  };
}
