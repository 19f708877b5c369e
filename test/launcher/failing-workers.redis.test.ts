// Workers and jobs that fail again and again: a device that fails takes its worker out, a job that ends three workers is parked.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { EaselError } from '../../src/errors.ts';
import type { Engine } from '../../src/inference/engine.ts';
import { openSimulatedEngine } from '../../src/inference/simulated.ts';
import { generateQueueName } from '../../src/jobs/queue-names.ts';
import { redisKeys } from '../../src/jobs/redis-keys.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { connect } from '../../src/queue/connect.ts';
import { createJobQueue, type JobQueue } from '../../src/queue/job-queue.ts';
import { bullId, openQueues, type Queues } from '../../src/queue/queues.ts';
import { createAnnouncements } from '../../src/store/announcements.ts';
import { createJobStore } from '../../src/store/jobs.ts';
import { startGenerateWorker } from '../../workers/generate.ts';
import { simulatedHash, testJob, until } from '../support/jobs.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

let server: TestRedis;
let redis: Redis;
let queues: Queues;
let queue: JobQueue;
const children: ChildProcess[] = [];

beforeAll(async () => {
  server = await startTestRedis();
});
beforeEach(async () => {
  redis = await connect(server.url, { patience: 'worker', name: 'test' });
  await redis.flushall();
  queues = openQueues(redis);
  queue = createJobQueue({ queues, workers: async () => 1, retentionDays: 1 });
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await queue.close();
  await queues.close();
  redis.disconnect();
});
afterAll(() => server?.stop());

const stateOf = async (jobId: string) => (await createJobStore(redis).get(jobId))?.state;
const workerOf = (jobId: string) => redis.hget(redisKeys.job(jobId), 'worker');
const told = async (jobId: string) => (await queues.deliver.getJob(bullId(jobId)))?.data.outcome;

test('a job that ends three worker processes is parked with its reason, and the member is told', async () => {
  const script = fileURLToPath(new URL('../support/fragile-worker.ts', import.meta.url));
  for (let index = 0; index < 4; index += 1) {
    const args = ['--import', 'tsx', script, server.url, '200'];
    children.push(spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] }));
  }
  await until(async () => (await createAnnouncements(redis).countFor(simulatedHash)) === 4, 90_000);
  const job = testJob({ steps: 150 });
  await queue.enqueue(job);
  const killed = new Set<string>();
  for (let death = 0; death < 3; death += 1) {
    let holder = '';
    await until(async () => {
      holder = (await workerOf(job.jobId)) ?? '';
      return holder !== '' && !killed.has(holder) && (await stateOf(job.jobId)) === 'running';
    }, 60_000);
    killed.add(holder);
    const child = children.find(({ pid }) => holder === `fragile-${pid}`);
    child?.kill('SIGKILL');
  }
  await until(async () => (await stateOf(job.jobId)) === 'failed', 60_000);
  await until(async () => (await told(job.jobId)) !== undefined, 10_000);
  expect(await told(job.jobId)).toMatchObject({
    type: 'failed',
    code: 'inference-failed',
    userMessage: 'This request stopped three workers and was set aside.',
  });
  const parked = await queues.generate(generateQueueName(simulatedHash)).getJob(bullId(job.jobId));
  expect(await parked?.getState()).toBe('failed');
  expect(parked?.failedReason).toContain('stalled');
  // The fourth worker lives, and goes on with what comes.
  const next = testJob({ steps: 1 });
  await queue.enqueue(next);
  await until(async () => (await stateOf(next.jobId)) === 'done', 30_000);
});

function brokenEngine(fail: () => EaselError): Engine {
  const engine = openSimulatedEngine({ stepMs: 1 });
  return {
    ...engine,
    // biome-ignore lint/correctness/useYield: it fails before it has anything to say
    async *paint() {
      throw fail();
    },
  };
}

async function startBroken(fail: () => EaselError) {
  const metrics = createMetrics('worker');
  const lines: string[] = [];
  const worker = await startGenerateWorker({
    redisUrl: server.url,
    engines: [brokenEngine(fail)],
    secretKey: 'only for this test',
    imageStore: { maxBytes: 2 ** 24 },
    maxRunningPerMember: 2,
    logger: createLogger({
      level: 'error',
      role: 'worker',
      destination: { write: (line: string) => lines.push(line) },
    }),
    metrics,
    workerId: 'broken',
  });
  return { worker, metrics, lines };
}

test('a worker whose device fails job after job takes itself out and says so; another one paints what waits', async () => {
  const lost = () => new EaselError('inference-device-lost', 'the device was lost', { retryable: true });
  const { worker, metrics, lines } = await startBroken(lost);
  const jobs = ['1', '2', '3'].map((userId) => testJob({ steps: 1, userId }));
  for (const job of jobs) await queue.enqueue(job);
  await until(async () => worker.problem() !== null, 30_000);
  expect(worker.problem()).toMatch(/^quarantined: 3 paints failed in a row, the last one with inference-device-lost$/);
  await until(async () => (await createAnnouncements(redis).list())[0]?.state === 'quarantined', 10_000);
  expect(await createAnnouncements(redis).countFor(simulatedHash)).toBe(0);
  expect(lines.some((line) => line.includes('takes no more jobs'))).toBe(true);
  expect(await metrics.registry.metrics()).toMatch(
    /easel_quarantines_total\{[^}]*code="inference-device-lost"[^}]*\} 1/,
  );
  const healthy = await startGenerateWorker({
    redisUrl: server.url,
    engines: [openSimulatedEngine({ stepMs: 1 })],
    secretKey: 'only for this test',
    imageStore: { maxBytes: 2 ** 24 },
    maxRunningPerMember: 2,
    logger: createLogger({ level: 'silent', role: 'worker' }),
    workerId: 'healthy',
  });
  for (const job of jobs) await until(async () => (await stateOf(job.jobId)) === 'done', 60_000);
  await healthy.close();
  await worker.close();
});

test('one job that no device can paint fails with its reason and leaves the worker in service', async () => {
  const sentence = 'The memory did not suffice for this picture. A smaller size may work.';
  const full = () => new EaselError('inference-out-of-memory', 'full', { retryable: true, userMessage: sentence });
  const { worker } = await startBroken(full);
  const job = testJob({ steps: 1 });
  await queue.enqueue(job);
  await until(async () => (await stateOf(job.jobId)) === 'failed', 60_000);
  await until(async () => (await told(job.jobId)) !== undefined, 10_000);
  expect(await told(job.jobId)).toMatchObject({ code: 'inference-out-of-memory', userMessage: sentence });
  expect(worker.problem()).toBeNull();
  await worker.close();
});
