// One look at a picture that somebody sent: is it safe, does it carry a mark, what does its file say. Uploads, trace, verify and takedown
// are answered from this, so that the bot needs no networks.

import type { SafetyChecker } from '../diffusion/safety-checker.ts';
import { leastReferenceAccuracy, readMarks } from '../diffusion/watermark/mark.ts';
import { perceptualHash } from '../image/perceptual-hash.ts';
import { readParametersText } from '../image/picture-parameters.ts';
import { readProvenance } from '../image/provenance.ts';
import { type ReadLimits, readPicture } from '../image/read-picture.ts';
import type { Inspection, SafetyPolicy } from './engine.ts';
import { judgePicture } from './judge-picture.ts';

export interface InspectOptions {
  readonly limits?: ReadLimits;
  /** Certificates whose provenance signatures count as known. */
  readonly trustPem?: string;
}

/**
 * Transparent parts are looked at as they would be painted over: on grey.
 * @throws EaselError `image-unreadable` or `image-too-large`, both with a sentence for the member; a failing checker does not throw,
 * it gives the verdict `withheld` for `checker-error`
 */
export async function inspectPicture(
  bytes: Uint8Array,
  checker: Pick<SafetyChecker, 'measure' | 'thresholds'>,
  policy: SafetyPolicy,
  { limits, trustPem = '' }: InspectOptions = {},
): Promise<Inspection> {
  const picture = await readPicture(bytes, limits);
  const hash = await perceptualHash(picture);
  const [measurement = null] = await checker.measure([picture]).catch(() => []);
  const verdict = judgePicture({ measurement, perceptualHash: hash }, checker.thresholds, policy);
  const { traceId, referenceAccuracy } = readMarks(picture);
  return {
    width: picture.width,
    height: picture.height,
    scores: verdict.scores,
    verdict,
    perceptualHash: hash,
    embedding: measurement === null ? null : Array.from(measurement.embedding),
    referenceMark: {
      found: (referenceAccuracy ?? 0) >= leastReferenceAccuracy,
      bitAccuracy: referenceAccuracy ?? 0,
    },
    traceId,
    parameters: await readParametersText(bytes),
    provenance: await readProvenance(bytes, trustPem),
  };
}
