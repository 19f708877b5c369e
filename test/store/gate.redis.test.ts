import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { redisKeys } from '../../src/jobs/redis-keys.ts';
import { connect } from '../../src/queue/connect.ts';
import { acceptJob } from '../../src/queue/job-queue.ts';
import { createBans } from '../../src/store/bans.ts';
import { createGate, type Gate, type GateRequest } from '../../src/store/gate.ts';
import { createGuildSettings } from '../../src/store/guild-settings.ts';
import { readQuota } from '../../src/store/quotas.ts';
import { simulatedHash, testJob } from '../support/jobs.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

let server: TestRedis;
let redis: Redis;
let gate: Gate;
let next = 0;

beforeAll(async () => {
  server = await startTestRedis();
  redis = await connect(server.url, { patience: 'producer', name: 'test' });
  gate = createGate(redis, { quotaPerMember: 10, quotaPerGuild: 100, maxQueue: 5, maxWaitingPerMember: 3 });
});
beforeEach(() => redis.flushall());
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

function request(change: Partial<GateRequest> = {}): GateRequest {
  next += 1;
  return {
    interactionId: String(1000 + next),
    resumed: false,
    userId: '1',
    guildId: '30',
    roleIds: [],
    pressKey: null,
    intent: null,
    jobIds: [],
    pictures: 0,
    modelHash: simulatedHash,
    ...change,
  };
}

async function refusal(change: Partial<GateRequest>) {
  const answer = await gate.pass(request(change));
  return answer.type === 'open' ? answer.refusal : answer.type;
}

