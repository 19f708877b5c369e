// What the bot does with the queue: enqueue in fair order, ask for places, cancel, pause, listen, have a picture inspected.

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Queue, QueueEvents } from 'bullmq';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { EaselError } from '../errors.ts';
import { type GenerateJob, type GenerateResult, generateJobSchema } from '../jobs/generate-job.ts';
import { type InspectJob, type InspectResult, inspectResultSchema } from '../jobs/inspect-job.ts';
import { generateQueueName, inspectQueueName, queuePrefix } from '../jobs/queue-names.ts';
import { redisKeys } from '../jobs/redis-keys.ts';
import { type JobEvent, openEvents } from './channel.ts';
import { concludeJob, promoteHeld } from './conclude.ts';
import { viaRedis } from './connect.ts';
import { acceptScript, leastTicks, ticksPerUnit } from './fair-order.ts';
import { handOver } from './hand-over.ts';
import { costUnits, encodeShape, jobShape } from './job-cost.ts';
import { askToCancel } from './job-life.ts';
import { createPlaces, type QueuePlace } from './places.ts';
import { bullId, deliverJobOptions, generateJobOptions, inspectJobOptions, type Queues } from './queues.ts';
import { rebase } from './rebase.ts';

export interface JobQueueOptions {
  readonly queues: Queues;
  /** Workers alive that hold a model. */
  readonly workers: (modelHash: string) => Promise<number>;
  /** How long a request's record is kept. */
  readonly retentionDays: number;
}

export interface EnqueueOptions {
  /** Share of the member among members; 2 gets twice as much. Default 1. */
  readonly weight?: number;
}

export type CancelAnswer = 'cancelled' | 'too-late' | 'unknown';

export interface JobQueue {
  /** Idempotent by job id: a second call changes nothing and tells the place. @throws EaselError `redis-unavailable`. */
  enqueue(job: GenerateJob, options?: EnqueueOptions): Promise<QueuePlace>;
  /** Pictures that exist already (U buttons): a record of its own, done from the start, and a delivery; no turn in the queue is used up. */
  deliver(job: GenerateJob, result: GenerateResult): Promise<void>;
  /** A waiting job leaves at once, a running one stops between two steps. `too-late` when it ended before. */
  cancel(jobId: string, byUserId: string): Promise<CancelAnswer>;
  cancelAllOf(userId: string, byUserId: string, guildId?: string): Promise<number>;
  /** Ends a member's jobs as cancelled by them at once, running ones too: their workers hear of it at the next step. @returns those that ended by it */
  endAllOf(userId: string): Promise<readonly GenerateJob[]>;
  place(jobId: string): Promise<QueuePlace | null>;
  /** A server's unfinished jobs of all models, about in the order in which they run. */
  unfinishedOf(guildId: string): Promise<readonly string[]>;
  /** A member's unfinished jobs, those that run first, then by place. */
  places(userId: string): Promise<readonly QueuePlace[]>;
  subscribe(listener: (event: JobEvent) => void): () => void;
  /** @throws EaselError `inference-failed` when no worker answers in time or the picture cannot be read. */
  inspect(job: InspectJob, timeoutMs: number): Promise<InspectResult>;
  /** Takes the copies of requests that were deleted out of the queues, where they would stay for a week at most. */
  forget(jobs: readonly { readonly jobId: string; readonly modelHash: string }[]): Promise<void>;
  /**
   * Ended jobs whose time is over leave the queues, and so does what the inspect queue's stream says of them. BullMQ drops the former only
   * when another job of the queue ends, the latter only when others push it out: in a quiet installation never.
   */
  tidy(): Promise<void>;
  /** The guild's jobs stay waiting and new ones are refused until it is resumed. */
  pauseGuild(guildId: string): Promise<void>;
  resumeGuild(guildId: string): Promise<void>;
  close(): Promise<void>;
}

/** So heavy a share that the member's next job starts as if this one had never been. */
const weightOfNothing = 1e9;

const cleanedAtOnce = 1000;
/** Whoever waits for an inspection has given up long before. */
const keepEventsMs = 3_600_000;

const acceptAnswer = z.tuple([z.number(), z.coerce.number(), z.string(), z.number(), z.number()]);

/** Writes record and fair place in one script, then hands the job to BullMQ; whatever stops in between is taken up by the repair. */
export async function acceptJob(redis: Redis, job: GenerateJob, retentionDays: number, weight = 1) {
  const queueName = generateQueueName(job.request.modelHash);
  const shape = jobShape(job.request);
  const { userId } = job.requester;
  const guild = job.reply.guildId;
  const record = redisKeys.job(job.jobId);
  const answer = await acceptScript.run(
    redis,
    [
      record,
      redisKeys.fair(queueName),
      redisKeys.flows(queueName),
      redisKeys.guildFlows(queueName, guild ?? `dm-${userId}`),
      redisKeys.open(queueName),
      redisKeys.units(queueName),
      redisKeys.memberOpen(userId),
      redisKeys.memberJobs(userId),
      redisKeys.undelivered,
      guild === null ? record : redisKeys.guildJobs(guild),
      job.parent === null ? record : redisKeys.children(job.parent.jobId),
      redisKeys.ban(null, userId),
      redisKeys.ban(guild ?? 'none', userId),
    ],
    [
      job.jobId,
      JSON.stringify(job),
      queueName,
      userId,
      Math.max(leastTicks, Math.round(costUnits(shape) * ticksPerUnit)),
      Math.max(0.01, weight),
      Date.now(),
      retentionDays * 86_400,
      guild ?? '',
      encodeShape(shape, userId),
    ],
  );
  const [isNew, priority, state, isRebaseDue, isBanned] = acceptAnswer.parse(answer);
  if (isRebaseDue === 1) await rebase(redis, queueName);
  return { isNew: isNew === 1, priority, state, queueName, isBanned: isBanned === 1 };
}

