// What a server's moderators set. Everything has a default; what they may set lies within the operator's ceiling, which others check.

import type { Redis } from 'ioredis';
import { z } from 'zod';
import { redisKeys } from '../jobs/redis-keys.ts';
import { decode, decodeOr } from './decode.ts';

const snowflake = z.string().regex(/^\d{1,20}$/);

export const guildSettingsSchema = z.object({
  version: z.literal(1).default(1),
  safety: z.enum(['strict', 'standard', 'age-restricted']).default('standard'),
  onFlag: z.enum(['withhold', 'blur']).default('withhold'),
  /** Channels where the bot may paint; empty means all. */
  channelIds: z.array(snowflake).max(500).default([]),
  negativePrompt: z.string().max(1000).default(''),
  maxSteps: z.int().min(1).max(150).nullable().default(null),
  maxEdge: z.int().min(64).max(2048).nullable().default(null),
  maxCount: z.int().min(1).max(4).nullable().default(null),
  /** Pictures a day; null leaves the operator's. */
  quotaPerMember: z.int().min(1).max(100_000).nullable().default(null),
  quotaPerGuild: z.int().min(1).max(1_000_000).nullable().default(null),
  /** Fair share by role: the largest that a member has counts; 1 is everybody's. */
  roleWeights: z
    .array(z.object({ roleId: snowflake, weight: z.number().min(0.1).max(10) }))
    .max(50)
    .default([]),
  modLogChannelId: snowflake.nullable().default(null),
  showReasons: z.boolean().default(true),
  /** Words and phrases refused in addition to the built-in list. */
  refusedPhrases: z.array(z.string().min(1).max(200)).max(1000).default([]),
  /** Moderators' own filter entries. */
  filter: z
    .array(
      z.object({
        id: z.string().max(20),
        kind: z.enum(['words', 'pattern']),
        text: z.string().min(1).max(200),
        action: z.enum(['refuse', 'flag', 'log']),
      }),
    )
    .max(1000)
    .default([]),
  /** Roles that may use /admin beyond Discord's permissions. */
  moderatorRoleIds: z.array(snowflake).max(50).default([]),
  locale: z.string().max(10).nullable().default(null),
});

export type GuildSettings = z.infer<typeof guildSettingsSchema>;
export const defaultGuildSettings: GuildSettings = guildSettingsSchema.parse({});

/** For places that must answer: settings that cannot be read count as the strictest. */
export function readGuildSettings(text: string | null): GuildSettings {
  if (text === null || text === '') return defaultGuildSettings;
  return decodeOr(guildSettingsSchema, text, { ...defaultGuildSettings, safety: 'strict' as const });
}

export interface GuildSettingsStore {
  get(guildId: string): Promise<GuildSettings>;
  /** Changes some fields and returns the whole. @throws EaselError `store-corrupt` when what stands there cannot be read. */
  update(guildId: string, change: Partial<GuildSettings>): Promise<GuildSettings>;
  remove(guildId: string): Promise<void>;
  list(): Promise<readonly string[]>;
}

export function createGuildSettings(redis: Redis): GuildSettingsStore {
  const get = async (guildId: string) => {
    const text = await redis.get(redisKeys.guildSettings(guildId));
    return text === null
      ? defaultGuildSettings
      : decode(guildSettingsSchema, text, `the settings of server ${guildId}`);
  };
  return {
    get,
    async update(guildId, change) {
      const next = guildSettingsSchema.parse({ ...(await get(guildId)), ...change });
      await redis
        .multi()
        .set(redisKeys.guildSettings(guildId), JSON.stringify(next))
        .sadd(redisKeys.guilds, guildId)
        .exec();
      return next;
    },
    async remove(guildId) {
      await redis.multi().del(redisKeys.guildSettings(guildId)).srem(redisKeys.guilds, guildId).exec();
    },
    list: () => redis.smembers(redisKeys.guilds),
  };
}

/** Largest weight among the member's roles. */
export function weightOf(settings: Pick<GuildSettings, 'roleWeights'>, roleIds: readonly string[]): number {
  const weights = settings.roleWeights.filter((entry) => roleIds.includes(entry.roleId)).map((entry) => entry.weight);
  return weights.length > 0 ? Math.max(...weights) : 1;
}
