import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { redisKeys } from '../../src/jobs/redis-keys.ts';
import { connect } from '../../src/queue/connect.ts';
import { createAuditTrail } from '../../src/store/audit.ts';
import { createBans } from '../../src/store/bans.ts';
import { createFavourites } from '../../src/store/favourites.ts';
import {
  createGuildSettings,
  defaultGuildSettings,
  readGuildSettings,
  weightOf,
} from '../../src/store/guild-settings.ts';
import { createMemberSettings } from '../../src/store/member-settings.ts';
import { createPersonalData } from '../../src/store/personal-data.ts';
import { createRedisImageStore } from '../../src/store/redis-image-store.ts';
import { applyRetention } from '../../src/store/retention.ts';
import { createReviews } from '../../src/store/reviews.ts';
import { createTakedowns } from '../../src/store/takedowns.ts';
import { createTraceRegistry, scatter } from '../../src/store/trace-registry.ts';
import { createWithheldStore } from '../../src/store/withheld.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

let server: TestRedis;
let redis: Redis;

beforeAll(async () => {
  server = await startTestRedis();
  redis = await connect(server.url, { patience: 'producer', name: 'test' });
});
beforeEach(() => redis.flushall());
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

describe('guild settings', () => {
  it('have a default for everything and keep what is set', async () => {
    const settings = createGuildSettings(redis);
    expect(await settings.get('1')).toEqual(defaultGuildSettings);
    await settings.update('1', { safety: 'strict', channelIds: ['5'] });
    expect(await settings.get('1')).toMatchObject({ safety: 'strict', channelIds: ['5'], onFlag: 'withhold' });
    expect(await settings.list()).toEqual(['1']);
  });

  it('name a poisoned value, and count as strictest where an answer is needed', async () => {
    await redis.set(redisKeys.guildSettings('1'), '{"safety":"anything goes"}');
    await expect(createGuildSettings(redis).get('1')).rejects.toMatchObject({ code: 'store-corrupt' });
    expect(readGuildSettings('{"safety":"anything goes"}').safety).toBe('strict');
    expect(readGuildSettings('not json').safety).toBe('strict');
  });

  it('give a member the largest weight of their roles', () => {
    const roleWeights = [
      { roleId: '1', weight: 2 },
      { roleId: '2', weight: 3 },
    ];
    expect(weightOf({ roleWeights }, ['1', '2', '9'])).toBe(3);
    expect(weightOf({ roleWeights }, [])).toBe(1);
  });
});

describe('questions of a member', () => {
  it('are so many an hour, also where the count was left without an end', async () => {
    const reviews = createReviews(redis);
    const key = redisKeys.reviewAsks('verify', '7');
    expect([await reviews.count('verify', '7', 2), await reviews.count('verify', '7', 2)]).toEqual([true, true]);
    expect(await reviews.count('verify', '7', 2)).toBe(false);
    await redis.persist(key);
    expect(await reviews.count('verify', '7', 2)).toBe(false);
    expect(await redis.ttl(key)).toBeGreaterThan(3590);
  });
});

describe('bans', () => {
  const ban = { userId: '7', guildId: '1', reason: 'spam', byUserId: '8', at: 1, until: null };

  it('hold in their server, everywhere when said so, and until lifted', async () => {
    const bans = createBans(redis);
    await bans.set(ban);
    expect(await bans.find('1', '7')).toEqual(ban);
    expect(await bans.find('2', '7')).toBeNull();
    await bans.set({ ...ban, guildId: null });
    expect((await bans.find('2', '7'))?.reason).toBe('spam');
    expect(await bans.lift(null, '7')).toBe(true);
    expect(await bans.find('2', '7')).toBeNull();
  });

  it('end by themselves and leave the list', async () => {
    const bans = createBans(redis);
    await bans.set({ ...ban, until: Date.now() + 60 });
    expect(await bans.list('1')).toHaveLength(1);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await bans.find('1', '7')).toBeNull();
    expect(await bans.list('1')).toEqual([]);
  });
});

