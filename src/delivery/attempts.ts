// What was tried for a job's delivery, so that a second attempt after a crash knows what may have happened already.

import type { Redis } from 'ioredis';
import { redisKeys } from '../jobs/redis-keys.ts';

/** As long as a deliver job is repeated at most. */
const keepSeconds = 7 * 86_400;

export interface Attempts {
  /** Notes that a step begins. @returns when an earlier attempt of it began (Unix milliseconds), or null for the first. */
  begin(step: string): Promise<number | null>;
  /** The step did not happen, and Discord said so. */
  undo(step: string): Promise<void>;
  finish(step: string, value: string): Promise<void>;
  /** What the step ended with, or null. */
  result(step: string): Promise<string | null>;
}

export function attemptsOf(redis: Redis, jobId: string): Attempts {
  const key = redisKeys.delivery(jobId);
  return {
    async begin(step) {
      const results = await redis
        .multi()
        .hget(key, `${step}:begun`)
        .hset(key, `${step}:begun`, Date.now())
        .expire(key, keepSeconds)
        .exec();
      const earlier = results?.[0]?.[1];
      return typeof earlier === 'string' ? Number(earlier) : null;
    },
    async undo(step) {
      await redis.hdel(key, `${step}:begun`);
    },
    async finish(step, value) {
      await redis.hset(key, `${step}:result`, value);
    },
    result: (step) => redis.hget(key, `${step}:result`),
  };
}
