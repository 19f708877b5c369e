// The mask that came with the form behind Vary (Region), once the first response is given: fetched, read as any stranger's file is, kept.

import { prepareMask } from '../image/prepare-mask.ts';
import { defaultReadLimits, type PictureSize } from '../image/read-picture.ts';
import { attachedName } from '../store/image-store.ts';
import type { Stage } from './behaviour.ts';
import { fetchAttachment } from './fetch-attachment.ts';
import { decodeInTurn, fetchMs, refusalFor } from './input-picture.ts';
import { inputReason } from './judge-input.ts';
import { jobIdOf } from './new-job.ts';
import { type Refusal, refuse } from './refusal.ts';
import { sizeId } from './sizes.ts';

/** @returns its key in the image store and what the member should know of how it was read, or why it cannot be used */
export async function keepMask(
  stage: Stage,
  url: string,
  size: PictureSize,
): Promise<{ readonly maskKey: string; readonly notes: readonly string[] } | Refusal> {
  const { facts, installation, services, texts } = stage;
  const limits = { allowedHosts: installation.cdnHosts, maxBytes: defaultReadLimits.maxBytes, timeoutMs: fetchMs };
  try {
    const file = await fetchAttachment(url, limits);
    const { bytes, from, isStretched, repainted } = await decodeInTurn(() => prepareMask(file, size));
    if (repainted === 0) return refuse(texts.inputs.emptyMask, inputReason);
    const name = attachedName('mask', sizeId(size));
    const upload = { kind: 'upload', bytes, type: 'png' } as const;
    return {
      maskKey: await services.uploads.keep(facts.user.id, jobIdOf(facts.interactionId), name, upload),
      notes: [
        ...(from === 'transparency' ? [texts.inputs.transparent] : []),
        ...(isStretched ? [texts.inputs.stretched] : []),
      ],
    };
  } catch (error) {
    return refusalFor(stage, error);
  }
}