describe('what a member set', () => {
  it('is kept for the retention time after their last request, or after they set it', async () => {
    const days = 86_400_000;
    const personal = createPersonalData(redis, createRedisImageStore(redis, { maxBytes: 1000 }));
    const apply = async (now: number) => {
      await redis.del(redisKeys.retention);
      await applyRetention(redis, personal, { retentionDays: 30, now });
    };
    const daysLeft = async (key: string) => Math.round((await redis.pttl(key)) / days);
    const [idle, active] = [redisKeys.terms('1'), redisKeys.memberSettings('2')];
    await redis.set(idle, '1');
    await createMemberSettings(redis).set('2', { version: 1, steps: 9 });
    await apply(Date.now());
    expect([await daysLeft(idle), await daysLeft(active)]).toEqual([30, 30]);
    await redis.pexpire(idle, 10 * days);
    await redis.pexpire(active, 10 * days);
    await redis.zadd(redisKeys.memberJobs('2'), Date.now() - 5 * days, 'job');
    await apply(Date.now());
    expect([await daysLeft(idle), await daysLeft(active)]).toEqual([10, 25]);
    expect(await createMemberSettings(redis).get('2')).toMatchObject({ steps: 9 });
  });
});

describe('/privacy export', () => {
  it('has the member’s own refused words, and not what refused them', async () => {
    const personal = createPersonalData(redis, createRedisImageStore(redis, { maxBytes: 1000 }));
    const details = { rule: 'server-filter', category: 'server', matched: 'secret entry', text: 'my own words' };
    const entry = { action: 'request refused', actorId: 'system', subjectId: '7', details } as const;
    await createAuditTrail(redis).append('1', entry);
    const { auditTrail } = await personal.export('7');
    expect(auditTrail).toMatchObject([{ action: 'request refused', details: { text: 'my own words' } }]);
    expect(JSON.stringify(auditTrail)).not.toContain('secret entry');
  });
});

describe('the audit trail', () => {
  it('answers newest first, by any field, over more than one page', async () => {
    const audit = createAuditTrail(redis);
    for (let index = 0; index < 1200; index += 1) {
      await audit.append('1', {
        action: index % 3 === 0 ? 'member banned' : 'request flagged',
        actorId: 'system',
        subjectId: String(index),
      });
    }
    const banned = await audit.list('1', { action: 'member banned', limit: 1000 });
    expect(banned).toHaveLength(400);
    expect(banned[0]?.subjectId).toBe('1197');
    expect(await audit.list('1', { subjectId: '3' })).toHaveLength(1);
    expect(await audit.list('2')).toEqual([]);
  });

  it('does not grow with the refusals of one member: twenty an hour with their words, the rest as a number', async () => {
    const audit = createAuditTrail(redis);
    const refuse = (guildId: string, subjectId: string, text: string) =>
      audit.append(guildId, { action: 'request refused', actorId: 'system', subjectId, details: { text } });
    for (let index = 1; index <= 500; index += 1) await refuse('1', '7', `words ${index}`);
    await refuse('1', '8', 'of another member');
    await refuse('2', '7', 'in another server');
    const mine = await audit.list('1', { subjectId: '7', limit: 1000 });
    expect(mine).toHaveLength(21);
    expect(mine[0]).toMatchObject({ action: 'request refused', details: { further: 480 } });
    expect(mine[1]?.details).toEqual({ text: 'words 20' });
    expect((await audit.list('1', { subjectId: '8' }))[0]?.details).toEqual({ text: 'of another member' });
    expect(await audit.list('2')).toHaveLength(1);
    expect(await redis.memory('USAGE', redisKeys.audit('1'))).toBeLessThan(16_000);
    expect(await redis.ttl(redisKeys.refusals('1', '7'))).toBeGreaterThan(3500);
    // The next hour counts anew, and what was counted stays.
    await redis.del(redisKeys.refusals('1', '7'));
    await refuse('1', '7', 'an hour later');
    expect((await audit.list('1', { subjectId: '7' })).slice(0, 2).map(({ details }) => details)).toEqual([
      { text: 'an hour later' },
      { further: 480 },
    ]);
  });
});

