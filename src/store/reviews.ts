// What moderators were asked about a job (a member's appeal, somebody's report) and what they decided: once, whoever presses first.

import type { Redis } from 'ioredis';
import { redisKeys } from '../jobs/redis-keys.ts';

export type ReviewKind = 'appeal' | 'report';

const keepSeconds = 30 * 86_400;

export interface Reviews {
  /** False when it was asked before: one card per job and kind. */
  open(kind: ReviewKind, jobId: string, byUserId: string): Promise<boolean>;
  /** Takes an opening back whose card could not be posted. */
  cancel(kind: ReviewKind, jobId: string): Promise<void>;
  /** Who asked; null when nobody did. */
  askedBy(kind: ReviewKind, jobId: string): Promise<string | null>;
  /** False when it was decided before. */
  decide(kind: ReviewKind, jobId: string, decision: string): Promise<boolean>;
  /** Makes it open again, where carrying the decision out failed. */
  reopen(kind: ReviewKind, jobId: string): Promise<void>;
}

export function createReviews(redis: Redis): Reviews {
  return {
    async open(kind, jobId, byUserId) {
      const key = redisKeys.review(kind, jobId);
      const isNew = await redis.hsetnx(key, 'askedBy', byUserId);
      await redis.expire(key, keepSeconds);
      return isNew === 1;
    },
    async cancel(kind, jobId) {
      await redis.del(redisKeys.review(kind, jobId));
    },
    askedBy: (kind, jobId) => redis.hget(redisKeys.review(kind, jobId), 'askedBy'),
    async decide(kind, jobId, decision) {
      const key = redisKeys.review(kind, jobId);
      const isFirst = await redis.hsetnx(key, 'decision', decision);
      await redis.expire(key, keepSeconds);
      return isFirst === 1;
    },
    async reopen(kind, jobId) {
      await redis.hdel(redisKeys.review(kind, jobId), 'decision');
    },
  };
}
