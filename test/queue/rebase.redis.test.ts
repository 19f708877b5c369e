// A queue that never runs empty: its priorities stay small, and the order of those who wait stays as it was.

import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { GenerateJob } from '../../src/jobs/generate-job.ts';
import { generateQueueName } from '../../src/jobs/queue-names.ts';
import { redisKeys } from '../../src/jobs/redis-keys.ts';
import { refOf } from '../../src/queue/conclude.ts';
import { connect } from '../../src/queue/connect.ts';
import { beginJob, endJob } from '../../src/queue/job-life.ts';
import { acceptJob, createJobQueue, type JobQueue } from '../../src/queue/job-queue.ts';
import { bullId, easelId, openQueues, type Queues } from '../../src/queue/queues.ts';
import { simulatedHash, testJob } from '../support/jobs.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

const queueName = generateQueueName(simulatedHash);

let server: TestRedis;
let redis: Redis;
let queues: Queues;
let queue: JobQueue;

beforeAll(async () => {
  server = await startTestRedis();
  redis = await connect(server.url, { patience: 'producer', name: 'test' });
  queues = openQueues(redis);
  queue = createJobQueue({ queues, workers: async () => 1, retentionDays: 30 });
});

afterAll(async () => {
  await queue.close();
  await queues.close();
  redis.disconnect();
  await server.stop();
});

/** As a worker would, without painting. */
async function runThrough(job: GenerateJob): Promise<void> {
  await acceptJob(redis, job, 30);
  await beginJob(redis, refOf(job), { limit: 100, workerId: 'worker' });
  await endJob(redis, refOf(job), 'done', null);
}

async function waiting(): Promise<{ jobId: string; priority: number }[]> {
  const flat = await redis.zrange(queues.generate(queueName).toKey('prioritized'), '0', '-1', 'WITHSCORES');
  return flat.flatMap((score, at) =>
    at % 2 ? [{ jobId: easelId(flat[at - 1] ?? ''), priority: Math.floor(Number(score) / 2 ** 32) }] : [],
  );
}

it('never lets priorities come near their limit, and changes nobody’s place', async () => {
  await queue.enqueue(testJob({ userId: '9' })); // so that the queue is never empty
  const big = () => testJob({ userId: '2', edge: 1024, steps: 150, count: 4 });
  const virtual = async () => Number(await redis.hget(redisKeys.fair(queueName), 'virtual'));
  while ((await virtual()) < 2 ** 20 - 8000) await runThrough(big());

  const heavy = Array.from({ length: 6 }, () => testJob({ userId: '1', guildId: '31' }));
  for (const job of heavy) await queue.enqueue(job);
  await queue.enqueue(testJob({ userId: '3', guildId: '33' }));
  const before = await waiting();
  expect(before.slice(1).every(({ priority }) => priority > 2 ** 19)).toBe(true);

  while ((await virtual()) <= 2 ** 20) await runThrough(big());
  const newcomer = testJob({ userId: '4', guildId: '34' });
  await queue.enqueue(newcomer);

  const after = await waiting();
  expect(after.filter(({ jobId }) => jobId !== newcomer.jobId).map(({ jobId }) => jobId)).toEqual(
    before.map(({ jobId }) => jobId),
  );
  expect(after.every(({ priority }) => priority < 2 ** 14)).toBe(true);
  for (const { jobId, priority } of after) {
    expect(Number(await redis.hget(redisKeys.job(jobId), 'priority'))).toBe(priority);
    expect((await queues.generate(queueName).getJob(bullId(jobId)))?.priority).toBe(priority);
  }
});
