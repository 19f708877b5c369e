// What is kept goes: old entries once an hour, the data of a server some days after the bot has left it.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { redisKeys } from '../../src/jobs/redis-keys.ts';
import type { Actor } from '../../src/playground/actors.ts';
import type { WireMessage } from '../../src/playground/wire.ts';
import { connect } from '../../src/queue/connect.ts';
import { createAuditTrail } from '../../src/store/audit.ts';
import { createBans } from '../../src/store/bans.ts';
import { departureGraceDays } from '../../src/store/departures.ts';
import { createFavourites } from '../../src/store/favourites.ts';
import { createGuildSettings } from '../../src/store/guild-settings.ts';
import { createJobStore } from '../../src/store/jobs.ts';
import { createTraceRegistry } from '../../src/store/trace-registry.ts';
import { type Harness, startHarness } from './harness.ts';

const dayMs = 86_400_000;

let easel: Harness;
let redis: Awaited<ReturnType<typeof connect>>;
let ada: Actor;
let guildId: string;

beforeEach(async () => {
  easel = await startHarness({ twin: { gateway: { identifyWindowMs: 0 } } });
  redis = await connect(easel.redis.url, { patience: 'producer', name: 'test' });
  ada = easel.actor('ada');
  guildId = easel.twin.guildId;
});
afterEach(async () => {
  redis.disconnect();
  await easel.close();
  expect(easel.violations()).toEqual([]);
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 10_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error('did not come about within ten seconds');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const isDone = (message: WireMessage) => message.attachments.length > 0 && message.content.includes('AI-generated');
const dueAt = () => redis.zscore(redisKeys.departures, guildId);
const isKnown = async () => (await redis.sismember(redisKeys.presence(easel.twin.applicationId), guildId)) === 1;

async function paintOne(): Promise<string> {
  const message = await ada
    .runCommand('general', '/imagine', { prompt: 'a lighthouse', steps: 2, count: 1 })
    .answer(isDone, 30_000);
  const delivered = async () => {
    const record = await createJobStore(redis).findByMessage(message.id);
    return record?.deliveredAt == null ? null : record.job.jobId;
  };
  await until(async () => (await delivered()) !== null);
  return (await delivered()) ?? '';
}

/** The next attempt is the hour's: the lock of the last one is gone. */
const nextHour = () => redis.del(redisKeys.retention);

describe('what is older than the retention', () => {
  test('leaves lists, favourites, traces and the audit trail; what is younger stays', async () => {
    await easel.startWorker();
    await easel.startBot();
    await easel.startDeliverer();
    const jobId = await paintOne();
    const traceIds = (await createJobStore(redis).get(jobId))?.job.traceIds ?? [];
    const old = Date.now() - 400 * dayMs;
    await redis.zadd(redisKeys.memberJobs(ada.id), old, 'old00000');
    await redis.zadd(redisKeys.guildJobs(guildId), old, 'old00000');
    await createTraceRegistry(redis).register('old00000', [77], 1);
    await createFavourites(redis).toggle(ada.id, { jobId: 'old00000', tile: 0 });
    await createFavourites(redis).toggle(ada.id, { jobId, tile: 0 });
    // A stream's ids only grow: the old entries have to stand in a trail of their own.
    await redis.xadd(
      redisKeys.audit('55'),
      `${old}-0`,
      'entry',
      JSON.stringify({ action: 'member banned', actorId: '1' }),
    );
    await redis.xadd(
      redisKeys.audit('66'),
      `${old}-0`,
      'entry',
      JSON.stringify({ action: 'member banned', actorId: '1' }),
    );
    await createAuditTrail(redis).append('66', { action: 'member banned', actorId: '2' });
    await nextHour();
    await until(async () => (await createTraceRegistry(redis).find(77)) === null);
    await until(async () => (await redis.exists(redisKeys.retention)) === 1);
    expect(await redis.zrange(redisKeys.memberJobs(ada.id), '0', '-1')).toEqual([jobId]);
    expect(await redis.zrange(redisKeys.guildJobs(guildId), '0', '-1')).toEqual([jobId]);
    expect(await createFavourites(redis).list(ada.id, { offset: 0, limit: 9 })).toEqual([{ jobId, tile: 0 }]);
    expect(await createTraceRegistry(redis).find(traceIds[0] ?? 0)).toEqual({ jobId, tile: 0 });
    expect(await redis.exists(redisKeys.audit('55'))).toBe(0);
    expect((await createAuditTrail(redis).list('66')).map(({ actorId }) => actorId)).toEqual(['2']);
  });

  test('is cleared by one process an hour, however many there are', async () => {
    const first = await easel.startBot();
    await easel.startBot();
    await until(async () => (await redis.exists(redisKeys.retention)) === 1);
    await redis.zadd(redisKeys.memberJobs('1'), 5, 'old00000');
    // Both ask five times a second; the hour's turn is taken.
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(await redis.zcard(redisKeys.memberJobs('1'))).toBe(1);
    await first.close();
    await nextHour();
    await until(async () => (await redis.zcard(redisKeys.memberJobs('1'))) === 0);
  });
});

describe('a server that the bot leaves', () => {
  test('is deleted when its time has come: requests, pictures, settings, bans, audit trail', async () => {
    await easel.startWorker();
    await easel.startBot();
    await easel.startDeliverer();
    const jobId = await paintOne();
    const keys = (await createJobStore(redis).get(jobId))?.result?.pictures.map(({ imageKey }) => imageKey) ?? [];
    await createGuildSettings(redis).update(guildId, { safety: 'strict' });
    const ban = { userId: '9', guildId, reason: 'spam', byUserId: '8', at: 1, until: null };
    await createBans(redis).set(ban);
    await createAuditTrail(redis).append(guildId, { action: 'member banned', actorId: '8', subjectId: '9' });

    easel.twin.removeBot();
    await until(async () => (await dueAt()) !== null);
    const wait = Number(await dueAt()) - Date.now();
    expect(wait).toBeGreaterThan((departureGraceDays - 0.01) * dayMs);
    expect(wait).toBeLessThanOrEqual(departureGraceDays * dayMs);
    await nextHour();
    await until(async () => (await redis.exists(redisKeys.retention)) === 1);
    expect(await createJobStore(redis).get(jobId), 'still within the time to come back').not.toBeNull();

    await redis.zadd(redisKeys.departures, Date.now() - 1, guildId);
    await nextHour();
    await until(async () => (await dueAt()) === null);
    expect(await createJobStore(redis).get(jobId)).toBeNull();
    expect(keys).toHaveLength(1);
    const copies = async () =>
      (await redis.keys(`{easel}:*${jobId}*`)).filter((key) => /:(generate-|deliver)/.test(key));
    await until(async () => (await copies()).length === 0);
    for (const key of keys) expect(await redis.exists(redisKeys.picture(key))).toBe(0);
    expect(await redis.exists(redisKeys.guildSettings(guildId), redisKeys.audit(guildId))).toBe(0);
    expect(await createBans(redis).find(guildId, '9')).toBeNull();
    expect(await redis.zcard(redisKeys.memberJobs(ada.id))).toBe(0);
  });

  test('is kept when it invites the bot again, and when it was only out of reach', async () => {
    await easel.startBot();
    await until(isKnown);
    easel.twin.setOutage(true);
    easel.twin.setOutage(false);
    easel.twin.removeBot();
    await until(async () => (await dueAt()) !== null);
    easel.twin.inviteBot();
    await until(async () => (await dueAt()) === null);
    easel.twin.setOutage(true);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await dueAt()).toBeNull();
    await easel.restartBot();
    await until(isKnown);
    expect(await dueAt(), 'a start during an outage').toBeNull();
  });

  test('is noticed at the next start when nobody listened', async () => {
    const bot = await easel.startBot();
    await until(isKnown);
    await bot.close();
    easel.twin.removeBot();
    await easel.startBot();
    await until(async () => (await dueAt()) !== null);
    expect(await isKnown()).toBe(false);
  });
});