describe('the gate', () => {
  it('lets one process answer an interaction, however many ask', async () => {
    const same = request();
    const answers = await Promise.all(Array.from({ length: 10 }, () => gate.pass(same)));
    expect(answers.filter((answer) => answer.type === 'open')).toHaveLength(1);
    expect(answers.filter((answer) => answer.type === 'taken')).toHaveLength(9);
  });

  it('takes an id that a server counts anew for another interaction, by its token', async () => {
    const first = request({ token: 'a' });
    expect((await gate.pass(first)).type).toBe('open');
    expect((await gate.pass(first)).type).toBe('taken');
    expect((await gate.pass({ ...first, token: 'b' })).type).toBe('open');
  });

  it('notices the same press again', async () => {
    expect(await refusal({ pressKey: 'message/button/member' })).toBeNull();
    expect(await refusal({ pressKey: 'message/button/member' })).toBe('repeated');
    expect(await refusal({ pressKey: 'message/button/another' })).toBeNull();
  });

  it('charges up to the quota and not beyond, and gives back what bought nothing', async () => {
    const first = request({ pictures: 8 });
    await gate.pass(first);
    expect(await refusal({ pictures: 4 })).toMatchObject({ type: 'quota', scope: 'member', limit: 10 });
    expect((await readQuota(redis, '1', '30')).member).toBe(8);
    await gate.settle(first.interactionId);
    expect((await readQuota(redis, '1', '30')).member).toBe(0);
    await gate.settle(first.interactionId);
    expect((await readQuota(redis, '1', '30')).member).toBe(0);
    expect(await refusal({ pictures: 4 })).toBeNull();
  });

  it('keeps to quotas that a server set', async () => {
    await createGuildSettings(redis).update('30', { quotaPerMember: 3, quotaPerGuild: 5 });
    expect(await refusal({ pictures: 3, userId: '1' })).toBeNull();
    expect(await refusal({ pictures: 1, userId: '1' })).toMatchObject({ scope: 'member', limit: 3 });
    expect(await refusal({ pictures: 3, userId: '2' })).toMatchObject({ scope: 'guild', limit: 5 });
    expect(await refusal({ pictures: 3, userId: '1', guildId: null })).toBeNull();
  });

  it('answers full by member and by queue, which are different things', async () => {
    for (let index = 0; index < 3; index += 1) await acceptJob(redis, testJob({ userId: '1' }), 1);
    expect(await refusal({ pictures: 1, userId: '1' })).toEqual({ type: 'full', scope: 'member', limit: 3 });
    for (let index = 0; index < 2; index += 1) await acceptJob(redis, testJob({ userId: '2' }), 1);
    expect(await refusal({ pictures: 1, userId: '3' })).toEqual({ type: 'full', scope: 'queue', limit: 5 });
    expect(await refusal({ pictures: 0, userId: '3' })).toBeNull();
  });

  it('turns banned members and paused servers away', async () => {
    await createBans(redis).set({ userId: '1', guildId: '30', reason: 'spam', byUserId: '9', at: 1, until: null });
    expect(await refusal({})).toEqual({ type: 'banned', reason: 'spam', until: null });
    await redis.set(redisKeys.ban(null, '2'), 'poisoned');
    expect(await refusal({ userId: '2' })).toEqual({ type: 'banned', reason: null, until: null });
    await redis.sadd(redisKeys.pausedGuilds, '30');
    expect(await refusal({ userId: '3', pictures: 1 })).toEqual({ type: 'paused' });
    expect(await refusal({ userId: '3', pictures: 1, guildId: '31' })).toBeNull();
  });

  it('turns them away as well where an interaction is taken up again, and charges nobody anew', async () => {
    expect(await refusal({ resumed: true, pictures: 8 })).toBeNull();
    expect(await refusal({ resumed: true, pictures: 8 }), 'not charged').toBeNull();
    await redis.sadd(redisKeys.pausedGuilds, '30');
    expect(await refusal({ resumed: true, pictures: 1 })).toEqual({ type: 'paused' });
    expect(await refusal({ resumed: true, pictures: 0 })).toBeNull();
    await createBans(redis).set({ userId: '1', guildId: '30', reason: 'spam', byUserId: '9', at: 1, until: null });
    expect(await refusal({ resumed: true })).toEqual({ type: 'banned', reason: 'spam', until: null });
  });

  it('asks once for each version of the terms, and keeps what was wanted', async () => {
    const terms = (version: number, keep = 'wish') => ({ pictures: 1, terms: { version, keep } });
    expect(await refusal(terms(1))).toMatchObject({ type: 'terms' });
    expect(await refusal({ terms: { version: 1, keep: '' } }), 'nothing is painted').toBeNull();
    expect(await gate.acceptTerms('1', String(1000 + next), 1)).toBeNull();
    expect(await refusal(terms(1))).toBeNull();
    const first = request(terms(2, 'the wish of version 2'));
    expect(await gate.pass(first)).toMatchObject({ refusal: { type: 'terms' } });
    expect(await gate.acceptTerms('1', first.interactionId, 2)).toBe('the wish of version 2');
    expect(await refusal(terms(2))).toBeNull();
    expect(await refusal({ ...terms(2), userId: '2' }), 'another member').toMatchObject({ type: 'terms' });
  });

  it('hands each intent that a process left behind to one caller', async () => {
    const kept = request({ intent: '{"kept":true}' });
    const lost = request({ intent: '{"lost":true}' });
    await gate.pass(kept);
    await gate.pass(lost);
    await gate.settle(kept.interactionId);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(await gate.unfinished(10_000)).toEqual([]);
    const found = await Promise.all([gate.unfinished(50), gate.unfinished(50), gate.unfinished(50)]);
    expect(found.flat()).toEqual([{ interactionId: lost.interactionId, intent: '{"lost":true}' }]);
  });

  it('reads settings and job records in the same round trip; a poisoned record is none', async () => {
    const job = testJob();
    await acceptJob(redis, job, 1);
    await redis.hset(redisKeys.job('0123456789ab'), 'data', 'poison');
    const answer = await gate.pass(request({ jobIds: [job.jobId, '0123456789ab', 'zzzzzzzzzzzz'] }));
    expect(answer.type === 'open' ? answer.jobs.map((found) => found?.job.jobId ?? null) : null).toEqual([
      job.jobId,
      null,
      null,
    ]);
  });
});
