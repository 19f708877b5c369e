// Who may not use the bot, in one server or everywhere; with reason, and for a time or for good. Expiry is Redis's own.

import type { Redis } from 'ioredis';
import { z } from 'zod';
import { redisKeys } from '../jobs/redis-keys.ts';
import { decode } from './decode.ts';

export const banSchema = z.object({
  userId: z.string(),
  /** As the member was called when banned, for lists. */
  displayName: z.string().max(100).optional(),
  guildId: z.string().nullable(),
  reason: z.string().max(500).nullable(),
  byUserId: z.string(),
  /** Unix milliseconds. */
  at: z.int(),
  /** Unix milliseconds; null is for good. */
  until: z.int().nullable(),
});

export type Ban = z.infer<typeof banSchema>;

export interface Bans {
  set(ban: Ban): Promise<void>;
  lift(guildId: string | null, userId: string): Promise<boolean>;
  /** The ban in force in this server: its own, else one that holds everywhere. */
  find(guildId: string | null, userId: string): Promise<Ban | null>;
  list(guildId: string | null): Promise<readonly Ban[]>;
}

export function createBans(redis: Redis): Bans {
  const read = (text: string | null, key: string) => (text === null ? null : decode(banSchema, text, key));
  return {
    async set(ban) {
      const value = JSON.stringify(banSchema.parse(ban));
      const key = redisKeys.ban(ban.guildId, ban.userId);
      const change = redis.multi().sadd(redisKeys.bans(ban.guildId), ban.userId);
      if (ban.until === null) change.set(key, value);
      else change.set(key, value, 'PXAT', ban.until);
      await change.exec();
    },
    async lift(guildId, userId) {
      const [removed] = await Promise.all([
        redis.del(redisKeys.ban(guildId, userId)),
        redis.srem(redisKeys.bans(guildId), userId),
      ]);
      return removed === 1;
    },
    async find(guildId, userId) {
      const [own, everywhere] = await redis.mget(redisKeys.ban(guildId, userId), redisKeys.ban(null, userId));
      return own == null
        ? read(everywhere ?? null, redisKeys.ban(null, userId))
        : read(own, redisKeys.ban(guildId, userId));
    },
    async list(guildId) {
      const userIds = await redis.smembers(redisKeys.bans(guildId));
      if (userIds.length === 0) return [];
      const texts = await redis.mget(userIds.map((userId) => redisKeys.ban(guildId, userId)));
      const over = userIds.filter((_, index) => texts[index] === null);
      if (over.length > 0) await redis.srem(redisKeys.bans(guildId), ...over);
      return texts.flatMap((text, index) => read(text, redisKeys.ban(guildId, userIds[index] ?? '')) ?? []);
    },
  };
}