/** Whose pictures are shown again: a takedown has to find them all. */
async function noteShowings(redis: Redis, jobId: string, { pictures }: GenerateResult, retentionDays: number) {
  const painters = new Set(pictures.map(({ imageKey }) => /^\{([^}]+)\}\//.exec(imageKey)?.[1] ?? jobId));
  for (const painter of painters) {
    if (painter === jobId) continue;
    await redis
      .multi()
      .sadd(redisKeys.showings(painter), jobId)
      .expire(redisKeys.showings(painter), retentionDays * 86_400)
      .exec();
  }
}

/**
 * A copy that somebody holds right now cannot be removed: whoever holds it finds the request gone and takes the copy away in ending it.
 * For one that is just being put down, it is tried again.
 */
async function removeCopy(queue: Pick<Queue, 'remove'>, jobId: string): Promise<void> {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    if ((await queue.remove(bullId(jobId))) === 1) return;
    await sleep(100);
  }
}

async function clean(
  queue: Pick<Queue, 'clean'>,
  keeps: { readonly removeOnComplete: { readonly age: number }; readonly removeOnFail: { readonly age: number } },
): Promise<void> {
  for (const [state, { age }] of [
    ['completed', keeps.removeOnComplete],
    ['failed', keeps.removeOnFail],
  ] as const) {
    while ((await queue.clean(age * 1000, cleanedAtOnce, state)).length === cleanedAtOnce);
  }
}

