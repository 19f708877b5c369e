// What a member attached, made ready for a worker: picture and mask at the job's size, as plain PNGs without metadata.

import { toSharp } from './pixels.ts';
import { greyPng, isOtherShape, shareOf } from './prepare-mask.ts';
import { coverFrame, readInit, readMask } from './read-init.ts';
import { measurePicture, type PictureSize, type ReadLimits } from './read-picture.ts';

export interface Start {
  /** PNG, RGB, of the job's size. */
  readonly picture: Uint8Array;
  /** PNG, grey, black or white, of the same size; white is repainted. Null where all of the picture is worked on. */
  readonly mask: Uint8Array | null;
  /** The mask was given, or it is what the picture had transparent. */
  readonly maskFrom: 'file' | 'transparency' | null;
  /** The mask had another shape than the picture. */
  readonly isStretched: boolean;
  /** Share of the picture that the size has no room for, 0-1. */
  readonly cut: number;
  /** Share of the picture that is repainted, 0-1; 1 without a mask. */
  readonly repainted: number;
}

/** Throws what readPicture throws. Width and height must be divisible by 8. */
export async function prepareStart(
  picture: Uint8Array,
  mask: Uint8Array | null,
  size: PictureSize,
  limits?: ReadLimits,
): Promise<Start> {
  const { width, height } = size;
  const original = await measurePicture(picture, limits);
  const { pixels, mask: hole } = await readInit(picture, width, height, limits);
  const drawn = mask && (await readMask(mask, width, height, { of: original, ...(limits ? { limits } : {}) }));
  const repaint = drawn ?? hole ?? null;
  const frame = coverFrame(original, size);
  return {
    picture: await toSharp(pixels).png().toBuffer(),
    mask: repaint && (await greyPng(repaint, size)),
    maskFrom: drawn ? 'file' : hole ? 'transparency' : null,
    isStretched: mask !== null && isOtherShape(await measurePicture(mask, limits), original),
    cut: 1 - (width * height) / (frame.width * frame.height),
    repainted: repaint ? shareOf(repaint) : 1,
  };
}
