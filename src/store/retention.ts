// Retention, applied once an hour by whichever process is first: request records expire by themselves; what points at them, old audit
// entries and the data of servers that were left is cleared here.

import type { Redis } from 'ioredis';
import { EaselError } from '../errors.ts';
import { isAboutValues } from '../jobs/explain-refusal.ts';
import { redisKeys } from '../jobs/redis-keys.ts';
import { takeLease } from '../jobs/take-lease.ts';
import type { Logger } from '../observability/logger.ts';
import { createAuditTrail } from './audit.ts';
import { decodeOr } from './decode.ts';
import type { ImageStore } from './image-store.ts';
import type { PersonalDataStore } from './personal-data.ts';
import { keyFamily } from './scan-keys.ts';
import { traceSchema } from './trace-registry.ts';
import { uploadDays } from './uploads.ts';

export interface RetentionReport {
  /** Entries taken out of lists of requests. */
  readonly listed: number;
  readonly favourites: number;
  readonly traces: number;
  /** Pictures that members attached. */
  readonly uploads: number;
  /** Servers that were left and whose time had come. */
  readonly servers: number;
}

/** What others keep and retention drops once an hour. */
export interface Upkeep {
  /** For the log. */
  readonly of: string;
  /** @param signal when this process is about to end: what is left is done by the next one */
  work(signal: AbortSignal): Promise<unknown>;
}

const dayMs = 86_400_000;
/** Shorter than an hour by less than the time between two attempts. */
const lockSeconds = 3300;
const attemptEveryMs = 10 * 60_000;
const sweepEveryMs = 23 * 3_600_000;

/** Marks of pictures whose request is gone. @returns how many */
async function trimTraces(redis: Redis, before: number): Promise<number> {
  const isGone = async (jobId: string) => (await redis.exists(redisKeys.job(jobId))) === 0;
  let traces = 0;
  let cursor = '0';
  do {
    const [next, flat] = await redis.hscan(redisKeys.trace, cursor, 'COUNT', 500);
    for (let index = 0; index + 1 < flat.length; index += 2) {
      const trace = decodeOr(traceSchema, flat[index + 1], null);
      const isOver =
        trace === null || ('erased' in trace ? Date.parse(trace.madeOn) < before : await isGone(trace.jobId));
      if (isOver) traces += await redis.hdel(redisKeys.trace, flat[index] ?? '');
    }
    cursor = next;
  } while (cursor !== '0');
  return traces;
}

/** What a member set stays as long as a request made when they last made one, or last set it: no longer than their buttons live. */
async function limitSetting(redis: Redis, key: string, userId: string, keptMs: number, now: number): Promise<void> {
  const left = await redis.pttl(key);
  const [, newest] = await redis.zrevrange(redisKeys.memberJobs(userId), 0, 0, 'WITHSCORES');
  const until = left === -1 ? now + keptMs : Number(newest ?? 0) + keptMs;
  if (left === -1 || until > now + left) await redis.pexpireat(key, Math.round(until));
}

