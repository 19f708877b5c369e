// SIGTERM, for each role: nothing new is begun, what is under way is finished or handed back, everything is closed, exit code 0.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { openSimulatedEngine } from '../../src/inference/simulated.ts';
import { simulatedJob } from '../../src/proofs/simulated-job.ts';
import { connect } from '../../src/queue/connect.ts';
import { createJobQueue, type JobQueue } from '../../src/queue/job-queue.ts';
import { openQueues, type Queues } from '../../src/queue/queues.ts';
import { createAnnouncements } from '../../src/store/announcements.ts';
import { createJobStore } from '../../src/store/jobs.ts';
import { until } from '../support/jobs.ts';
import { type RoleProcess, type RoleRig, startRoleRig } from '../support/role-process.ts';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const childrenOf = (pid: number) =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);

const { hash } = openSimulatedEngine({ stepMs: 1 }).model;
let rig: RoleRig;
let queues: Queues;
let queue: JobQueue;
let index = 0;

beforeAll(async () => {
  rig = await startRoleRig();
});
beforeEach(async () => {
  const redis = await connect(rig.redis.url, { patience: 'worker', name: 'test' });
  await redis.flushall();
  queues = openQueues(redis);
  queue = createJobQueue({ queues, workers: async () => 1, retentionDays: 1 });
});
afterEach(async () => {
  await rig.killAll();
  await queue.close();
  await queues.close();
  queues.redis.disconnect();
});
afterAll(() => rig?.close());

async function enqueue(steps: number): Promise<string> {
  index += 1;
  const job = simulatedJob({ index, steps, modelHash: hash, userId: String(1000 + index) });
  await queue.enqueue(job);
  return job.jobId;
}

const stateOf = async (jobId: string) => (await createJobStore(queues.redis).get(jobId))?.state;
const hasState = (jobId: string, state: string) => until(async () => (await stateOf(jobId)) === state, 30_000);

async function terminate(process_: RoleProcess): Promise<void> {
  process_.child.kill('SIGTERM');
  expect(await process_.exit(), process_.log()).toBe(0);
}

it('a worker finishes the picture it paints, begins no other, and withdraws', async () => {
  const worker = await rig.run('worker', { EASEL_SIMULATED_STEP_MS: '50' });
  await worker.ready();
  const first = await enqueue(40);
  await hasState(first, 'running');
  const second = await enqueue(3);
  worker.child.kill('SIGTERM');
  await until(async () => (await worker.checks())?.ready === false);
  expect((await worker.get('/healthz'))?.status).toBe(200); // alive while it drains
  expect((await createAnnouncements(queues.redis).list()).map(({ state }) => state)).toEqual(['draining']);
  expect(await worker.exit(), worker.log()).toBe(0);
  expect(await stateOf(first)).toBe('done');
  expect(await stateOf(second)).toBe('queued');
  expect(await createAnnouncements(queues.redis).list()).toEqual([]);
});

it('a worker whose picture takes too long hands it back between two steps, and the next one paints it', async () => {
  const worker = await rig.run('worker', { EASEL_SIMULATED_STEP_MS: '100', EASEL_DRAIN_SECONDS: '1' });
  await worker.ready();
  const job = await enqueue(150);
  await hasState(job, 'running');
  const askedAt = Date.now();
  await terminate(worker);
  expect(Date.now() - askedAt).toBeLessThan(12_000); // the rest of the picture would take 15 s
  expect(await stateOf(job)).toBe('queued');
  await (await rig.run('worker', { EASEL_SIMULATED_STEP_MS: '1' })).ready();
  await hasState(job, 'done');
  // The record says so first.
  await until(async () => (await queues.deliver.getJobCounts('waiting')).waiting === 1, 30_000);
});

it('a bot answers nobody anew and leaves no promise open', async () => {
  const worker = await rig.run('worker');
  await worker.ready();
  const bot = await rig.run('bot');
  await bot.ready();
  const ada = rig.twin.actor('ada');
  // The promise is given, and what comes after it takes a while.
  rig.twin.faults.add({ method: 'PATCH', path: /webhooks/, times: 1, effect: { kind: 'delay', ms: 1500 } });
  const imagine = ada.runCommand('general', '/imagine', { prompt: 'a lighthouse', steps: 3, count: 1 });
  expect((await imagine.acknowledgement()).type).toBe(5);
  await terminate(bot);
  const late = ada.runCommand('general', '/imagine', { prompt: 'a lighthouse', steps: 3, count: 1 });
  await expect(late.acknowledgement(4000)).rejects.toThrow();
  await until(async () => (await queues.deliver.getJobCounts('waiting')).waiting === 1, 30_000);
  expect(await queues.redis.hlen('{easel}:work:intents')).toBe(0);
});

it('a deliverer posts what it has begun, once, and leaves the rest in the queue', async () => {
  await (await rig.run('worker')).ready();
  const bot = await rig.run('bot');
  await bot.ready();
  const ada = rig.twin.actor('ada');
  const imagine = ada.runCommand('general', '/imagine', { prompt: 'a lighthouse', steps: 3, count: 1 });
  await until(async () => (await queues.deliver.getJobCounts('waiting')).waiting === 1, 30_000);
  rig.twin.faults.add({ method: 'PATCH', path: /original/, times: 1, effect: { kind: 'delay', ms: 2000 } });
  const deliver = await rig.run('deliver');
  await until(async () => (await queues.deliver.getJobCounts('active')).active === 1, 30_000);
  await terminate(deliver);
  expect(imagine.currentReply()?.attachments).toHaveLength(1);
  expect(await queues.deliver.getJobCounts('waiting', 'active', 'completed')).toMatchObject({
    waiting: 0,
    active: 0,
    completed: 1,
  });
});

it('everything together starts its own Redis and workers, shows the metrics of both, and leaves no process behind', async () => {
  const easel = await rig.run('start', { REDIS_URL: undefined });
  await easel.ready();
  const own = (await (await easel.get('/metrics'))?.text()) ?? '';
  expect(own).toMatch(/easel_workers\{state="ready",role="start"\} 1/);
  const worker = await fetch(`http://127.0.0.1:${easel.healthPort + 1}/metrics`);
  expect(await worker.text()).toContain('role="worker"');
  const server = JSON.parse(readFileSync(join(rig.dataDir, 'redis', 'server.json'), 'utf8')) as { pid: number };
  expect(isAlive(server.pid)).toBe(true);
  const workerPids = childrenOf(easel.child.pid ?? 0);
  expect(workerPids.length).toBeGreaterThanOrEqual(2); // Redis and the worker
  await terminate(easel);
  expect([server.pid, ...workerPids].filter(isAlive)).toEqual([]);
});
