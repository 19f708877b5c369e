// A picture that a request starts from, and its mask, once the first response is given: fetched, looked at, fitted to the request's size,
// kept for the job and checked. What does not fit is refused in a plain sentence.

import { EaselError } from '../errors.ts';
import { prepareStart, type Start } from '../image/prepare-start.ts';
import { defaultReadLimits, measurePicture, type PictureSize } from '../image/read-picture.ts';
import { inspectJobVersion } from '../jobs/inspect-job.ts';
import { type PaintRequest, startStrengths } from '../jobs/paint-request.ts';
import { attachedName } from '../store/image-store.ts';
import { sayFailure } from '../texts/say-failure.ts';
import type { Stage } from './behaviour.ts';
import { fetchAttachment } from './fetch-attachment.ts';
import { type GivenInput, inputReason } from './judge-input.ts';
import { jobIdOf, safetyOf } from './new-job.ts';
import { type Refusal, refuse } from './refusal.ts';
import { sizeId } from './sizes.ts';

/** Longer than this to its breadth, a picture would lose most of itself to any size there is. */
const slenderest = 8;
export const fetchMs = 15_000;
/** Checking waits for a worker, between two steps of what it paints. */
const inspectMs = 60_000;

export interface OpenedInput {
  readonly picture: Uint8Array;
  readonly mask: Uint8Array | null;
  /** Upright. */
  readonly shape: PictureSize;
  readonly strength: number | undefined;
}

/** Fetches at once, because links expire, and tells type and size by the content. Null where no picture was given. */
export async function openInput(stage: Stage, given: GivenInput): Promise<OpenedInput | Refusal | null> {
  const { image, mask, strength } = given;
  if (!image) return null;
  const { maxBytes } = defaultReadLimits;
  const limits = { allowedHosts: stage.installation.cdnHosts, maxBytes, timeoutMs: fetchMs };
  try {
    const picture = await fetchAttachment(image.url, limits);
    const drawn = mask ? await fetchAttachment(mask.url, limits) : null;
    const { width, height } = await measurePicture(picture);
    if (drawn) await measurePicture(drawn);
    if (Math.max(width / height, height / width) > slenderest) return refuse(stage.texts.inputs.slender, inputReason);
    return { picture, mask: drawn, shape: { width, height }, strength };
  } catch (error) {
    return refusalFor(stage, error);
  }
}

/** The requests with the picture to start from, fitted to the size of each. */
export async function withInput(
  stage: Stage,
  requests: readonly PaintRequest[],
  input: OpenedInput,
): Promise<{ readonly requests: readonly PaintRequest[]; readonly notes: readonly string[] } | Refusal> {
  const stored = new Map<string, Stored>();
  for (const request of requests) {
    const size = sizeId(request);
    const found = stored.get(size) ?? (await store(stage, input, request).catch((error) => refusalFor(stage, error)));
    if ('refuse' in found) return found;
    stored.set(size, found);
  }
  return {
    requests: requests.map((request) => ({ ...request, ...stored.get(sizeId(request))?.start })),
    notes: [...new Set([...stored.values()].flatMap(({ notes }) => notes))],
  };
}

interface Stored {
  readonly start: Pick<PaintRequest, 'init' | 'maskKey'>;
  readonly notes: readonly string[];
}

/** Pictures are decoded one after the other: one may take a hundred megabytes. */
let turn: Promise<unknown> = Promise.resolve();

export function decodeInTurn<T>(decode: () => Promise<T>): Promise<T> {
  const decoding = turn.then(decode);
  turn = decoding.catch(() => undefined);
  return decoding;
}

async function store(stage: Stage, input: OpenedInput, size: PictureSize): Promise<Stored | Refusal> {
  const { facts, services, texts } = stage;
  const start = await decodeInTurn(() => prepareStart(input.picture, input.mask, size));
  if (start.repainted === 0) return refuse(texts.inputs.emptyMask, inputReason);
  const keep = (part: 'picture' | 'mask', bytes: Uint8Array) =>
    services.uploads.keep(facts.user.id, jobIdOf(facts.interactionId), attachedName(part, sizeId(size)), {
      kind: 'upload',
      bytes,
      type: 'png',
    });
  const imageKey = await keep('picture', start.picture);
  const unsafe = await judgePicture(stage, imageKey);
  if (unsafe) {
    await services.uploads.remove(facts.user.id, [imageKey]);
    return unsafe;
  }
  const usual = start.mask ? startStrengths.masked : startStrengths.picture;
  return {
    start: {
      init: { imageKey, strength: input.strength ?? usual },
      ...(start.mask ? { maskKey: await keep('mask', start.mask) } : {}),
    },
    notes: notesOf(stage, start, size),
  };
}

/** What was done to picture and mask that their owner may not expect. */
function notesOf({ texts: { inputs } }: Stage, start: Start, size: PictureSize): string[] {
  return [
    ...(start.maskFrom === 'transparency' ? [inputs.transparent] : []),
    ...(start.isStretched ? [inputs.stretched] : []),
    ...(start.cut > 0.05 ? [inputs.cut(`${size.width}×${size.height}`)] : []),
  ];
}

/** Only a picture that passed is painted on: one that could not be checked is refused as well. */
async function judgePicture(stage: Stage, imageKey: string): Promise<Refusal | null> {
  const { facts, services, texts } = stage;
  const verdict = await services.queue
    .inspect(
      {
        version: inspectJobVersion,
        imageKey,
        safety: { ...safetyOf(stage), onFlag: 'withhold' },
        guildId: facts.guildId,
      },
      inspectMs,
    )
    .then((result) => result.verdict)
    .catch((error: unknown) => {
      services.logger.warn({ err: error, interactionId: facts.interactionId }, 'an input picture could not be checked');
      return null;
    });
  if (verdict?.outcome === 'posted') return null;
  if (verdict === null || verdict.reason === 'checker-error') return refuse(texts.failures.notChecked, inputReason);
  await services.moderation.audit.append(facts.guildId, {
    action: 'input picture refused',
    actorId: 'system',
    subjectId: facts.user.id,
    details: { reason: verdict.reason },
  });
  const { channelId, guildId, guildLocale, user } = facts;
  services.modLog.add({
    guildId,
    guildLocale,
    say: ({ modLog }) => modLog.inputRefused(`<@${user.id}>`, `<#${channelId}>`),
  });
  return refuse(texts.failures.inputWithheld, inputReason);
}

/** What a stranger's file may cause is a refusal; anything else stays a failure. @throws what it is given */
export function refusalFor({ texts }: Stage, error: unknown): Refusal {
  if (!(error instanceof EaselError)) throw error;
  switch (error.code) {
    case 'download-failed':
      return refuse(texts.inputs.notFetched, inputReason);
    case 'image-too-large':
    case 'image-unreadable':
      return refuse(sayFailure(texts, error.userMessage ?? texts.failures.unreadable), inputReason);
    default:
      throw error;
  }
}
