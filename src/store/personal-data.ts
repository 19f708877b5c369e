// What is stored about one member, for export and deletion; and about one server, deleted some days after the bot has left it.

import type { Redis } from 'ioredis';
import { redisKeys } from '../jobs/redis-keys.ts';
import type { ImageStore } from './image-store.ts';
import { createJobStore, type JobRecord } from './jobs.ts';
import { createTraceRegistry } from './trace-registry.ts';
import { createUploads } from './uploads.ts';

export interface PersonalData {
  readonly termsAccepted: string | null;
  readonly memberSettings: unknown;
  readonly favourites: readonly string[];
  /** Newest first; without the interaction's token. */
  readonly requests: readonly object[];
}

export interface PersonalDataStore {
  export(userId: string): Promise<PersonalData>;
  /** Requests, their pictures, input pictures and withheld originals, settings, favourites, terms. Bans and the audit trail stay. @returns requests deleted */
  delete(userId: string): Promise<number>;
  /** Pictures that a member attached before that time. @returns how many */
  deleteUploadsBefore(userId: string, time: number): Promise<number>;
  /** Deletes servers whose time has come (see departures.ts). @returns how many */
  deleteDueServers(now: number): Promise<number>;
}

const tilesAndGrid = [-1, 0, 1, 2, 3];
const pageSize = 100;

function parsed(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

/** All but the token, which is a secret, and what belongs to the machine. */
function ownWords({ job, state, result, message, deliveredAt }: JobRecord): object {
  const { reply, requester, traceIds: _traceIds, ...rest } = job;
  const { channelId, guildId, interactionAt, ephemeral, locale } = reply;
  return {
    ...rest,
    requester,
    reply: { channelId, guildId, interactionAt, ephemeral, locale },
    state,
    message,
    deliveredAt,
    pictures: result?.pictures.map(({ kind, index, seed, outcome, reason, traceId }) => ({
      kind,
      index,
      seed,
      outcome,
      reason,
      traceId,
    })),
  };
}

export function createPersonalData(redis: Redis, images: ImageStore): PersonalDataStore {
  const jobs = createJobStore(redis);
  const traces = createTraceRegistry(redis);
  const uploads = createUploads(redis, images);

  async function jobIdsIn(key: string): Promise<string[]> {
    return redis.zrevrange(key, 0, -1);
  }

  async function removeJob(jobId: string): Promise<void> {
    const record = await jobs.get(jobId).catch(() => null);
    const pictures = record?.result?.pictures ?? [];
    // What a button cut out of a message for this job alone; what members attached is in their list.
    const { init, maskKey } = record?.job.request ?? {};
    await images.remove([init?.imageKey ?? '', maskKey ?? ''].filter((key) => key.startsWith(`{${jobId}}/`)));
    if (pictures.length > 0) {
      // A job that only shows another one's pictures (U1, /show) leaves them and their traces to that one.
      await images.remove(pictures.map(({ imageKey }) => imageKey).filter((key) => key.startsWith(`{${jobId}}/`)));
      for (const { traceId } of pictures) {
        const trace = traceId === null ? null : await traces.find(traceId).catch(() => null);
        if (trace?.jobId === jobId) await redis.hdel(redisKeys.trace, String(traceId));
      }
    }
    await redis.unlink(
      ...tilesAndGrid.map((tile) => redisKeys.withheld(jobId, tile)),
      redisKeys.review('appeal', jobId),
      redisKeys.review('report', jobId),
    );
    await jobs.remove(jobId);
  }

  async function removeListed(key: string): Promise<number> {
    const jobIds = await jobIdsIn(key);
    for (const jobId of jobIds) await removeJob(jobId);
    await redis.del(key);
    return jobIds.length;
  }

  async function removeServer(guildId: string): Promise<void> {
    await removeListed(redisKeys.guildJobs(guildId));
    const banned = await redis.smembers(redisKeys.bans(guildId));
    await redis
      .multi()
      .unlink(
        redisKeys.guildSettings(guildId),
        redisKeys.bans(guildId),
        redisKeys.audit(guildId),
        redisKeys.pausedJobs(guildId),
        ...banned.map((userId) => redisKeys.ban(guildId, userId)),
      )
      .srem(redisKeys.guilds, guildId)
      .srem(redisKeys.pausedGuilds, guildId)
      .exec();
  }

  return {
    async export(userId) {
      const [termsAccepted, memberSettings, favouritesType] = await Promise.all([
        redis.get(redisKeys.terms(userId)),
        redis.get(redisKeys.memberSettings(userId)),
        redis.type(redisKeys.favourites(userId)),
      ]);
      const favourites =
        favouritesType === 'zset'
          ? await redis.zrange(redisKeys.favourites(userId), '0', '-1')
          : favouritesType === 'set'
            ? await redis.smembers(redisKeys.favourites(userId))
            : [];
      const jobIds = await jobIdsIn(redisKeys.memberJobs(userId));
      const requests: object[] = [];
      for (let start = 0; start < jobIds.length; start += pageSize) {
        const page = await Promise.all(
          jobIds.slice(start, start + pageSize).map((jobId) => jobs.get(jobId).catch(() => null)),
        );
        requests.push(...page.flatMap((record) => (record ? [ownWords(record)] : [])));
      }
      return { termsAccepted, memberSettings: parsed(memberSettings), favourites, requests };
    },
    async delete(userId) {
      const count = await removeListed(redisKeys.memberJobs(userId));
      await uploads.removeBefore(userId);
      await redis.unlink(
        redisKeys.terms(userId),
        redisKeys.memberSettings(userId),
        redisKeys.favourites(userId),
        redisKeys.kept(userId),
      );
      return count;
    },
    deleteUploadsBefore: uploads.removeBefore,
    async deleteDueServers(now) {
      const due = await redis.zrangebyscore(redisKeys.departures, '-inf', now);
      for (const guildId of due) {
        await removeServer(guildId);
        await redis.zrem(redisKeys.departures, guildId);
      }
      return due.length;
    },
  };
}
