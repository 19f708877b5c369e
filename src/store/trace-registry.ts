// Easel's watermark carries 32 bits: a trace id. Here is what it leads back to. Ids are handed out in a scattered order, so that one
// picture's id does not tell how many were made before it, nor its neighbour's.

import type { Redis } from 'ioredis';
import { z } from 'zod';
import { EaselError } from '../errors.ts';
import { redisKeys } from '../jobs/redis-keys.ts';
import { decode } from './decode.ts';

const traceSchema = z.object({ jobId: z.string(), /** -1 is the grid. */ tile: z.int().min(-1).max(3) });
export type Trace = z.infer<typeof traceSchema>;

export interface TraceRegistry {
  /** Unique uint32 marks. @throws EaselError `store-unavailable` after four billion pictures. */
  next(count: number): Promise<readonly number[]>;
  /** The last id belongs to the grid when there is one more id than tiles. */
  register(jobId: string, traceIds: readonly number[], tiles: number): Promise<void>;
  find(traceId: number): Promise<Trace | null>;
}

/** A bijection on 32 bits: multiplication by an odd number and xor-shifts (the finalizer of MurmurHash3, Appleby). */
export function scatter(counter: number): number {
  let x = counter >>> 0;
  x ^= x >>> 16;
  x = Math.imul(x, 0x85ebca6b);
  x ^= x >>> 13;
  x = Math.imul(x, 0xc2b2ae35);
  x ^= x >>> 16;
  return x >>> 0;
}

export function createTraceRegistry(redis: Redis): TraceRegistry {
  return {
    async next(count) {
      const last = await redis.incrby(redisKeys.traceCounter, count);
      if (last >= 2 ** 32)
        throw new EaselError('store-unavailable', `Expected fewer than 2^32 pictures but this one is number ${last}`);
      return Array.from({ length: count }, (_, index) => scatter(last - count + 1 + index));
    },
    async register(jobId, traceIds, tiles) {
      const fields = traceIds.flatMap((traceId, index) => [
        String(traceId),
        JSON.stringify({ jobId, tile: index < tiles ? index : -1 } satisfies Trace),
      ]);
      if (fields.length > 0) await redis.hset(redisKeys.trace, ...fields);
    },
    async find(traceId) {
      const text = await redis.hget(redisKeys.trace, String(traceId));
      return text === null ? null : decode(traceSchema, text, `trace ${traceId}`);
    },
  };
}