describe('trace ids', () => {
  it('are unique, also when handed out side by side, and lead back to picture and grid', async () => {
    const traces = createTraceRegistry(redis);
    const handed = (await Promise.all(Array.from({ length: 100 }, () => traces.next(5)))).flat();
    expect(new Set(handed).size).toBe(500);
    await traces.register('0123456789ab', handed.slice(0, 5), 4);
    expect(await traces.find(handed[1] ?? 0)).toEqual({ jobId: '0123456789ab', tile: 1 });
    expect(await traces.find(handed[4] ?? 0)).toEqual({ jobId: '0123456789ab', tile: -1 });
    expect(await traces.find(12345)).toBeNull();
  });

  it('never collide: scattering is one to one', () => {
    const seen = new Set(Array.from({ length: 100_000 }, (_, index) => scatter(index + 4_294_900_000)));
    expect(seen.size).toBe(100_000);
  });
});

describe('withheld pictures', () => {
  it('open under their key and place alone, and are not readable in Redis', async () => {
    const picture = Buffer.from('a picture that nobody should see');
    const store = createWithheldStore(redis, 'the right secret');
    await store.put('0123456789ab', 2, picture);
    expect(Buffer.from((await store.get('0123456789ab', 2)) ?? [])).toEqual(picture);
    const sealed = await redis.getBuffer(redisKeys.withheld('0123456789ab', 2));
    expect(sealed?.includes('nobody')).toBe(false);
    expect(await redis.ttl(redisKeys.withheld('0123456789ab', 2))).toBeLessThanOrEqual(7 * 86_400);
    const other = createWithheldStore(redis, 'another secret');
    await expect(other.get('0123456789ab', 2)).rejects.toMatchObject({ code: 'store-corrupt' });
    await redis.set(redisKeys.withheld('0123456789ac', 2), sealed ?? '');
    await expect(store.get('0123456789ac', 2)).rejects.toMatchObject({ code: 'store-corrupt' });
  });
});

describe('takedowns, favourites, member settings', () => {
  it('remember what they are told', async () => {
    const takedowns = createTakedowns(redis);
    const takedown = {
      id: 't1',
      perceptualHash: '00ff00ff00ff00ff',
      embedding: [0.6, 0.8],
      guildId: null,
      byUserId: '1',
      reason: null,
      at: 1,
    };
    await takedowns.add(takedown);
    expect(await takedowns.list()).toEqual([takedown]);
    // One server decides nothing for another; the operator's count everywhere.
    await takedowns.add({ ...takedown, id: 't2', guildId: '7' });
    const inForce = async (guildId: string | null) => (await takedowns.inForce(guildId)).map(({ id }) => id).sort();
    expect(await inForce('7')).toEqual(['t1', 't2']);
    expect(await inForce('8')).toEqual(['t1']);
    expect(await inForce(null)).toEqual(['t1']);
    expect(await takedowns.lift('t1')).toBe(true);

    const favourites = createFavourites(redis);
    expect(await favourites.toggle('1', { jobId: 'abc', tile: 2 })).toBe(true);
    expect(await favourites.list('1', { offset: 0, limit: 10 })).toEqual([{ jobId: 'abc', tile: 2 }]);
    expect(await favourites.toggle('1', { jobId: 'abc', tile: 2 })).toBe(false);

    const members = createMemberSettings(redis);
    await members.set('1', { version: 1, steps: 40 });
    expect(await members.get('1')).toEqual({ version: 1, steps: 40 });
    await redis.set(redisKeys.memberSettings('1'), '{"steps":"many"}');
    expect(await members.get('1')).toEqual({ version: 1 });
  });
});
