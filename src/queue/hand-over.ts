// Hands an accepted job to BullMQ at the place that its record says. Idempotent by the job's id.

import type { GenerateJob } from '../jobs/generate-job.ts';
import { generateQueueName } from '../jobs/queue-names.ts';
import { redisKeys } from '../jobs/redis-keys.ts';
import { bullId, generateJobOptions, type Queues } from './queues.ts';

export async function handOver(queues: Queues, job: GenerateJob): Promise<void> {
  const queue = queues.generate(generateQueueName(job.request.modelHash));
  const read = async () => Math.max(1, Number(await queues.redis.hget(redisKeys.job(job.jobId), 'priority')) || 1);
  const priority = await read();
  const added = await queue.add('paint', job, { ...generateJobOptions, jobId: bullId(job.jobId), priority });
  // Priorities were rebased between the two: this job would stand behind everybody else's.
  const now = await read();
  if (now !== priority) await added.changePriority({ priority: now }).catch(() => undefined);
}
