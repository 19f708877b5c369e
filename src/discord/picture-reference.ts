// How people name a picture in words: the link of its message (Discord's "Copy Message Link") or the id of its job (from Info).

import { jobIdSchema } from '../jobs/generate-job.ts';
import type { JobRecord, JobStore } from '../store/jobs.ts';

export type PictureReference = { readonly jobId: string } | { readonly messageId: string };

/** Hosts of Discord's clients (stable, PTB, canary) write one path. */
const messageLink = /\/channels\/(?:\d{1,20}|@me)\/\d{1,20}\/(\d{1,20})\b/;

/** Null for anything else. */
export function readReference(text: string): PictureReference | null {
  const [, messageId] = messageLink.exec(text) ?? [];
  if (messageId !== undefined) return { messageId };
  const jobId = jobIdSchema.safeParse(text.trim().replaceAll('`', '').toLowerCase());
  return jobId.success ? { jobId: jobId.data } : null;
}

export async function findReferred(jobs: JobStore, reference: PictureReference | null): Promise<JobRecord | null> {
  if (reference === null) return null;
  return 'jobId' in reference ? jobs.get(reference.jobId) : jobs.findByMessage(reference.messageId);
}
