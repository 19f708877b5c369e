// A member's own defaults for /imagine. Every field is optional: what is not set follows the installation.

import type { Redis } from 'ioredis';
import { z } from 'zod';
import { hardLimits, paintRequestSchema } from '../jobs/paint-request.ts';
import { redisKeys } from '../jobs/redis-keys.ts';
import { decodeOr } from './decode.ts';

const { steps, guidanceScale, count, edge } = hardLimits;

export const memberSettingsSchema = z.object({
  version: z.literal(1).default(1),
  width: z.int().min(edge.min).max(edge.max).multipleOf(edge.multiple).optional(),
  height: z.int().min(edge.min).max(edge.max).multipleOf(edge.multiple).optional(),
  steps: z.int().min(steps.min).max(steps.max).optional(),
  guidanceScale: z.number().min(guidanceScale.min).max(guidanceScale.max).optional(),
  sampler: paintRequestSchema.shape.sampler.optional(),
  count: z.int().min(count.min).max(count.max).optional(),
  negativePrompt: z.string().max(1000).optional(),
  model: z.string().max(100).optional(),
  style: z.string().max(40).optional(),
  private: z.boolean().optional(),
});

export type MemberSettings = z.infer<typeof memberSettingsSchema>;

export interface MemberSettingsStore {
  /** Settings that cannot be read are as if never made: they are a convenience. */
  get(userId: string): Promise<MemberSettings>;
  set(userId: string, settings: MemberSettings): Promise<void>;
  remove(userId: string): Promise<void>;
}

export function createMemberSettings(redis: Redis): MemberSettingsStore {
  return {
    get: async (userId) =>
      decodeOr(memberSettingsSchema, await redis.get(redisKeys.memberSettings(userId)), { version: 1 }),
    async set(userId, settings) {
      await redis.set(redisKeys.memberSettings(userId), JSON.stringify(memberSettingsSchema.parse(settings)));
    },
    async remove(userId) {
      await redis.del(redisKeys.memberSettings(userId));
    },
  };
}
