import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { redisKeys } from '../../src/jobs/redis-keys.ts';
import { connect } from '../../src/queue/connect.ts';
import { createAuditTrail } from '../../src/store/audit.ts';
import { readGuildStats, spreadOf } from '../../src/store/guild-stats.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

let server: TestRedis;
let redis: Redis;
const now = 1_764_000_000_000;
const day = 86_400_000;

beforeAll(async () => {
  server = await startTestRedis();
  redis = await connect(server.url, { patience: 'producer', name: 'test' });
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

interface Record {
  readonly age: number;
  readonly state?: string;
  readonly outcomes?: readonly string[];
  readonly totalMs?: number;
  readonly waitMs?: number;
}

let count = 0;
async function keep({
  age,
  state = 'done',
  outcomes = ['posted'],
  totalMs = 1000,
  waitMs = 100,
}: Record): Promise<void> {
  count += 1;
  const jobId = `job${count}`;
  const createdAt = now - age;
  const tiles = outcomes.map((outcome) => ({ kind: 'tile', outcome }));
  const pictures = tiles.length > 1 ? [...tiles, { kind: 'grid', outcome: 'posted' }] : tiles;
  await redis.hset(redisKeys.job(jobId), {
    state,
    createdAt,
    startedAt: createdAt + waitMs,
    deliveredAt: createdAt + waitMs + totalMs,
    result: state === 'done' ? JSON.stringify({ totalMs, pictures }) : '',
  });
  await redis.zadd(redisKeys.guildJobs('1'), createdAt, jobId);
}

test('counts what was painted within the days, by day, and how long it took', async () => {
  await keep({ age: 1000, outcomes: ['posted', 'posted', 'withheld', 'posted'], totalMs: 4000 });
  await keep({ age: 2000, outcomes: ['blurred'], waitMs: 300 });
  await keep({ age: day + 1000, waitMs: 900 });
  await keep({ age: 3000, state: 'failed' });
  await keep({ age: 3000, state: 'cancelled' });
  // Shown again, not painted; too long ago; a record that cannot be read.
  await keep({ age: 4000, totalMs: 0 });
  await keep({ age: 8 * day });
  await redis.zadd(redisKeys.guildJobs('1'), now - 10, 'gone');
  await redis.hset(redisKeys.job('gone'), { state: 'done', result: '{' });
  expect(await readGuildStats(redis, '1', 2, now)).toEqual({
    pictures: 6,
    withheld: 1,
    blurred: 1,
    jobs: { done: 3, failed: 1, cancelled: 1 },
    paintMs: 6000,
    waiting: { median: 300, p95: 900 },
    whole: { median: 1900, p95: 4100 },
    perDay: [1, 5],
    isCut: false,
  });
  expect(await readGuildStats(redis, '2', 7, now)).toMatchObject({ pictures: 0, waiting: null, whole: null });
});

test('a spread is by nearest rank', () => {
  expect(spreadOf([])).toBeNull();
  expect(spreadOf([5])).toEqual({ median: 5, p95: 5 });
  expect(spreadOf(Array.from({ length: 100 }, (_, index) => 100 - index))).toEqual({ median: 50, p95: 95 });
});

test('the trail is asked by member, whether they did it or it was done to them, and offers nothing that changes an entry', async () => {
  const audit = createAuditTrail(redis);
  await audit.append('1', { action: 'member banned', actorId: '7', subjectId: '8' });
  await audit.append('1', { action: 'member unbanned', actorId: '8', subjectId: '9' });
  await audit.append('1', { action: 'queue paused', actorId: '9' });
  const actions = async (memberId: string) => (await audit.list('1', { memberId })).map(({ action }) => action);
  expect(await actions('7')).toEqual(['member banned']);
  expect(await actions('8')).toEqual(['member unbanned', 'member banned']);
  expect(await actions('9')).toEqual(['queue paused', 'member unbanned']);
  expect(Object.keys(audit).sort()).toEqual(['append', 'appendAbout', 'list', 'trim']);
});
