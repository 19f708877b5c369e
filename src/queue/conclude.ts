// The one way a job ends: its record says how, its place is freed, the next held job of its member moves up, delivery is told.
// May be repeated after any crash: the record decides once, delivery is idempotent by the job's id.

import { type DeliverJob, deliverJobVersion } from '../jobs/deliver-job.ts';
import type { GenerateJob, GenerateResult } from '../jobs/generate-job.ts';
import { generateQueueName } from '../jobs/queue-names.ts';
import { redisKeys } from '../jobs/redis-keys.ts';
import { endJob, type JobRef } from './job-life.ts';
import { bullId, type Queues } from './queues.ts';

export type Outcome = DeliverJob['outcome'];

export function refOf(job: GenerateJob): JobRef {
  return {
    jobId: job.jobId,
    queueName: generateQueueName(job.request.modelHash),
    userId: job.requester.userId,
    guildId: job.reply.guildId,
  };
}

/** A held job has a delay as its fallback; promoting it is only quicker. */
export async function promoteHeld(queues: Queues, queueName: string, jobId: string): Promise<void> {
  const held = await queues.generate(queueName).getJob(bullId(jobId));
  await held?.promote().catch(() => undefined);
}

/** @returns how the job really ended: a cancel that came before `done` wins, and the first ending of any kind stays. */
export async function concludeJob(
  queues: Queues,
  job: GenerateJob,
  outcome: Outcome,
): Promise<Outcome['type'] | 'gone'> {
  const ref = refOf(job);
  const result: GenerateResult | null = outcome.type === 'done' ? outcome.result : null;
  const answer = await endJob(queues.redis, ref, outcome.type, result);
  if (answer.nextHeld !== null) await promoteHeld(queues, ref.queueName, answer.nextHeld);
  if (answer.state === 'gone') return 'gone';
  let final = outcome;
  if (answer.state === 'cancelled' && outcome.type !== 'cancelled') {
    final = { type: 'cancelled', byUserId: await queues.redis.get(redisKeys.cancel(job.jobId)) };
  } else if (answer.state !== outcome.type) {
    return answer.state; // whoever was first has told delivery, or the repair will
  }
  await queues.addDelivery({ version: deliverJobVersion, job, outcome: final });
  return final.type;
}
