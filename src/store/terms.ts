// Who accepted which version of the terms, and the request that waits for it: the first /imagine is kept and runs when they are accepted.

import type { Redis } from 'ioredis';
import { z } from 'zod';
import { redisKeys } from '../jobs/redis-keys.ts';
import { decodeOr } from './decode.ts';

const acceptanceSchema = z.object({ version: z.string(), at: z.int() });
/** As long as the interaction that asks for acceptance can be answered. */
const pendingSeconds = 15 * 60;

export interface TermsStore {
  hasAccepted(userId: string, version: string): Promise<boolean>;
  accept(userId: string, version: string): Promise<void>;
  /** Keeps what the member wanted, once per member: the newest wish counts. */
  keepPending(userId: string, interaction: string): Promise<void>;
  /** Hands the wish out once. */
  takePending(userId: string): Promise<string | null>;
  remove(userId: string): Promise<void>;
}

export function createTermsStore(redis: Redis): TermsStore {
  return {
    async hasAccepted(userId, version) {
      // What cannot be read counts as not accepted: the member is asked again.
      return decodeOr(acceptanceSchema, await redis.get(redisKeys.terms(userId)), null)?.version === version;
    },
    async accept(userId, version) {
      await redis.set(redisKeys.terms(userId), JSON.stringify({ version, at: Date.now() }));
    },
    async keepPending(userId, interaction) {
      await redis.set(redisKeys.pendingTerms(userId), interaction, 'EX', pendingSeconds);
    },
    takePending: (userId) => redis.getdel(redisKeys.pendingTerms(userId)),
    async remove(userId) {
      await redis.del(redisKeys.terms(userId), redisKeys.pendingTerms(userId));
    },
  };
}
