// Both marks of a picture together: Easel's trace id in the luma, then the reference payload in the chroma, in that order, because the
// reference channel checks its own result and so mends what the first mark may have pushed out of range.

import type { RgbPixels } from '../rgb-pixels.ts';
import { bitAccuracy, referencePayload, textToBits } from './payload.ts';
import { decodeReference } from './reference-decode.ts';
import { encodeStandard } from './standard-encode.ts';
import { defaultTracePsnr, embedTrace, minTraceSide, removeTrace } from './trace-embed.ts';
import { type ReadTraceOptions, readTrace } from './trace-read.ts';

const payloadBits = textToBits(referencePayload);

/** A picture without the payload agrees with it in half of the bits; three quarters is six standard deviations from that. */
export const leastReferenceAccuracy = 0.75;
/** From this many pixels on each side, every picture must carry the trace mark; below, it may be too much for the picture. */
export const alwaysTracedSide = 128;

export interface MarkedPicture {
  readonly pixels: RgbPixels;
  /** Null where the picture was too small to hold the mark readably. */
  readonly traceId: number | null;
  /** False below 65,536 pixels, which the reference refuses. */
  readonly hasReferencePayload: boolean;
}

export interface MarkReading {
  readonly traceId: number | null;
  /** 0-1; null below 65,536 pixels. */
  readonly referenceAccuracy: number | null;
}

/**
 * Marks a copy. An earlier trace mark (a tile that is worked on again) gives way to the new one. A mark that does not read back is
 * written again stronger, twice; then `traceId` is null.
 */
export function markPicture(pixels: RgbPixels, traceId: number): MarkedPicture {
  if (Math.min(pixels.width, pixels.height) >= minTraceSide) {
    const earlier = readTrace(pixels, { untouchedOnly: true });
    const clean = earlier === null ? pixels : removeTrace(pixels, earlier.id);
    for (const louder of [0, 3, 6]) {
      const marked = writeReference(embedTrace(clean, traceId, defaultTracePsnr(pixels) - louder));
      if (readTrace(marked.pixels, { untouchedOnly: true })?.id === traceId) return { ...marked, traceId };
    }
  }
  return { ...writeReference(pixels), traceId: null };
}

export function readMarks(pixels: RgbPixels, options: ReadTraceOptions = {}): MarkReading {
  const bits = decodeReference(pixels, payloadBits.length);
  return {
    traceId: readTrace(pixels, options)?.id ?? null,
    referenceAccuracy: bits === 'size_limit' ? null : bitAccuracy(bits, payloadBits),
  };
}

function writeReference(pixels: RgbPixels): Omit<MarkedPicture, 'traceId'> {
  const marked = encodeStandard(pixels, payloadBits);
  return marked === 'size_limit'
    ? { pixels, hasReferencePayload: false }
    : { pixels: marked, hasReferencePayload: true };
}
