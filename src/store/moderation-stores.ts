// What moderators work with, opened together: settings, bans, audit trail, takedowns, withheld pictures, reviews, personal data.

import type { Redis } from 'ioredis';
import { redisKeys } from '../jobs/redis-keys.ts';
import { type AuditTrail, createAuditTrail } from './audit.ts';
import { type Bans, createBans } from './bans.ts';
import { createGuildSettings, type GuildSettingsStore } from './guild-settings.ts';
import { type GuildStats, readGuildStats } from './guild-stats.ts';
import type { ImageStore } from './image-store.ts';
import { createPersonalData, type PersonalDataStore } from './personal-data.ts';
import { createReviews, type Reviews } from './reviews.ts';
import { createTakedowns, type Takedowns } from './takedowns.ts';
import { createWithheldStore, type WithheldStore } from './withheld.ts';

export interface ModerationStores {
  readonly guilds: GuildSettingsStore;
  readonly bans: Bans;
  readonly audit: AuditTrail;
  readonly takedowns: Takedowns;
  readonly withheld: WithheldStore;
  readonly reviews: Reviews;
  readonly personal: PersonalDataStore;
  isPaused(guildId: string): Promise<boolean>;
  stats(guildId: string, days: number, now: number): Promise<GuildStats>;
}

/** @param secret what withheld pictures are sealed under; the workers' */
export function openModerationStores(redis: Redis, images: ImageStore, secret: string): ModerationStores {
  return {
    guilds: createGuildSettings(redis),
    bans: createBans(redis),
    audit: createAuditTrail(redis),
    takedowns: createTakedowns(redis),
    withheld: createWithheldStore(redis, secret),
    reviews: createReviews(redis),
    personal: createPersonalData(redis, images),
    stats: (guildId, days, now) => readGuildStats(redis, guildId, days, now),
    isPaused: async (guildId) => (await redis.sismember(redisKeys.pausedGuilds, guildId)) === 1,
  };
}
