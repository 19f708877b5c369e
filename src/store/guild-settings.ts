// What a server's moderators set. Everything has a default; what they may set lies within the operator's ceiling, which others check.

import type { Redis } from 'ioredis';
import { z } from 'zod';
import { EaselError } from '../errors.ts';
import { redisKeys } from '../jobs/redis-keys.ts';
import { redisScript } from '../jobs/redis-script.ts';
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
  /**
   * Changes some fields and returns the whole; of two changes at once none is lost.
   * @param change or what makes it of what stands there, asked again where somebody was first
   * @throws EaselError `store-corrupt` when what stands there cannot be read.
   */
  update(
    guildId: string,
    change: Partial<GuildSettings> | ((before: GuildSettings) => Partial<GuildSettings>),
  ): Promise<GuildSettings>;
  remove(guildId: string): Promise<void>;
  list(): Promise<readonly string[]>;
}

// KEYS  1 settings  2 servers     ARGV  1 what is there, or ''  2 what is to be there  3 server. Returns 0 where somebody was first.
const replaceScript = redisScript(`
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
redis.call('SADD', KEYS[2], ARGV[3])
return 1
`);
const mostTries = 20;

export function createGuildSettings(redis: Redis): GuildSettingsStore {
  const read = (guildId: string, text: string | null) =>
    text === null ? defaultGuildSettings : decode(guildSettingsSchema, text, `the settings of server ${guildId}`);
  return {
    get: async (guildId) => read(guildId, await redis.get(redisKeys.guildSettings(guildId))),
    async update(guildId, change) {
      const key = redisKeys.guildSettings(guildId);
      for (let tries = 0; tries < mostTries; tries += 1) {
        const text = await redis.get(key);
        const before = read(guildId, text);
        const next = guildSettingsSchema.parse({
          ...before,
          ...(typeof change === 'function' ? change(before) : change),
        });
        const values = [text ?? '', JSON.stringify(next), guildId];
        if ((await replaceScript.run(redis, [key, redisKeys.guilds], values)) === 1) return next;
      }
      throw new EaselError(
        'store-unavailable',
        `Expected to change the settings of server ${guildId} but others always came first`,
        {
          retryable: true,
        },
      );
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
