// Retention, applied by whichever bot process is first in the hour: request records expire by themselves, what points at them, old audit
// entries and the data of servers that were left is cleared here.

import type { Redis } from 'ioredis';
import { z } from 'zod';
import { redisKeys } from '../jobs/redis-keys.ts';
import { createAuditTrail } from './audit.ts';
import type { PersonalDataStore } from './personal-data.ts';

export interface RetentionReport {
  readonly listed: number;
  readonly traces: number;
  readonly servers: number;
}

const dayMs = 86_400_000;
const lockSeconds = 3000;
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

/** Null when another process did it within the hour. */
export async function applyRetention(
  redis: Redis,
  personal: PersonalDataStore,
  options: { readonly retentionDays: number; readonly now?: number },
): Promise<RetentionReport | null> {
  if ((await redis.set(redisKeys.retention, '1', 'EX', lockSeconds, 'NX')) !== 'OK') return null;
  const now = options.now ?? Date.now();
  const before = now - options.retentionDays * dayMs;
  const audit = createAuditTrail(redis);
  let listed = 0;
  for (const list of [redisKeys.memberJobs('*'), redisKeys.guildJobs('*')]) {
    const [prefix = ''] = list.split('*');
    await keysLike(redis, `${literal(prefix)}*`, async (key) => {
      listed += await redis.zremrangebyscore(key, '-inf', before);
    });
  }
  const [auditPrefix = ''] = redisKeys.audit('*').split('*');
  await keysLike(redis, `${literal(auditPrefix)}*`, async (key) => {
    const guildId = key.slice(auditPrefix.length);
    await audit.trim(guildId === 'everywhere' ? null : guildId, before);
  });
  let traces = 0;
  let cursor = '0';
  do {
    const [next, flat] = await redis.hscan(redisKeys.trace, cursor, 'COUNT', 500);
    for (let index = 0; index + 1 < flat.length; index += 2) {
      const jobId = jobIdOf(flat[index + 1] ?? '');
      if (jobId !== null && (await redis.exists(redisKeys.job(jobId))) === 1) continue;
      traces += await redis.hdel(redisKeys.trace, flat[index] ?? '');
    }
    cursor = next;
  } while (cursor !== '0');
  return { listed, traces, servers: await personal.deleteDueServers(now) };
}

function jobIdOf(text: string): string | null {
  try {
    return traceSchema.parse(JSON.parse(text)).jobId;
  } catch {
    return null;
  }
}
