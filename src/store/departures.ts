// Which servers the bot is in, and the servers it left: their data is deleted some days later, unless it is invited again. What is known
// belongs to one application: a playground on the same Redis does not make the real bot's servers look left.

import type { Redis } from 'ioredis';
import { redisKeys } from '../jobs/redis-keys.ts';

/** Time to change one's mind, or to notice a mistake. */
export const departureGraceDays = 7;

const graceMs = departureGraceDays * 86_400_000;

export interface Departures {
  arrived(applicationId: string, guildId: string): Promise<void>;
  left(applicationId: string, guildId: string): Promise<void>;
  /**
   * A gateway session began: what it names is there, and what its shard had before is gone (the bot was removed while nobody listened).
   * @param isOfShard whether a server belongs to that session's shard
   * @returns the servers that were left
   */
  reconcile(
    applicationId: string,
    guildIds: readonly string[],
    isOfShard: (guildId: string) => boolean,
  ): Promise<readonly string[]>;
}

export function createDepartures(redis: Redis): Departures {
  const departures = redisKeys.departures;

  async function leave(applicationId: string, guildIds: readonly string[]): Promise<void> {
    const change = redis.multi().srem(redisKeys.presence(applicationId), ...guildIds);
    for (const guildId of guildIds) change.zadd(departures, Date.now() + graceMs, guildId);
    await change.exec();
  }

  async function arrive(applicationId: string, guildIds: readonly string[]): Promise<void> {
    await redis
      .multi()
      .sadd(redisKeys.presence(applicationId), ...guildIds)
      .zrem(departures, ...guildIds)
      .exec();
  }

  return {
    arrived: (applicationId, guildId) => arrive(applicationId, [guildId]),
    left: (applicationId, guildId) => leave(applicationId, [guildId]),
    async reconcile(applicationId, guildIds, isOfShard) {
      if (guildIds.length > 0) await arrive(applicationId, guildIds);
      const here = new Set(guildIds);
      const known = await redis.smembers(redisKeys.presence(applicationId));
      const gone = known.filter((guildId) => isOfShard(guildId) && !here.has(guildId));
      if (gone.length > 0) await leave(applicationId, gone);
      return gone;
    },
  };
}
