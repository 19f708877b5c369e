import { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openSimulatedEngine } from '../../src/inference/simulated.ts';
import { generateQueueName, inspectQueueName, queuePrefix } from '../../src/jobs/queue-names.ts';
import { redisKeys } from '../../src/jobs/redis-keys.ts';
import { connect } from '../../src/queue/connect.ts';
import { createJobQueue, type JobQueue } from '../../src/queue/job-queue.ts';
import { openQueues, type Queues } from '../../src/queue/queues.ts';
import { createInspector } from '../../src/serving/inspect-picture.ts';
import { createAnnouncements } from '../../src/store/announcements.ts';
import { createBans } from '../../src/store/bans.ts';
import { createJobStore } from '../../src/store/jobs.ts';
import { createRedisImageStore } from '../../src/store/redis-image-store.ts';
import { createTakedowns } from '../../src/store/takedowns.ts';
import { type GenerateWorker, startGenerateWorker } from '../../workers/generate.ts';
import { simulatedHash, testJob, until } from '../support/jobs.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

let server: TestRedis;
let redis: Redis;
let queues: Queues;
let queue: JobQueue;
let workers: GenerateWorker[] = [];

beforeAll(async () => {
  server = await startTestRedis();
  redis = await connect(server.url, { patience: 'producer', name: 'test' });
  queues = openQueues(redis);
  const announcements = createAnnouncements(redis);
  queue = createJobQueue({ queues, workers: (hash) => announcements.countFor(hash), retentionDays: 30 });
});

afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.close()));
  workers = [];
  await redis.flushall();
});

afterAll(async () => {
  await queue.close();
  await queues.close();
  redis.disconnect();
  await server.stop();
});

async function startWorker(
  stepMs: number,
  options: { running?: number; drainMs?: number } = {},
): Promise<GenerateWorker> {
  const worker = await startGenerateWorker({
    redisUrl: server.url,
    engines: [openSimulatedEngine({ stepMs })],
    secretKey: 'a key for tests only',
    imageStore: { maxBytes: 64 * 1024 * 1024 },
    maxRunningPerMember: options.running ?? 100,
    workerId: `worker-${workers.length}`,
    drainMs: options.drainMs ?? 10_000,
    lockMs: 2000,
    logger: pino({ level: 'silent' }),
  });
  workers.push(worker);
  return worker;
}

/** Job ids in the order in which they started. */
async function startOrder(ids: readonly string[]): Promise<string[]> {
  const jobs = createJobStore(redis);
  const records = await Promise.all(
    ids.map((id) =>
      until(async () => {
        const record = await jobs.get(id);
        return record?.state === 'done' ? record : null;
      }),
    ),
  );
  return records.toSorted((a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0)).map((record) => record.job.jobId);
}

