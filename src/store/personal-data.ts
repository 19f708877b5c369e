// What is stored about one member, for export and deletion; and about one server, deleted some days after the bot has left it.

import type { Redis } from 'ioredis';
import { redisKeys } from '../jobs/redis-keys.ts';
import { createAuditTrail } from './audit.ts';
import { banSchema } from './bans.ts';
import { decodeOr } from './decode.ts';
import { type ImageStore, pictureKeys } from './image-store.ts';
import { createJobStore, type JobRecord } from './jobs.ts';
import { createReviews } from './reviews.ts';
import { keyFamily } from './scan-keys.ts';
import { takedownSchema } from './takedowns.ts';
import { createTraceRegistry } from './trace-registry.ts';
import { createUploads } from './uploads.ts';
import { withheldKeys } from './withheld.ts';

export interface PersonalData {
  readonly termsAccepted: string | null;
  readonly memberSettings: unknown;
  readonly favourites: readonly string[];
  /** Newest first; without the interaction's token. */
  readonly requests: readonly object[];
  /** Pictures the member attached for one to start from, by name. */
  readonly attached: readonly string[];
  /** Private results that wait to be fetched. */
  readonly keptForYou: readonly string[];
  /** Commands that wait for the terms to be accepted, as Discord sent them but for their token. */
  readonly waitingForTerms: readonly unknown[];
  /** Pictures counted against the day's limits. */
  readonly counted: readonly { readonly day: string; readonly pictures: number }[];
  /** Who banned is somebody else's data and left out. */
  readonly bans: readonly object[];
  /** What moderation wrote down about the member, and what the member did as a moderator; without other people. */
  readonly auditTrail: readonly object[];
  /** Pictures the member reported or asked moderators about. */
  readonly reviewsAsked: readonly object[];
}

export interface DeletedRequest {
  readonly jobId: string;
  readonly modelHash: string;
}

export interface PersonalDataStore {
  export(userId: string): Promise<PersonalData>;
  /** How many requests there are. */
  count(userId: string): Promise<number>;
  /**
   * Requests, their pictures, input pictures and withheld originals, settings, favourites, terms. Of the traces only what is about nobody stays: made here,
   * on that day, with that model. Cards in mod-logs are only marked: closeDueCards closes them. Bans, the audit trail, the day's counters and fingerprints of removed pictures stay. May be repeated.
   * @returns the requests deleted
   */
  delete(userId: string): Promise<readonly DeletedRequest[]>;
  /** Pictures that a member attached before that time. @returns how many */
  deleteUploadsBefore(userId: string, time: number): Promise<number>;
  /** Deletes servers whose time has come (see departures.ts). @param forget takes copies out of the queues @returns how many */
  deleteDueServers(now: number, forget?: (requests: readonly DeletedRequest[]) => Promise<void>): Promise<number>;
}

const pageSize = 100;
/** What an entry's details may tell its subject, their own words among it: not what a filter's words are, nor who reported. */
const toldDetails = ['text', 'further', 'tile', 'reason', 'concepts', 'specialCare', 'until', 'category', 'decision'];