/** Null when another process did it within the hour. */
export async function applyRetention(
  redis: Redis,
  personal: PersonalDataStore,
  options: {
    readonly retentionDays: number;
    readonly now?: number;
    /** See PersonalDataStore. */
    readonly forget?: Parameters<PersonalDataStore['deleteDueServers']>[1];
    /** Further upkeep, done last; what fails of it stands in the way of nothing else and is tried again in an hour. */
    readonly upkeep?: readonly Upkeep[];
    readonly onUpkeepFailed?: (of: string, error: unknown) => void;
    readonly signal?: AbortSignal;
    /** A key that cannot be read does not stand in the way of the others. */
    readonly onUnreadable?: (key: string, error: unknown) => void;
  },
): Promise<RetentionReport | null> {
  if (!(await takeLease(redis, redisKeys.retention, lockSeconds * 1000))) return null;
  try {
    const now = options.now ?? Date.now();
    const before = now - options.retentionDays * dayMs;
    const audit = createAuditTrail(redis);
    const isGone = async (jobId: string) => (await redis.exists(redisKeys.job(jobId))) === 0;

    const guarded = <T>(key: string, work: Promise<T>, fallback: T): Promise<T> =>
      work.catch((error: unknown) => {
        if (!isAboutValues(error) && !(error instanceof EaselError && error.code === 'store-corrupt')) throw error;
        options.onUnreadable?.(key, error);
        return fallback;
      });
    const each = (keyOf: (id: string) => string, work: (key: string, id: string) => Promise<void>) =>
      keyFamily(redis, keyOf, (key, id) => guarded(key, work(key, id), undefined));

    let listed = 0;
    for (const list of [redisKeys.memberJobs, redisKeys.guildJobs]) {
      await each(list, async (key) => {
        listed += await redis.zremrangebyscore(key, '-inf', before);
      });
    }
    let favourites = 0;
    await each(redisKeys.favourites, async (key) => {
      for (const entry of await redis.zrange(key, '0', '-1')) {
        if (await isGone(entry.split('/')[0] ?? '')) favourites += await redis.zrem(key, entry);
      }
    });
    for (const setting of [redisKeys.memberSettings, redisKeys.terms]) {
      await each(setting, (key, userId) => limitSetting(redis, key, userId, options.retentionDays * dayMs, now));
    }
    await each(redisKeys.audit, (_key, id) => audit.trim(id === 'everywhere' ? null : id, before));
    let uploads = 0;
    await each(redisKeys.uploads, async (_key, userId) => {
      uploads += await personal.deleteUploadsBefore(userId, Math.max(before, now - uploadDays * dayMs));
    });
    const traces = await guarded(redisKeys.trace, trimTraces(redis, before), 0);
    const servers = await guarded(redisKeys.departures, personal.deleteDueServers(now, options.forget), 0);
    const signal = options.signal ?? new AbortController().signal;
    for (const { of, work } of options.upkeep ?? [])
      await work(signal).catch((error: unknown) => options.onUpkeepFailed?.(of, error));
    return { listed, favourites, traces, uploads, servers };
  } catch (error) {
    // Not done: somebody should try again before the hour is over.
    await redis.del(redisKeys.retention).catch(() => undefined);
    throw error;
  }
}

/** Once a day: a big store is listed from end to end for it. @returns how many pictures went; null when it was done within the day */
export async function sweepPictures(
  redis: Redis,
  images: Pick<ImageStore, 'removeExpired'>,
  signal?: AbortSignal,
): Promise<number | null> {
  if (!(await takeLease(redis, redisKeys.pictureSweep, sweepEveryMs))) return null;
  try {
    const removed = await images.removeExpired(Date.now(), signal);
    if (signal?.aborted) await redis.del(redisKeys.pictureSweep);
    return removed;
  } catch (error) {
    await redis.del(redisKeys.pictureSweep).catch(() => undefined);
    throw error;
  }
}

export interface RetentionOptions {
  readonly redis: Redis;
  readonly personal: PersonalDataStore;
  readonly retentionDays: number;
  /** See PersonalDataStore. */
  readonly forget?: Parameters<PersonalDataStore['deleteDueServers']>[1];
  /** See applyRetention. */
  readonly upkeep?: readonly Upkeep[];
  readonly logger: Logger;
  /** How often this process asks whether it is its turn. Default 10 min. */
  readonly attemptEveryMs?: number;
}

/** Applies retention now and from then on, as long as this process lives; several processes share the work. */
export function keepRetention(options: RetentionOptions): { close(): Promise<void> } {
  const { redis, personal, retentionDays, logger } = options;
  const ending = new AbortController();
  const apply = () =>
    applyRetention(redis, personal, {
      retentionDays,
      ...(options.forget ? { forget: options.forget } : {}),
      ...(options.upkeep ? { upkeep: options.upkeep } : {}),
      signal: ending.signal,
      onUpkeepFailed: (of, err) => logger.warn({ err, of }, 'upkeep could not be done'),
      onUnreadable: (key, err) => logger.error({ err, redisKey: key }, 'retention left out what cannot be read'),
    })
      .then((report) => {
        if (report && Object.values(report).some((count) => count > 0)) logger.info(report, 'retention was applied');
      })
      .catch((err: unknown) => logger.warn({ err }, 'retention could not be applied'));
  let working = apply();
  const timer = setInterval(() => {
    working = working.then(apply);
  }, options.attemptEveryMs ?? attemptEveryMs);
  timer.unref();
  return {
    async close() {
      clearInterval(timer);
      ending.abort();
      await working;
    },
  };
}
