// Finds work that a crash left between two steps, and takes the next step: a request that never reached BullMQ, a job that failed with
// nobody left to say so, an ending that delivery never heard of. Safe to run anywhere and at any time: every step is idempotent.

import { EaselError } from '../errors.ts';
import { deliverJobVersion } from '../jobs/deliver-job.ts';
import { isAboutValues } from '../jobs/explain-refusal.ts';
import { type GenerateJob, generateJobSchema, generateResultSchema } from '../jobs/generate-job.ts';
import { generateQueueName } from '../jobs/queue-names.ts';
import { redisKeys } from '../jobs/redis-keys.ts';
import { takeLease } from '../jobs/take-lease.ts';
import { concludeJob, type Outcome } from './conclude.ts';
import { handOver } from './hand-over.ts';
import { bullId, type Queues } from './queues.ts';

export interface RepairReport {
  readonly enqueued: number;
  readonly concluded: number;
  readonly delivered: number;
  /** Records that cannot be read: dropped from the list, left in place for whoever wants to look. */
  readonly unreadable: number;
}

function parse(text: string | undefined): GenerateJob | null {
  try {
    return generateJobSchema.parse(JSON.parse(text ?? ''));
  } catch {
    return null;
  }
}

type Describe = (reason: unknown) => { errorId: string; code: string; userMessage: string };

/** Tells delivery how a job ended, unless it knows. @returns whether it had to be told. */
export async function retellEnding(queues: Queues, jobId: string, describe: Describe): Promise<boolean> {
  if ((await queues.deliver.getJob(bullId(jobId))) !== undefined) return false;
  const record = await queues.redis.hgetall(redisKeys.job(jobId));
  const job = parse(record.data);
  if (job === null || record.deliveredAt !== undefined) return false;
  const tell = (outcome: Outcome) => queues.addDelivery({ version: deliverJobVersion, job, outcome });
  if (record.state === 'done') {
    const result = generateResultSchema.safeParse(JSON.parse(record.result ?? 'null'));
    if (!result.success) return false;
    await tell({ type: 'done', result: result.data });
  } else if (record.state === 'cancelled') {
    await tell({ type: 'cancelled', byUserId: await queues.redis.get(redisKeys.cancel(jobId)) });
  } else if (record.state === 'failed') {
    await tell({ type: 'failed', ...describe(null) });
  } else {
    return false;
  }
  return true;
}

/**
 * Looks at accepted jobs older than `olderThanMs` that are not posted yet. One process at a time: others return null.
 * @param describe what a member reads when a job was given up
 */
export async function repairJobs(
  queues: Queues,
  describe: Describe,
  olderThanMs = 30_000,
  onUnreadable: (jobId: string, error: unknown) => void = () => undefined,
): Promise<RepairReport | null> {
  const { redis } = queues;
  if (!(await takeLease(redis, `${redisKeys.undelivered}:lock`, 20_000))) return null;
  const report = { enqueued: 0, concluded: 0, delivered: 0, unreadable: 0 };
  const ids = await redis.zrangebyscore(redisKeys.undelivered, '-inf', Date.now() - olderThanMs, 'LIMIT', 0, 5000);
  async function repair(jobId: string): Promise<void> {
    const record = await redis.hgetall(redisKeys.job(jobId));
    const job = parse(record.data);
    if (job === null) {
      await redis.zrem(redisKeys.undelivered, jobId);
      report.unreadable += 1;
      return;
    }
    const queue = queues.generate(generateQueueName(job.request.modelHash));
    if (record.state === 'queued' || record.state === 'running') {
      const held = await queue.getJob(bullId(jobId));
      const state = held ? await held.getState() : 'unknown';
      const canceller = await redis.get(redisKeys.cancel(jobId));
      if (state === 'unknown' && canceller !== null) {
        await concludeJob(queues, job, { type: 'cancelled', byUserId: canceller });
        report.concluded += 1;
      } else if (state === 'unknown') {
        await handOver(queues, job);
        report.enqueued += 1;
      } else if (state === 'failed') {
        await concludeJob(queues, job, { type: 'failed', ...describe(new Error(held?.failedReason)) });
        report.concluded += 1;
      }
    } else if (await retellEnding(queues, jobId, describe)) {
      report.delivered += 1;
    }
  }
  for (const jobId of ids) {
    try {
      await repair(jobId);
    } catch (error) {
      // One job's values must not keep the others from being repaired.
      if (!isAboutValues(error) && !(error instanceof EaselError && error.code === 'store-corrupt')) throw error;
      report.unreadable += 1;
      onUnreadable(jobId, error);
    }
  }
  return report;
}
