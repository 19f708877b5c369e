// Yesterday's Redis under today's code: what an earlier Easel had queued, finished and remembered (test/golden/upgrade, one file per day,
// with its recipe) is painted, posted and read.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Queue } from 'bullmq';
import { REST } from 'discord.js';
import type { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resultPresenter } from '../../commands/job-message.ts';
import { openSimulatedEngine } from '../../src/inference/simulated.ts';
import { deliverQueueName, generateQueueName, queuePrefix } from '../../src/jobs/queue-names.ts';
import { createLogger } from '../../src/observability/logger.ts';
import type { Twin } from '../../src/playground/start.ts';
import { SEED_IDS } from '../../src/playground/state/seed.ts';
import { countPostings } from '../../src/proofs/load.ts';
import { connect } from '../../src/queue/connect.ts';
import { createJobQueue } from '../../src/queue/job-queue.ts';
import { bullId, generateJobOptions, openQueues, type Queues } from '../../src/queue/queues.ts';
import { createAuditTrail } from '../../src/store/audit.ts';
import { createBans } from '../../src/store/bans.ts';
import { createFavourites } from '../../src/store/favourites.ts';
import { createGuildSettings } from '../../src/store/guild-settings.ts';
import { createJobStore } from '../../src/store/jobs.ts';
import { createMemberSettings } from '../../src/store/member-settings.ts';
import { createTakedowns } from '../../src/store/takedowns.ts';
import { startDeliverWorker } from '../../workers/deliver.ts';
import { startGenerateWorker } from '../../workers/generate.ts';
import { simulatedHash, testJob, until } from '../support/jobs.ts';
import { startJudgedTwin, violationsOf } from '../support/judged-twin.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { loadSnapshot, type SnapshotEntry } from '../support/redis-snapshot.ts';

const folder = new URL('../golden/upgrade/', import.meta.url).pathname;
const days = readdirSync(folder).filter((name) => name.endsWith('.json'));
const { guild, users } = SEED_IDS;

let server: TestRedis;
let redis: Redis;
let queues: Queues;
let twin: Twin;
const closers: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  server = await startTestRedis();
  twin = await startJudgedTwin();
  redis = await connect(server.url, { patience: 'worker', name: 'test' });
  queues = openQueues(redis);
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  await queues.close();
  redis.disconnect();
  await twin.close();
  await server.stop();
  expect(violationsOf(twin)).toEqual([]);
});

const logger = createLogger({ level: 'silent', role: 'test' });
const imageStore = { maxBytes: 64 * 2 ** 20 };

async function startWorker(): Promise<void> {
  const worker = await startGenerateWorker({
    redisUrl: server.url,
    engines: [openSimulatedEngine({ stepMs: 1 })],
    secretKey: 'a secret of sixteen or more',
    imageStore,
    maxRunningPerMember: 2,
    logger,
    workerId: 'today',
    drainMs: 100,
  });
  closers.push(() => worker.close());
}

async function startDeliverer(): Promise<void> {
  const rest = new REST({ api: twin.url, version: '10' }).setToken(twin.token);
  const deliver = await startDeliverWorker({
    redisUrl: server.url,
    rest,
    presenter: resultPresenter,
    imageStore,
    logger,
  });
  closers.push(() => deliver.close());
}

describe.each(days)('the Redis of %s', (day) => {
  beforeEach(async () => {
    const file = JSON.parse(readFileSync(join(folder, day), 'utf8')) as { modelHash: string; entries: SnapshotEntry[] };
    expect(file.modelHash).toBe(simulatedHash);
    await loadSnapshot(redis, file.entries);
  });

  it('has its waiting jobs painted and its finished pictures posted, each once', async () => {
    await startWorker();
    await startDeliverer();
    const wanted = ['pend1ng00000', 'wa1t1ngfv110', 'wa1t1ngp1a1n'];
    await until(async () => countPostings(twin).size === wanted.length, 60_000);
    expect([...countPostings(twin)].sort()).toEqual(wanted.map((jobId) => [jobId, 1]));
    const store = createJobStore(redis);
    for (const jobId of [...wanted, 'cance11ed000']) {
      await until(async () => (await store.get(jobId))?.deliveredAt !== null);
    }
    expect((await store.get('cance11ed000'))?.state).toBe('cancelled');
    expect((await queues.generate(generateQueueName(simulatedHash)).getJobCounts('failed')).failed).toBe(0);
    expect((await queues.deliver.getJobCounts('failed')).failed).toBe(0);
  });

  it('is remembered: requests with their buttons, settings, bans, favourites, takedowns', async () => {
    const store = createJobStore(redis);
    const delivered = await store.get('de11vered000');
    expect(delivered).toMatchObject({ state: 'done', message: { messageId: '555555555555555555' } });
    expect(delivered?.childJobIds).toEqual(['wa1t1ngfv110']);
    expect(delivered?.result?.pictures).toHaveLength(1);
    expect((await store.get('wa1t1ngfv110'))?.job).toMatchObject({ kind: 'variation', showReasons: false });
    expect((await store.findByMessage('555555555555555555'))?.job.jobId).toBe('de11vered000');
    expect(await createGuildSettings(redis).get(guild)).toMatchObject({
      safety: 'strict',
      onFlag: 'blur',
      maxSteps: 40,
      refusedPhrases: ['our mascot'],
    });
    expect(await createMemberSettings(redis).get(users.ada)).toMatchObject({
      steps: 30,
      sampler: 'euler',
      private: true,
    });
    expect(await createBans(redis).find(guild, users.ben)).toMatchObject({ reason: 'spam' });
    expect(await createFavourites(redis).list(users.ada, { offset: 0, limit: 5 })).toEqual([
      { jobId: 'de11vered000', tile: 0 },
    ]);
    expect((await createTakedowns(redis).list()).map(({ id }) => id)).toEqual(['t1']);
    const actions = (await createAuditTrail(redis).list(guild)).map(({ action }) => action);
    expect(actions).toEqual(['member banned', 'picture withheld', 'picture withheld']);
  });
});

it('jobs of a later version are left to later workers and cost nobody a place', async () => {
  const later = { ...testJob(), version: 2, something: 'new' };
  const name = generateQueueName(simulatedHash);
  const options = { ...generateJobOptions, jobId: bullId(later.jobId), priority: 1 };
  // As a newer bot would write it.
  const newer = [
    new Queue(name, { connection: redis, prefix: queuePrefix }),
    new Queue(deliverQueueName, { connection: redis, prefix: queuePrefix }),
  ] as const;
  await newer[0].add('paint', later, options);
  await newer[1].add('deliver', { version: 2, job: later }, { jobId: bullId(later.jobId) });
  closers.push(() => Promise.all(newer.map((one) => one.close())));
  const queue = createJobQueue({ queues, workers: async () => 1, retentionDays: 1 });
  closers.push(() => queue.close());
  const today = testJob();
  await queue.enqueue(today);
  await startWorker();
  await startDeliverer();
  await until(async () => (await createJobStore(redis).get(today.jobId))?.state === 'done', 30_000);
  await until(async () => (await queues.generate(name).getJobCounts('delayed')).delayed === 1);
  await until(async () => (await queues.deliver.getJobCounts('delayed')).delayed === 1);
  expect((await queues.generate(name).getJobCounts('failed')).failed).toBe(0);
  expect((await queues.deliver.getJobCounts('failed')).failed).toBe(0);
});
