// The BullMQ queues, opened once each and closed together. Producers' settings live here, workers' in workers/.

import { type JobsOptions, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { DeliverJob } from '../jobs/deliver-job.ts';
import type { GenerateJob } from '../jobs/generate-job.ts';
import type { InspectJob } from '../jobs/inspect-job.ts';
import { deliverQueueName, inspectQueueName, queuePrefix } from '../jobs/queue-names.ts';
import { redisKeys } from '../jobs/redis-keys.ts';
import { queueTelemetry } from '../observability/queue-telemetry.ts';

/** BullMQ refuses ids of digits alone, which an Easel id may be. */
export const bullId = (jobId: string) => `job-${jobId}`;
export const easelId = (id: string) => id.replace(/^job-/, '');

const hour = 3600;
/** Events are read as they come; more of them are only kept for a bot that was held up. */
const inspectEvents = 500;

/** A generate job fails for good after three attempts that could be retried; its record outlives it in the store. */
export const generateJobOptions = {
  attempts: 3,
  backoff: { type: 'exponential', delay: 2000 },
  removeOnComplete: { age: hour, count: 1000 },
  removeOnFail: { age: 7 * 24 * hour },
} as const satisfies JobsOptions;

/** Discord may be away for hours: 30 attempts, from 1 s up to 5 min apart. */
export const deliverJobOptions = {
  attempts: 30,
  backoff: { type: 'patient' },
  removeOnComplete: { age: hour, count: 1000 },
  removeOnFail: { age: 7 * 24 * hour },
} as const satisfies JobsOptions;

export const inspectJobOptions = {
  attempts: 2,
  removeOnComplete: { age: 60 },
  removeOnFail: { age: hour },
} as const satisfies JobsOptions;

export type GenerateQueue = Queue<GenerateJob, unknown, string>;
export type DeliverQueue = Queue<DeliverJob, unknown, string>;
export type InspectQueue = Queue<InspectJob, unknown, string>;

export interface Queues {
  readonly redis: Redis;
  generate(queueName: string): GenerateQueue;
  readonly deliver: DeliverQueue;
  readonly inspect: InspectQueue;
  /** Idempotent by the job's id. */
  addDelivery(job: DeliverJob): Promise<void>;
  close(): Promise<void>;
}

export function openQueues(redis: Redis, onError: (error: Error) => void = () => undefined): Queues {
  const options = { connection: redis, prefix: queuePrefix, skipWaitingForReady: true, ...queueTelemetry() };
  const generateQueues = new Map<string, GenerateQueue>();
  const deliver: DeliverQueue = new Queue(deliverQueueName, options);
  const inspect: InspectQueue = new Queue(inspectQueueName, {
    ...options,
    streams: { events: { maxLen: inspectEvents } },
  });
  deliver.on('error', onError);
  inspect.on('error', onError);
  return {
    redis,
    generate(queueName) {
      const known = generateQueues.get(queueName);
      if (known) return known;
      const queue: GenerateQueue = new Queue(queueName, options);
      queue.on('error', onError);
      generateQueues.set(queueName, queue);
      redis.sadd(redisKeys.queues, queueName).catch(onError); // for metrics and the inspector
      return queue;
    },
    deliver,
    inspect,
    async addDelivery(job) {
      await deliver.add('deliver', job, { ...deliverJobOptions, jobId: bullId(job.job.jobId) });
    },
    async close() {
      await Promise.all([deliver, inspect, ...generateQueues.values()].map((queue) => queue.close()));
    },
  };
}
