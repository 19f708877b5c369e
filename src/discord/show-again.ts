// A finished job under a record of its own, handed straight to delivery: its stored pictures posted again under live buttons.

import type { JobRecord } from '../store/jobs.ts';
import { loadPicture } from '../store/load-picture.ts';
import type { Stage } from './behaviour.ts';
import { newJob } from './new-job.ts';

/** @returns false where its pictures are no longer kept; nothing was done then */
export async function showAgain(stage: Stage, record: JobRecord): Promise<boolean> {
  const { images, logger, queue } = stage.services;
  const { result, job: before } = record;
  if (!result) return false;
  // Delivery chooses among the pictures by what fits: all of them have to be there.
  const kept = await Promise.all(result.pictures.map((picture) => loadPicture(images, picture, logger)));
  if (kept.length === 0 || kept.includes(null)) return false;
  const { kind, request, parent } = before;
  const job = await newJob(stage, { kind, request, parent });
  await queue.deliver({ ...job, shows: before.shows ?? before.jobId }, { ...result, jobId: job.jobId, totalMs: 0 });
  return true;
}
