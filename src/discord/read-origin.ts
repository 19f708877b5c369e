// Where a picture comes from: what a worker reads in it (both marks, the file's own words) and what the registry knows of its trace id.
// The one reading behind /admin trace, /admin takedown and whatever members ask of a picture; who may hear how much of it is theirs to say.

import type { APIAttachment } from 'discord-api-types/v10';
import { EaselError, expected } from '../errors.ts';
import { encodePng } from '../image/encode.ts';
import { pictureType, readPicture } from '../image/read-picture.ts';
import { type InspectResult, inspectJobVersion } from '../jobs/inspect-job.ts';
import type { CheckedUpload } from '../store/image-store.ts';
import type { JobRecord } from '../store/jobs.ts';
import type { Trace } from '../store/trace-registry.ts';
import type { Stage } from './behaviour.ts';
import { fetchAttachment } from './fetch-attachment.ts';
import { jobIdOf } from './new-job.ts';

export interface Origin {
  readonly inspection: InspectResult;
  /** What the trace id leads to; null where none was read, or this installation never handed it out. */
  readonly trace: Trace | null;
  /** The request behind the trace; null where it was deleted meanwhile. */
  readonly record: JobRecord | null;
}

const fetchLimits = { maxBytes: 25 * 2 ** 20, timeoutMs: 10_000 };
/** A worker may be in the middle of a picture. */
const inspectionMs = 120_000;

/**
 * @throws EaselError `image-unreadable` for what is no picture, `download-failed`, `inference-failed` where no worker answers; each with
 * a sentence for the member
 */
export async function readOrigin(
  stage: Pick<Stage, 'facts' | 'installation' | 'services'>,
  attachment: Pick<APIAttachment, 'url'>,
): Promise<Origin> {
  const { installation, facts, services } = stage;
  const bytes = await fetchAttachment(attachment.url, { ...fetchLimits, allowedHosts: installation.cdnHosts });
  const key = await services.images.putUpload(jobIdOf(facts.interactionId), await uploadOf(bytes));
  try {
    return await originOf(stage, key);
  } finally {
    await services.images.remove([key]).catch(() => undefined);
  }
}

async function uploadOf(bytes: Uint8Array): Promise<CheckedUpload> {
  const type = pictureType(bytes);
  if (type === undefined) {
    throw new EaselError('image-unreadable', expected('PNG, JPEG, WebP or GIF', 'the picture', 'something else'), {
      userMessage: 'I could not read that file as a picture. PNG, JPEG, WebP and GIF work.',
    });
  }
  if (type !== 'gif') return { kind: 'upload', bytes, type };
  return { kind: 'upload', bytes: await encodePng(await readPicture(bytes)), type: 'png' };
}

/** The same for a picture in the image store. */
export async function originOf(
  { facts, installation, services }: Pick<Stage, 'facts' | 'installation' | 'services'>,
  imageKey: string,
): Promise<Origin> {
  const inspection = await services.queue.inspect(
    {
      version: inspectJobVersion,
      imageKey,
      safety: { adjustment: installation.safetyAdjustment, onFlag: 'withhold' },
      guildId: facts.guildId,
    },
    inspectionMs,
  );
  const trace = inspection.traceId === null ? null : await services.traces.find(inspection.traceId);
  return { inspection, trace, record: trace && (await services.jobs.get(trace.jobId)) };
}
