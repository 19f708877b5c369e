// A finished job under a record of its own, handed straight to delivery: its stored pictures posted again under live buttons.

import type { JobRecord } from '../store/jobs.ts';
import { loadPicture } from '../store/load-picture.ts';
import type { Stage } from './behaviour.ts';
import { judgeLooks } from './judge-looks.ts';
import { newJob } from './new-job.ts';
import type { Refusal } from './refusal.ts';

/** @returns `not-kept` where its pictures are gone, or why they are not shown here; nothing was done then */
export async function showAgain(stage: Stage, record: JobRecord): Promise<'shown' | 'not-kept' | Refusal> {
  const { images, logger, queue } = stage.services;
  const { result, job: before } = record;
  if (!result) return 'not-kept';
  // Delivery chooses among the pictures by what fits: all of them have to be there.
  const kept = await Promise.all(result.pictures.map((picture) => loadPicture(images, picture, logger)));
  if (kept.length === 0 || kept.includes(null)) return 'not-kept';
  const unfit = await judgeLooks(stage, before, result.pictures);
  if (unfit) return unfit;
  const { kind, request, parent } = before;
  const job = await newJob(stage, { kind, request, parent });
  await queue.deliver({ ...job, shows: before.shows ?? before.jobId }, { ...result, jobId: job.jobId, totalMs: 0 });
  return 'shown';
}
