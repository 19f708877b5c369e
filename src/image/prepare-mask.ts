// A mask that somebody drew for a picture: as `/imagine mask:` reads one (bright is repainted), or the picture itself with a part erased.

import sharp from 'sharp';
import { coverFrame, readMask } from './read-init.ts';
import { measurePicture, type PictureSize, type ReadLimits, readPicture } from './read-picture.ts';

export interface PreparedMask {
  /** PNG, grey, black or white, of the picture's size; white is repainted. */
  readonly bytes: Uint8Array;
  /** Whether brightness decided, or what was transparent. */
  readonly from: 'file' | 'transparency';
  /** It had another shape than the picture. */
  readonly isStretched: boolean;
  /** Share of the picture that is repainted, 0-1. */
  readonly repainted: number;
}

/** Shapes further apart than this are no matter of rounding. */
const sameShape = 1.03;
/** Fewer transparent pixels than this share are an edge's softness, not a hole that somebody cut. */
const leastHole = 0.001;
/** From here on a pixel counts as white, and so large a part of what is opaque must be for it to be strokes on nothing. */
const white = 224;
const strokes = 0.99;

export function isOtherShape(a: PictureSize, b: PictureSize): boolean {
  const ratio = (a.width * b.height) / (a.height * b.width);
  return Math.max(ratio, 1 / ratio) > sameShape;
}

export const shareOf = (mask: Uint8Array) => mask.reduce((sum, value) => sum + value / 255, 0) / mask.length;

export function greyPng(values: Uint8Array, { width, height }: PictureSize): Promise<Uint8Array> {
  return sharp(values, { raw: { width, height, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toBuffer();
}

/**
 * Of a file with a hole, the hole is repainted; one that is white wherever it is opaque shows strokes on nothing, and its white is.
 * Throws what readPicture throws.
 * @param size of the picture, divisible by 8; a file of another shape is stretched over it
 */
export async function prepareMask(file: Uint8Array, size: PictureSize, limits?: ReadLimits): Promise<PreparedMask> {
  const { width, height } = size;
  const hole = await holeOf(file, size, limits);
  const mask = hole ?? (await readMask(file, width, height, { of: size, ...(limits ? { limits } : {}) }));
  return {
    bytes: await greyPng(mask, size),
    from: hole ? 'transparency' : 'file',
    isStretched: isOtherShape(await measurePicture(file, limits), size),
    repainted: shareOf(mask),
  };
}

async function holeOf(file: Uint8Array, size: PictureSize, limits?: ReadLimits): Promise<Uint8Array | null> {
  // On white: the soft edge of a white stroke is white as well.
  const { data, alpha } = await readPicture(file, limits, { frame: coverFrame(size, size), backdrop: 255 });
  if (!alpha) return null;
  const mask = Uint8Array.from(alpha, (opacity) => (opacity < 128 ? 255 : 0));
  if (shareOf(mask) < leastHole) return null;
  let opaque = 0;
  let bright = 0;
  for (const [i, value] of mask.entries()) {
    if (value === 255) continue;
    opaque += 1;
    if (Math.min(data[3 * i] ?? 0, data[3 * i + 1] ?? 0, data[3 * i + 2] ?? 0) >= white) bright += 1;
  }
  return bright > 0 && bright >= strokes * opaque ? null : mask;
}