describe('the generate queue', () => {
  it('accepts a request once, however often it is sent', async () => {
    const job = testJob();
    const places = await Promise.all([queue.enqueue(job), queue.enqueue(job), queue.enqueue(job)]);
    expect(places.map((place) => place.ahead)).toEqual([0, 0, 0]);
    expect(await queues.generate(generateQueueName(simulatedHash)).getPrioritizedCount()).toBe(1);
    expect((await queue.places('100')).map((place) => place.jobId)).toEqual([job.jobId]);
  });

  it('knows who had a turn for a day at most', async () => {
    await queue.enqueue(testJob());
    for (const key of await redis.keys('*flows*')) {
      expect(await redis.ttl(key)).toBeGreaterThan(86_000);
      expect(await redis.ttl(key)).toBeLessThanOrEqual(86_400);
    }
    expect(await redis.keys('*flows*')).toHaveLength(2);
  });

  it('paints, stores the pictures, keeps the record and tells delivery exactly once', async () => {
    const job = testJob({ count: 4 });
    const events: string[] = [];
    const stop = queue.subscribe((event) => events.push(event.type === 'progress' ? event.progress.phase : event.type));
    await queue.enqueue(job);
    await startWorker(5);
    const record = await until(async () => {
      const found = await createJobStore(redis).get(job.jobId);
      return found?.state === 'done' ? found : null;
    });
    expect(record.result?.pictures.map((picture) => picture.kind)).toEqual(['tile', 'tile', 'tile', 'tile', 'grid']);
    expect(record.result?.pictures.every((picture) => picture.outcome === 'withheld')).toBe(true);
    const delivery = await until(() => queues.deliver.getJob(`job-${job.jobId}`));
    expect(delivery.data.outcome.type).toBe('done');
    expect(await queues.deliver.getWaitingCount()).toBe(1);
    await until(async () => events.includes('ended'));
    expect(events).toEqual(['painting', 'painting', 'finishing', 'ended']);
    expect(await queue.place(job.jobId)).toBeNull();
    stop();
  });

  it('lets a member with one job wait about one round behind others with many', async () => {
    const heavy = Array.from({ length: 5 }, (_, member) =>
      Array.from({ length: 12 }, () => testJob({ userId: String(200 + member), guildId: String(300 + member) })),
    ).flat();
    for (const job of heavy) await queue.enqueue(job);
    const light = testJob({ userId: '999', guildId: '399' });
    const place = await queue.enqueue(light);
    expect(place.ahead).toBeLessThanOrEqual(5);
    await startWorker(1);
    const order = await startOrder([...heavy, light].map((job) => job.jobId));
    expect(order.indexOf(light.jobId)).toBeLessThanOrEqual(10);
  });

  it('does not let a server of many push a server of one aside', async () => {
    const crowd = Array.from({ length: 60 }, (_, member) => testJob({ userId: String(1000 + member), guildId: '1' }));
    for (const job of crowd) await queue.enqueue(job);
    const alone = testJob({ userId: '5', guildId: '2' });
    expect((await queue.enqueue(alone)).ahead).toBeLessThanOrEqual(9);
  });

  it('gives a member of double weight twice the share', async () => {
    const plain = Array.from({ length: 8 }, () => testJob({ userId: '1', guildId: '1' }));
    const favoured = Array.from({ length: 8 }, () => testJob({ userId: '2', guildId: '2' }));
    for (let index = 0; index < 8; index += 1) {
      await queue.enqueue(plain[index]!);
      await queue.enqueue(favoured[index]!, { weight: 2 });
    }
    const places = await queue.places('2');
    const others = await queue.places('1');
    // Behind its own seven jobs a favoured job has only about half as many of the other's.
    expect(places.at(-1)!.ahead).toBeLessThan(13);
    expect(others.at(-1)!.ahead).toBe(15);
  });

  it('runs no more of a member at a time than allowed, and goes on with the rest by itself', async () => {
    const mine = Array.from({ length: 4 }, () => testJob({ userId: '7', steps: 10 }));
    for (const job of mine) await queue.enqueue(job);
    let running = 0;
    let most = 0;
    const alive = new Set<string>();
    queue.subscribe((event) => {
      if (event.type === 'progress') alive.add(event.jobId);
      else alive.delete(event.jobId);
      running = alive.size;
      most = Math.max(most, running);
    });
    await Promise.all([startWorker(20, { running: 1 }), startWorker(20, { running: 1 })]);
    await startOrder(mine.map((job) => job.jobId));
    expect(most).toBe(1);
  });

  it('takes a cancelled job out of the line at once', async () => {
    const [first, second] = [testJob(), testJob()];
    await queue.enqueue(first);
    await queue.enqueue(second);
    expect(await queue.cancel(first.jobId, '100')).toBe('cancelled');
    expect(await queue.cancel(first.jobId, '100')).toBe('too-late');
    expect(await queue.cancel('0000000000zz', '100')).toBe('unknown');
    expect(await queue.place(second.jobId)).toMatchObject({ ahead: 0 });
    const delivery = await until(() => queues.deliver.getJob(`job-${first.jobId}`));
    expect(delivery.data.outcome).toEqual({ type: 'cancelled', byUserId: '100' });
  });

  it('stops a running job between two steps', async () => {
    const job = testJob({ steps: 100 });
    await startWorker(50);
    const started = new Promise<void>((resolve) => {
      queue.subscribe((event) => event.type === 'progress' && resolve());
    });
    await queue.enqueue(job);
    await started;
    expect(await queue.cancel(job.jobId, '55')).toBe('cancelled');
    const delivery = await until(() => queues.deliver.getJob(`job-${job.jobId}`), 3000);
    expect(delivery.data.outcome).toEqual({ type: 'cancelled', byUserId: '55' });
  });

  it('hands a running job back when the worker has to stop, and another one finishes it', async () => {
    const job = testJob({ steps: 40 });
    const first = await startWorker(50, { drainMs: 100 });
    await queue.enqueue(job);
    await until(async () => (await queue.place(job.jobId))?.state === 'running');
    await first.close();
    expect(await queue.place(job.jobId)).toMatchObject({ state: 'queued', ahead: 0 });
    await startWorker(1);
    await startOrder([job.jobId]);
  });

  it('foretells the end within a factor of two once a job was measured', async () => {
    await startWorker(20);
    const first = testJob({ steps: 10 });
    expect((await queue.enqueue(first)).etaMs).toBeNull();
    await startOrder([first.jobId]);
    await new Promise((resolve) => setTimeout(resolve, 2100)); // the snapshot of before
    const jobs = Array.from({ length: 6 }, () => testJob({ steps: 10 }));
    const begun = Date.now();
    for (const job of jobs) await queue.enqueue(job);
    const told = (await queue.place(jobs[5]!.jobId))?.etaMs ?? 0;
    const toldAt = Date.now();
    await startOrder([jobs[5]!.jobId]);
    const record = await createJobStore(redis).get(jobs[5]!.jobId);
    const real = Date.now() - toldAt;
    expect(record?.state).toBe('done');
    expect(told).toBeGreaterThan(real / 2);
    expect(told).toBeLessThan(real * 2);
    expect(begun).toBeLessThan(toldAt);
  });

  it('cancels what a banned member has queued all the same, and begins nothing that waits for one', async () => {
    const ban = { guildId: '30', reason: null, byUserId: '9', at: Date.now(), until: null };
    const elsewhere = testJob({ guildId: '31' });
    await createBans(redis).set({ ...ban, userId: elsewhere.requester.userId });
    const late = testJob();
    await queue.enqueue(late);
    await queue.enqueue(elsewhere);
    const stateOf = async ({ jobId }: { jobId: string }) => (await createJobStore(redis).get(jobId))?.state;
    expect(await stateOf(late)).toBe('cancelled');
    await createBans(redis).lift('30', late.requester.userId);
    const waiting = testJob();
    await queue.enqueue(waiting);
    await createBans(redis).set({ ...ban, userId: waiting.requester.userId });
    await startWorker(1);
    await until(async () => (await stateOf(waiting)) === 'cancelled');
    await startOrder([elsewhere.jobId]);
  });

  it('leaves the jobs of a paused guild waiting until it is resumed', async () => {
    await queue.pauseGuild('30');
    const job = testJob();
    await queue.enqueue(job);
    await startWorker(1);
    await until(async () => (await queues.generate(generateQueueName(simulatedHash)).getDelayedCount()) === 1);
    expect(await queue.place(job.jobId)).toMatchObject({ state: 'queued' });
    await queue.resumeGuild('30');
    await startOrder([job.jobId]);
  });
});

