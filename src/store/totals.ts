// What this installation has painted since it began: pictures and the time spent on them. Written by the script that ends a job.

import type { Redis } from 'ioredis';
import { redisKeys } from '../jobs/redis-keys.ts';

export interface Totals {
  readonly pictures: number;
  readonly paintMs: number;
}

export async function readTotals(redis: Redis): Promise<Totals> {
  const [pictures, paintMs] = await redis.hmget(redisKeys.totals, 'pictures', 'paintMs');
  return { pictures: Number(pictures ?? 0), paintMs: Number(paintMs ?? 0) };
}