export function createJobQueue({ queues, workers, retentionDays }: JobQueueOptions): JobQueue {
  const { redis } = queues;
  const findPlaces = createPlaces({ redis, queue: queues.generate, workers });
  const events = openEvents(redis);
  let inspections: Promise<{ readonly events: QueueEvents; readonly connection: Redis }> | null = null;

  /** Ends of inspections, from the latest one on: told to begin with "what comes", BullMQ misses what comes before its first reading. */
  async function listenToInspections() {
    const [latest] = await redis.xrevrange(queues.inspect.toKey('events'), '+', '-', 'COUNT', 1);
    const connection = redis.duplicate({ maxRetriesPerRequest: null, enableOfflineQueue: true, lazyConnect: false });
    connection.on('error', () => undefined);
    const lastEventId = latest?.[0] ?? '0-0';
    const events = new QueueEvents(inspectQueueName, { connection, prefix: queuePrefix, lastEventId });
    events.on('error', () => undefined);
    return { events, connection };
  }

  async function takeAside(id: string): Promise<unknown> {
    return JSON.parse((await redis.getdel(redisKeys.inspection(id))) ?? 'null');
  }

  async function readJob(jobId: string): Promise<GenerateJob | null> {
    const text = await redis.hget(redisKeys.job(jobId), 'data');
    if (text === null) return null;
    try {
      return generateJobSchema.parse(JSON.parse(text));
    } catch (cause) {
      throw new EaselError('store-corrupt', `Expected a readable request for job ${jobId}`, { cause });
    }
  }

  async function placeOf(jobId: string): Promise<QueuePlace | null> {
    const job = await readJob(jobId);
    return job && findPlaces.find(jobId, generateQueueName(job.request.modelHash), job.request.modelHash);
  }

  async function cancel(jobId: string, byUserId: string): Promise<CancelAnswer> {
    const asked = await askToCancel(redis, jobId, byUserId);
    if (asked !== 'asked') return asked;
    const job = await readJob(jobId);
    if (job === null) return 'unknown';
    const removed = await queues.generate(generateQueueName(job.request.modelHash)).remove(bullId(jobId));
    // Not removed means that a worker holds it: it heard the control message or reads the key at its next step.
    if (removed === 1) await concludeJob(queues, job, { type: 'cancelled', byUserId });
    return 'cancelled';
  }

  return {
    enqueue: (job, options = {}) =>
      viaRedis(async () => {
        const checked = generateJobSchema.parse(job);
        const { queueName, state, isBanned } = await acceptJob(redis, checked, retentionDays, options.weight);
        // Banned between the gate and here, as while a picture to start from was looked at: it ends as what waits for the banned does.
        if (isBanned) await concludeJob(queues, checked, { type: 'cancelled', byUserId: null });
        else if (state === 'queued' || state === 'running') await handOver(queues, checked);
        // The charge taken at the gate has bought something now.
        await redis.del(redisKeys.charge(job.reply.interactionId));
        const place = await findPlaces.find(job.jobId, queueName, job.request.modelHash);
        return place ?? { jobId: job.jobId, state: 'running', ahead: 0, etaMs: null };
      }),
    deliver: (job, result) =>
      viaRedis(async () => {
        const checked = generateJobSchema.parse(job);
        await acceptJob(redis, checked, retentionDays, weightOfNothing);
        await noteShowings(redis, checked.jobId, result, retentionDays);
        await concludeJob(queues, checked, { type: 'done', result });
      }),
    cancel: (jobId, byUserId) => viaRedis(() => cancel(jobId, byUserId)),
    cancelAllOf: (userId, byUserId, guildId) =>
      viaRedis(async () => {
        let count = 0;
        for (const jobId of await redis.smembers(redisKeys.memberOpen(userId))) {
          if (guildId !== undefined && (await readJob(jobId))?.reply.guildId !== guildId) continue;
          if ((await cancel(jobId, byUserId)) === 'cancelled') count += 1;
        }
        return count;
      }),
    endAllOf: (userId) =>
      viaRedis(async () => {
        const ended: GenerateJob[] = [];
        for (const jobId of await redis.smembers(redisKeys.memberOpen(userId))) {
          // One that cannot be read is deleted like any other; there is nobody to tell.
          const job = await readJob(jobId).catch(() => null);
          if (job === null || (await askToCancel(redis, jobId, userId)) !== 'asked') continue;
          await queues.generate(generateQueueName(job.request.modelHash)).remove(bullId(jobId));
          const outcome = await concludeJob(queues, job, { type: 'cancelled', byUserId: userId });
          if (outcome === 'cancelled') ended.push(job);
        }
        return ended;
      }),
    place: (jobId) => viaRedis(() => placeOf(jobId)),
    unfinishedOf: (guildId) =>
      viaRedis(async () => {
        const perQueue = await Promise.all(
          (await redis.smembers(redisKeys.queues)).map((name) =>
            redis.zinter(2, redisKeys.open(name), redisKeys.guildJobs(guildId), 'WEIGHTS', 1, 0),
          ),
        );
        return perQueue.flat();
      }),
    places: (userId) =>
      viaRedis(async () => {
        const ids = await redis.smembers(redisKeys.memberOpen(userId));
        const found = await Promise.all(ids.map(placeOf));
        return found
          .filter((place) => place !== null)
          .sort((a, b) => Number(b.state === 'running') - Number(a.state === 'running') || a.ahead - b.ahead);
      }),
    subscribe: (listener) => events.listen(listener),
    inspect: (job, timeoutMs) =>
      viaRedis(async () => {
        inspections ??= listenToInspections().catch((error: unknown) => {
          inspections = null;
          throw error;
        });
        const { events: ends } = await inspections;
        await ends.waitUntilReady();
        const id = `inspect-${randomUUID()}`;
        const asked = { ...job, aside: true };
        const added = await queues.inspect.add('inspect', asked, { ...inspectJobOptions, jobId: id });
        try {
          // Workers of an earlier version answer in place.
          const answer = (await added.waitUntilFinished(ends, timeoutMs)) ?? (await takeAside(id));
          return inspectResultSchema.parse(answer);
        } catch (cause) {
          throw new EaselError('inference-failed', `Expected an inspection of ${job.imageKey} within ${timeoutMs} ms`, {
            userMessage: 'The picture could not be checked.',
            cause,
          });
        } finally {
          // One that a worker still holds goes with `tidy`.
          await added.remove().catch(() => undefined);
        }
      }),
    forget: (jobs) =>
      viaRedis(async () => {
        for (const { jobId, modelHash } of jobs) {
          await removeCopy(queues.generate(generateQueueName(modelHash)), jobId);
          await removeCopy(queues.deliver, jobId);
        }
      }),
    tidy: () =>
      viaRedis(async () => {
        const names = (await redis.smembers(redisKeys.queues)).filter((name) => /^generate-[^:]{1,16}$/.test(name));
        const generate = names.map((name) => queues.generate(name));
        await Promise.all([
          ...generate.map((queue) => clean(queue, generateJobOptions)),
          clean(queues.deliver, deliverJobOptions),
          clean(queues.inspect, inspectJobOptions),
        ]);
        await redis.xtrim(queues.inspect.toKey('events'), 'MINID', '=', Date.now() - keepEventsMs);
      }),
    pauseGuild: (guildId) => viaRedis(() => redis.sadd(redisKeys.pausedGuilds, guildId).then(() => undefined)),
    resumeGuild: (guildId) =>
      viaRedis(async () => {
        await redis.srem(redisKeys.pausedGuilds, guildId);
        for (const entry of await redis.smembers(redisKeys.pausedJobs(guildId))) {
          const [queueName = '', jobId = ''] = entry.split(' ');
          await promoteHeld(queues, queueName, jobId);
        }
        await redis.del(redisKeys.pausedJobs(guildId));
      }),
    async close() {
      events.close();
      const opened = await inspections?.catch(() => null);
      await opened?.events.close();
      opened?.connection.disconnect(); // BullMQ leaves a connection that it was given open: it would reconnect for ever
    },
  };
}