/** Every connection made of this one sends its readings of streams so much later. */
function readLate(from: Redis, ms: number): void {
  const duplicate = from.duplicate.bind(from);
  from.duplicate = (options) => {
    const connection = duplicate(options);
    const send = connection.sendCommand.bind(connection);
    connection.sendCommand = (command, stream) => {
      if (command.name !== 'xread') return send(command, stream);
      setTimeout(() => send(command, stream), ms);
      return command.promise;
    };
    readLate(connection, ms);
    return connection;
  };
}

describe('what has ended', () => {
  it('leaves the queues when its time is over, also where no other job ends', async () => {
    await startWorker(1);
    const job = testJob();
    await queue.enqueue(job);
    await until(async () => (await createJobStore(redis).get(job.jobId))?.state === 'done');
    const books = queues.generate(generateQueueName(simulatedHash));
    await redis.sadd(redisKeys.queues, books.name);
    await until(async () => (await books.getCompletedCount()) === 1);
    await queue.tidy();
    expect(await books.getCompletedCount()).toBe(1);
    const twoHoursAgo = Date.now() - 7_200_000;
    await redis.zadd(books.toKey('completed'), twoHoursAgo, `job-${job.jobId}`);
    await redis.hset(books.toKey(`job-${job.jobId}`), 'finishedOn', twoHoursAgo);
    await queue.tidy();
    expect(await books.getCompletedCount()).toBe(0);
    expect(await redis.exists(books.toKey(`job-${job.jobId}`))).toBe(0);
  });
});

