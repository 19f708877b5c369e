// Retention, applied once an hour by whichever process is first: request records expire by themselves; what points at them, old audit
// entries and the data of servers that were left is cleared here.

import type { Redis } from 'ioredis';
import { z } from 'zod';
import { redisKeys } from '../jobs/redis-keys.ts';
import type { Logger } from '../observability/logger.ts';
import { createAuditTrail } from './audit.ts';
import type { PersonalDataStore } from './personal-data.ts';
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

const dayMs = 86_400_000;
/** Shorter than an hour by less than the time between two attempts. */
const lockSeconds = 3300;
const attemptEveryMs = 10 * 60_000;
const traceSchema = z.object({ jobId: z.string() });

async function keysLike(redis: Redis, pattern: string, each: (key: string) => Promise<void>): Promise<void> {
  let cursor = '0';
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', pattern, 'COUNT', 500);
    for (const key of keys) await each(key);
    cursor = next;
  } while (cursor !== '0');
}

const literal = (text: string) => text.replace(/[\\*?[\]]/g, (character) => `\\${character}`);

/** Every key of a family that is named by one id. */
function family(redis: Redis, keyOf: (id: string) => string, each: (key: string, id: string) => Promise<void>) {
  const [prefix = ''] = keyOf('*').split('*');
  return keysLike(redis, `${literal(prefix)}*`, (key) => each(key, key.slice(prefix.length)));
}

/** Null when another process did it within the hour. */
export async function applyRetention(
  redis: Redis,
  personal: PersonalDataStore,
  options: { readonly retentionDays: number; readonly now?: number },
): Promise<RetentionReport | null> {
  if ((await redis.set(redisKeys.retention, '1', 'EX', lockSeconds, 'NX')) !== 'OK') return null;
  try {
    const now = options.now ?? Date.now();
    const before = now - options.retentionDays * dayMs;
    const audit = createAuditTrail(redis);
    const isGone = async (jobId: string) => (await redis.exists(redisKeys.job(jobId))) === 0;

    let listed = 0;
    for (const list of [redisKeys.memberJobs, redisKeys.guildJobs]) {
      await family(redis, list, async (key) => {
        listed += await redis.zremrangebyscore(key, '-inf', before);
      });
    }
    let favourites = 0;
    await family(redis, redisKeys.favourites, async (key) => {
      for (const entry of await redis.zrange(key, '0', '-1')) {
        if (await isGone(entry.split('/')[0] ?? '')) favourites += await redis.zrem(key, entry);
      }
    });
    await family(redis, redisKeys.audit, (_key, id) => audit.trim(id === 'everywhere' ? null : id, before));
    let uploads = 0;
    await family(redis, redisKeys.uploads, async (_key, userId) => {
      uploads += await personal.deleteUploadsBefore(userId, Math.max(before, now - uploadDays * dayMs));
    });
    let traces = 0;
    let cursor = '0';
    do {
      const [next, flat] = await redis.hscan(redisKeys.trace, cursor, 'COUNT', 500);
      for (let index = 0; index + 1 < flat.length; index += 2) {
        const jobId = jobIdOf(flat[index + 1] ?? '');
        if (jobId === null || (await isGone(jobId))) traces += await redis.hdel(redisKeys.trace, flat[index] ?? '');
      }
      cursor = next;
    } while (cursor !== '0');
    return { listed, favourites, traces, uploads, servers: await personal.deleteDueServers(now) };
  } catch (error) {
    // Not done: somebody should try again before the hour is over.
    await redis.del(redisKeys.retention).catch(() => undefined);
    throw error;
  }
}

function jobIdOf(text: string): string | null {
  try {
    return traceSchema.parse(JSON.parse(text)).jobId;
  } catch {
    return null;
  }
}

export interface RetentionOptions {
  readonly redis: Redis;
  readonly personal: PersonalDataStore;
  readonly retentionDays: number;
  readonly logger: Logger;
  /** How often this process asks whether it is its turn. Default 10 min. */
  readonly attemptEveryMs?: number;
}

/** Applies retention now and from then on, as long as this process lives; several processes share the work. */
export function keepRetention(options: RetentionOptions): { close(): Promise<void> } {
  const { redis, personal, retentionDays, logger } = options;
  const apply = () =>
    applyRetention(redis, personal, { retentionDays })
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
      await working;
    },
  };
}
