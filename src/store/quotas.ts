// Pictures per day (UTC), by member, by member in a server, and by server. Counted by the gate; read and given back here.

import type { Redis } from 'ioredis';
import { redisKeys } from '../jobs/redis-keys.ts';

/** yyyy-mm-dd in UTC. */
export function quotaDay(now: number): string {
  return new Date(now).toISOString().slice(0, 10);
}

/** Unix milliseconds of the next midnight, UTC. */
export function quotaResetsAt(now: number): number {
  return Date.parse(`${quotaDay(now)}T00:00:00Z`) + 86_400_000;
}

/** In this order in the gate's script: member, member in the server, server. Without a server the member's key stands in. */
export function quotaKeys(day: string, userId: string, guildId: string | null): readonly [string, string, string] {
  const member = redisKeys.quota(day, 'member', userId);
  if (guildId === null) return [member, member, member];
  return [member, redisKeys.quota(day, 'guild-member', guildId, userId), redisKeys.quota(day, 'guild', guildId)];
}

export interface QuotaUse {
  readonly member: number;
  readonly memberInGuild: number;
  readonly guild: number;
  readonly resetsAt: number;
}

export async function readQuota(
  redis: Redis,
  userId: string,
  guildId: string | null,
  now = Date.now(),
): Promise<QuotaUse> {
  const values = await redis.mget(...quotaKeys(quotaDay(now), userId, guildId));
  const [member = 0, memberInGuild = 0, guild = 0] = values.map((value) => Math.max(0, Number(value) || 0));
  return { member, memberInGuild, guild: guildId === null ? 0 : guild, resetsAt: quotaResetsAt(now) };
}