describe('an inspection', () => {
  it('leaves nothing of what it read: neither in BullMQ’s books nor in its stream of events', async () => {
    const connection = await connect(server.url, { patience: 'worker', name: 'test' });
    const simulated = openSimulatedEngine({ stepMs: 1 });
    const engine = {
      ...simulated,
      inspect: async (...asked: Parameters<typeof simulated.inspect>) => ({
        ...(await simulated.inspect(...asked)),
        parameters: 'the words of Ada',
      }),
    };
    const images = createRedisImageStore(redis, { maxBytes: 1000 });
    const imageKey = await images.putUpload('a', { kind: 'upload', bytes: Buffer.alloc(9), type: 'png' });
    const inspector = createInspector(connection, engine, images, createTakedowns(redis));
    const worker = new Worker(inspectQueueName, inspector, { connection, prefix: queuePrefix });
    try {
      const safety = { adjustment: 0, onFlag: 'withhold' } as const;
      const found = await queue.inspect({ version: 1, imageKey, safety, guildId: null }, 5000);
      expect(found.parameters).toBe('the words of Ada');
      const events = await redis.xrange(queues.inspect.toKey('events'), '-', '+');
      expect(events.length).toBeGreaterThan(0);
      expect(JSON.stringify(events)).not.toContain('the words');
      const books = await redis.keys(`${queues.inspect.toKey('')}inspect-*`);
      expect([...books, ...(await redis.keys('*inspection*'))]).toEqual([]);
      // What workers of an earlier version left there goes as well.
      await redis.del(queues.inspect.toKey('events'));
      await redis.xadd(queues.inspect.toKey('events'), Date.now() - 7_200_000, 'returnvalue', 'the words of Ben');
      await queue.tidy();
      const kept = await redis.xrange(queues.inspect.toKey('events'), '-', '+');
      expect(JSON.stringify(kept)).not.toContain('the words of Ben');
    } finally {
      await worker.close();
      connection.disconnect();
    }
  });

  it('finds a stream of events that is bounded', async () => {
    const own = openQueues(redis);
    const bound = () => redis.hget(own.inspect.toKey('meta'), 'opts.maxLenEvents');
    expect(await until(bound)).toBe('500');
    await own.close();
  });

  it('is answered although it ended before the bot listened: the first one on a busy machine', async () => {
    const slow = await connect(server.url, { patience: 'producer', name: 'test' });
    readLate(slow, 500);
    const ownQueues = openQueues(slow);
    const own = createJobQueue({ queues: ownQueues, workers: async () => 1, retentionDays: 30 });
    const answer = { version: 1, width: 1, height: 1, verdict: { outcome: 'posted', reason: null, hits: [] } };
    const rest = { perceptualHash: '0', embedding: null, referenceMark: { found: false, bitAccuracy: 0 } };
    // A picture takes a worker some tens of milliseconds: longer than the one look at the job, shorter than the first reading.
    const work = async () => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      return { ...answer, ...rest, traceId: null, parameters: null };
    };
    const connection = await connect(server.url, { patience: 'worker', name: 'test' });
    const worker = new Worker(inspectQueueName, work, { connection, prefix: queuePrefix });
    try {
      const job = {
        version: 1,
        imageKey: '{a}/0',
        safety: { adjustment: 0, onFlag: 'withhold' },
        guildId: null,
      } as const;
      expect(await own.inspect(job, 3000)).toMatchObject({ verdict: { outcome: 'posted' } });
    } finally {
      await worker.close();
      connection.disconnect();
      await own.close();
      await ownQueues.close();
      slow.disconnect();
    }
  });
});
