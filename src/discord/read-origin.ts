// Where a picture comes from: what a worker reads in it (both marks, the file's own words) and what the registry knows of its trace id.
// The one reading behind /admin trace, /admin takedown and whatever members ask of a picture; who may hear how much of it is theirs to say.

import type { APIAttachment } from 'discord-api-types/v10';
import { EaselError, expected } from '../errors.ts';
import { encodePng } from '../image/encode.ts';
import { hashDistance } from '../image/perceptual-hash.ts';
import { pictureType, readPicture } from '../image/read-picture.ts';
import { type InspectResult, inspectJobVersion } from '../jobs/inspect-job.ts';
import type { CheckedUpload } from '../store/image-store.ts';
import type { JobRecord } from '../store/jobs.ts';
import type { ErasedTrace, LiveTrace } from '../store/trace-registry.ts';
import type { Stage } from './behaviour.ts';
import { fetchAttachment } from './fetch-attachment.ts';
import { jobIdOf } from './new-job.ts';

export interface Origin {
  readonly inspection: InspectResult;
  /** What the trace id leads to; null where none was read, or this installation never handed it out. */
  readonly trace: LiveTrace | null;
  /** What is left of the trace where its author had the request deleted. */
  readonly erased: ErasedTrace | null;
  /** The request behind the trace; null where it was deleted meanwhile. */
  readonly record: JobRecord | null;
  /**
   * Whether the picture looks like what was made then. False: it was cropped or edited, or the mark was copied into another picture, which
   * anybody can do with the open source; such a trace accuses nobody. Null where there is nothing to compare with.
   */
  readonly resembles: boolean | null;
}

const fetchLimits = { maxBytes: 25 * 2 ** 20, timeoutMs: 10_000 };
/** A worker may be in the middle of a picture. */
const inspectionMs = 120_000;

/**
 * @param place tells the pictures of one message apart
 * @throws EaselError `image-unreadable` for what is no picture, `download-failed`, `inference-failed` where no worker answers; each with
 * a sentence for the member
 */
export async function readOrigin(
  stage: Pick<Stage, 'facts' | 'installation' | 'services'>,
  attachment: Pick<APIAttachment, 'url'>,
  place = 0,
): Promise<Origin> {
  const { installation, facts, services } = stage;
  const bytes = await fetchAttachment(attachment.url, { ...fetchLimits, allowedHosts: installation.cdnHosts });
  const key = await services.images.putUpload(jobIdOf(facts.interactionId), await uploadOf(bytes), `origin-${place}`);
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

/** Bits of 64. Re-encoding and resizing move up to 8, heavier edits up to 16; unrelated pictures differ in about 32. */
const farthestLikeness = 16;

function likeness(found: string, { result }: JobRecord, tile: number): boolean | null {
  const made = result?.pictures.find(({ index }) => index === tile);
  // In the place of a withheld picture stands another one than the fingerprint is of.
  if (made?.outcome !== 'posted') return null;
  return hashDistance(found, made.perceptualHash) <= farthestLikeness;
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
  const found = inspection.traceId === null ? null : await services.traces.find(inspection.traceId);
  if (found === null || 'erased' in found)
    return { inspection, trace: null, erased: found, record: null, resembles: null };
  const record = await services.jobs.get(found.jobId);
  const resembles = record && likeness(inspection.perceptualHash, record, found.tile);
  return { inspection, trace: found, erased: null, record, resembles };
}