function parsed(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

/** All but the token, which is a secret, and what belongs to the machine. */
function ownWords({ job, state, result, message, extraMessages, deliveredAt }: JobRecord): object {
  const { reply, requester, traceIds: _traceIds, ...rest } = job;
  const { channelId, guildId, interactionAt, ephemeral, locale } = reply;
  const link = (posted: NonNullable<JobRecord['message']>) =>
    `https://discord.com/channels/${guildId ?? '@me'}/${posted.channelId}/${posted.messageId}`;
  return {
    ...rest,
    requester,
    reply: { channelId, guildId, interactionAt, ephemeral, locale },
    state,
    messages: [...(message ? [message] : []), ...extraMessages].map(link),
    deliveredAt,
    pictures: result?.pictures.map(({ kind, index, seed, width, height, outcome, reason, traceId }) => ({
      kind,
      index,
      seed,
      width,
      height,
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
  const audit = createAuditTrail(redis);
  const reviews = createReviews(redis);

  async function jobIdsIn(key: string): Promise<string[]> {
    // Whatever else lies there lists no requests, and goes with the rest.
    return (await redis.type(key)) === 'zset' ? redis.zrevrange(key, 0, -1) : [];
  }

  /** @param leaveMarks whether the marks of its pictures go on to say that they were made here */
  async function removeJob(jobId: string, leaveMarks: boolean): Promise<DeletedRequest | null> {
    const record = await jobs.get(jobId).catch(() => null);
    const pictures = record?.result?.pictures ?? [];
    const { init, maskKey } = record?.job.request ?? {};
    // Among its inputs, what a button cut out of a message for it alone; what members attached is in their list.
    // A job that only shows another one's pictures (U1, /show) leaves them and their traces to that one.
    const named = [...pictures.map(({ imageKey }) => imageKey), init?.imageKey, maskKey];
    const own = named.flatMap((key) => (key?.startsWith(`{${jobId}}/`) ? [key] : []));
    // By name as well: of a job that has not ended, or was cancelled at the end, the record lists nothing.
    await images.remove([...new Set([...pictureKeys.outputs(jobId), ...own])]);
    for (const { traceId } of pictures) {
      const trace = traceId === null ? null : await traces.find(traceId).catch(() => null);
      if (traceId === null || !trace || 'erased' in trace || trace.jobId !== jobId || !record) continue;
      const { createdAt, request } = record.job;
      if (leaveMarks) await traces.erase([traceId], { at: createdAt, modelHash: request.modelHash });
      else await redis.hdel(redisKeys.trace, String(traceId));
    }
    // What is left leads to pictures that were never posted.
    await traces.forget(jobId, record?.job.traceIds ?? []);
    await reviews.endCards(jobId);
    await redis.unlink(
      ...withheldKeys(jobId),
      redisKeys.cancel(jobId),
      redisKeys.progress(jobId),
      redisKeys.review('appeal', jobId),
      redisKeys.review('report', jobId),
    );
    await jobs.remove(jobId);
    return record && { jobId, modelHash: record.job.request.modelHash };
  }

  async function removeListed(key: string, leaveMarks: boolean): Promise<DeletedRequest[]> {
    const removed: DeletedRequest[] = [];
    for (const jobId of await jobIdsIn(key)) {
      const request = await removeJob(jobId, leaveMarks);
      if (request) removed.push(request);
    }
    await redis.del(key);
    return removed;
  }

  async function removeServer(guildId: string): Promise<DeletedRequest[]> {
    const removed = await removeListed(redisKeys.guildJobs(guildId), false);
    // One that cannot be read belongs to nobody known, and keeps no other server's data.
    for (const [id, text] of Object.entries(await redis.hgetall(redisKeys.takedowns))) {
      if (decodeOr(takedownSchema, text, null)?.guildId === guildId) await redis.hdel(redisKeys.takedowns, id);
    }
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
    return removed;
  }

  async function requestsOf(userId: string): Promise<object[]> {
    const jobIds = await jobIdsIn(redisKeys.memberJobs(userId));
    const requests: object[] = [];
    for (let start = 0; start < jobIds.length; start += pageSize) {
      const page = await Promise.all(
        jobIds.slice(start, start + pageSize).map((jobId) => jobs.get(jobId).catch(() => null)),
      );
      requests.push(...page.flatMap((record) => (record ? [ownWords(record)] : [])));
    }
    return requests;
  }

  /** Earlier versions kept a plain set. */
  async function favouritesOf(userId: string): Promise<string[]> {
    const key = redisKeys.favourites(userId);
    const type = await redis.type(key);
    return type === 'zset' ? redis.zrange(key, '0', '-1') : type === 'set' ? redis.smembers(key) : [];
  }

  async function bansOf(userId: string): Promise<object[]> {
    const found: object[] = [];
    await keyFamily(
      redis,
      (guildId) => redisKeys.ban(guildId, userId),
      async (key) => {
        const ban = decodeOr(banSchema, await redis.get(key), null);
        if (ban) found.push({ guildId: ban.guildId, reason: ban.reason, at: ban.at, until: ban.until });
      },
    );
    return found;
  }

  async function auditOf(userId: string): Promise<object[]> {
    const found: object[] = [];
    const limit = Number.POSITIVE_INFINITY;
    await keyFamily(redis, redisKeys.audit, async (_key, id) => {
      const guildId = id === 'everywhere' ? null : id;
      for (const { at, action, jobId, details } of await audit.list(guildId, { subjectId: userId, limit })) {
        const told = Object.entries(details).filter(([name]) => toldDetails.includes(name));
        found.push({ at, guildId, action, you: 'it was about you', jobId, details: Object.fromEntries(told) });
      }
      for (const { at, action, jobId } of await audit.list(guildId, { actorId: userId, limit }))
        found.push({ at, guildId, action, you: 'you did it', jobId });
    });
    return found;
  }

  async function reviewsOf(userId: string): Promise<object[]> {
    const found: object[] = [];
    for (const kind of ['appeal', 'report'] as const) {
      await keyFamily(
        redis,
        (jobId) => redisKeys.review(kind, jobId),
        async (key, jobId) => {
          if ((await redis.hget(key, 'askedBy')) === userId) found.push({ kind, jobId });
        },
      );
    }
    return found;
  }

  async function waitingOf(userId: string): Promise<unknown[]> {
    const found: unknown[] = [];
    await keyFamily(
      redis,
      (id) => redisKeys.keptRequest(userId, id),
      async (key) => {
        const { token: _token, ...interaction } = Object(parsed(await redis.get(key)));
        found.push(interaction);
      },
    );
    return found;
  }

  async function countedOf(userId: string) {
    const found: { day: string; pictures: number }[] = [];
    await keyFamily(
      redis,
      (day) => redisKeys.quota(day, 'member', userId),
      async (key, day) => {
        found.push({ day, pictures: Number(await redis.get(key)) || 0 });
      },
    );
    return found;
  }

  return {
    async export(userId) {
      const [termsAccepted, memberSettings, favourites, keptForYou] = await Promise.all([
        redis.get(redisKeys.terms(userId)),
        redis.get(redisKeys.memberSettings(userId)),
        favouritesOf(userId),
        redis.zrange(redisKeys.kept(userId), '0', '-1'),
      ]);
      return {
        termsAccepted,
        memberSettings: parsed(memberSettings),
        favourites,
        requests: await requestsOf(userId),
        attached: await redis.zrange(redisKeys.uploads(userId), '0', '-1'),
        keptForYou,
        waitingForTerms: await waitingOf(userId),
        counted: await countedOf(userId),
        bans: await bansOf(userId),
        auditTrail: await auditOf(userId),
        reviewsAsked: await reviewsOf(userId),
      };
    },
    count: async (userId) => (await jobIdsIn(redisKeys.memberJobs(userId))).length,
    async delete(userId) {
      const removed = await removeListed(redisKeys.memberJobs(userId), true);
      await uploads.removeBefore(userId);
      const families = [
        (id: string) => redisKeys.keptRequest(userId, id),
        (id: string) => redisKeys.batch(userId, id),
        (id: string) => redisKeys.batchTaker(userId, id),
      ];
      // Of what they asked moderators about other members' pictures the decision stays, their words and the way to them do not.
      for (const kind of ['appeal', 'report'] as const) {
        await keyFamily(
          redis,
          (jobId) => redisKeys.review(kind, jobId),
          async (key, jobId) => {
            if ((await redis.type(key)) !== 'hash' || (await redis.hget(key, 'askedBy')) !== userId) return;
            await reviews.endAsker(kind, jobId);
            await redis.multi().hdel(key, 'ask').hset(key, 'askedBy', '').exec();
          },
        );
      }
      for (const keyOf of families) await keyFamily(redis, keyOf, async (key) => void (await redis.unlink(key)));
      await redis.unlink(
        redisKeys.terms(userId),
        redisKeys.pendingTerms(userId),
        redisKeys.memberSettings(userId),
        redisKeys.favourites(userId),
        redisKeys.kept(userId),
      );
      return removed;
    },
    deleteUploadsBefore: uploads.removeBefore,
    async deleteDueServers(now, forget = async () => undefined) {
      const due = await redis.zrangebyscore(redisKeys.departures, '-inf', now);
      for (const guildId of due) {
        await forget(await removeServer(guildId));
        await redis.zrem(redisKeys.departures, guildId);
      }
      return due.length;
    },
  };
}
