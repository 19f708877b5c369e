// Finds work that a crash left between two steps, and takes the next step: a request that never reached BullMQ, a job that failed with
// nobody left to say so, an ending that delivery never heard of. Safe to run anywhere and at any time: every step is idempotent.

import { deliverJobVersion } from '../jobs/deliver-job.ts';
import { type GenerateJob, generateJobSchema, generateResultSchema } from '../jobs/generate-job.ts';
import { generateQueueName } from '../jobs/queue-names.ts';
import { redisKeys } from '../jobs/redis-keys.ts';
import { concludeJob } from './conclude.ts';
import { bullId, generateJobOptions, type Queues } from './queues.ts';

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

/**
 * Looks at accepted jobs older than `olderThanMs` that are not posted yet. One process at a time: others return null.
 * @param describe what a member reads when a job was given up
 */
export async function repairJobs(
  queues: Queues,
  describe: (reason: string) => { errorId: string; code: string; userMessage: string },
  olderThanMs = 30_000,
): Promise<RepairReport | null> {
  const { redis } = queues;
  if ((await redis.set(`${redisKeys.undelivered}:lock`, '1', 'PX', 20_000, 'NX')) === null) return null;
  const report = { enqueued: 0, concluded: 0, delivered: 0, unreadable: 0 };
  const ids = await redis.zrangebyscore(redisKeys.undelivered, '-inf', Date.now() - olderThanMs, 'LIMIT', 0, 5000);
  for (const jobId of ids) {
    const record = await redis.hgetall(redisKeys.job(jobId));
    const job = parse(record.data);
    if (job === null) {
      await redis.zrem(redisKeys.undelivered, jobId);
      report.unreadable += 1;
      continue;
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
        const priority = Math.max(1, Number(record.priority) || 1);
        await queue.add('paint', job, { ...generateJobOptions, jobId: bullId(jobId), priority });
        report.enqueued += 1;
      } else if (state === 'failed') {
        await concludeJob(queues, job, { type: 'failed', ...describe(held?.failedReason ?? 'unknown') });
        report.concluded += 1;
      }
    } else if ((await queues.deliver.getJob(bullId(jobId))) === undefined) {
      if (record.state === 'done') {
        const result = generateResultSchema.safeParse(JSON.parse(record.result ?? 'null'));
        if (!result.success) continue;
        await queues.addDelivery({ version: deliverJobVersion, job, outcome: { type: 'done', result: result.data } });
      } else if (record.state === 'cancelled') {
        const byUserId = await redis.get(redisKeys.cancel(jobId));
        await queues.addDelivery({ version: deliverJobVersion, job, outcome: { type: 'cancelled', byUserId } });
      } else {
        await queues.addDelivery({
          version: deliverJobVersion,
          job,
          outcome: { type: 'failed', ...describe('unknown') },
        });
      }
      report.delivered += 1;
    }
  }
  return report;
}
