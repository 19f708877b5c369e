// Easel's watermark carries 32 bits: a trace id. Here is what it leads back to. Ids are handed out in a scattered order, so that one
// picture's id does not tell how many were made before it, nor its neighbour's. Where a member had their data deleted, what is left of a
// trace is no longer about anybody: that a picture was made here, on which day and with which model.

import type { Redis } from 'ioredis';
import { z } from 'zod';
import { EaselError } from '../errors.ts';
import { redisKeys } from '../jobs/redis-keys.ts';
import { decode } from './decode.ts';

const liveSchema = z.object({ jobId: z.string(), /** -1 is the grid. */ tile: z.int().min(-1).max(3) });
const erasedSchema = z.object({
  erased: z.literal(true),
  /** yyyy-mm-dd in UTC. */
  madeOn: z.iso.date(),
  modelHash: z.string(),
});
export const traceSchema = z.union([liveSchema, erasedSchema]);
/** Of a picture whose request is known. */
export type LiveTrace = z.infer<typeof liveSchema>;
/** Of a picture whose request was deleted by its author. */
export type ErasedTrace = z.infer<typeof erasedSchema>;
export type Trace = LiveTrace | ErasedTrace;

export interface TraceRegistry {
  /** Unique uint32 marks. @throws EaselError `store-unavailable` after four billion pictures. */
  next(count: number): Promise<readonly number[]>;
  /** The last id belongs to the grid when there is one more id than tiles. */
  register(jobId: string, traceIds: readonly number[], tiles: number): Promise<void>;
  /** Leaves that the pictures were made here, and no way back to who asked for them. */
  erase(traceIds: readonly number[], left: { readonly at: number; readonly modelHash: string }): Promise<void>;
  /** Of pictures that nobody will ever see. Ids that lead to another job stay. */
  forget(jobId: string, traceIds: readonly number[]): Promise<void>;
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
  const write = async (entries: readonly (readonly [number, Trace])[]) => {
    const fields = entries.flatMap(([traceId, trace]) => [String(traceId), JSON.stringify(trace)]);
    if (fields.length > 0) await redis.hset(redisKeys.trace, ...fields);
  };
  async function find(traceId: number): Promise<Trace | null> {
    const text = await redis.hget(redisKeys.trace, String(traceId));
    return text === null ? null : decode(traceSchema, text, `trace ${traceId}`);
  }
  return {
    async next(count) {
      const last = await redis.incrby(redisKeys.traceCounter, count);
      if (last >= 2 ** 32)
        throw new EaselError('store-unavailable', `Expected fewer than 2^32 pictures but this one is number ${last}`);
      return Array.from({ length: count }, (_, index) => scatter(last - count + 1 + index));
    },
    register: (jobId, traceIds, tiles) =>
      write(traceIds.map((traceId, index) => [traceId, { jobId, tile: index < tiles ? index : -1 }])),
    async erase(traceIds, { at, modelHash }) {
      const madeOn = new Date(at).toISOString().slice(0, 10);
      await write(traceIds.map((traceId) => [traceId, { erased: true, madeOn, modelHash }]));
    },
    async forget(jobId, traceIds) {
      for (const traceId of traceIds) {
        const trace = await find(traceId).catch(() => null);
        if (trace && 'jobId' in trace && trace.jobId === jobId) await redis.hdel(redisKeys.trace, String(traceId));
      }
    },
    find,
  };
}
