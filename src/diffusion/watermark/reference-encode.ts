// The reference library's encoder with all its quirks, so that its output can be reproduced and compared: the detail bands are
// swapped before the inverse transform, and the result is cast to 8 bit (truncated, wrapping) instead of rounded and clamped.

import type { RgbPixels } from '../rgb-pixels.ts';
import { rgbToYuv, yuvToRgb } from './colour.ts';
import { haarForward, haarInverse } from './haar.ts';
import {
  forEachBlock,
  isTooSmallForReference,
  quantum,
  type ReferenceMethod,
  strongestIndex,
} from './reference-format.ts';
import { topSingularTriple } from './svd.ts';

/** A marked copy, or 'size_limit' below 65,536 pixels. Rows and columns beyond a multiple of four stay unmarked. */
export function encodeReference(
  pixels: RgbPixels,
  bits: ArrayLike<number>,
  method: ReferenceMethod = 'dwtDct',
): RgbPixels | 'size_limit' {
  const { width, height } = pixels;
  if (isTooSmallForReference(width, height)) return 'size_limit';
  const yuv = rgbToYuv(pixels);
  const cropped = { width: width & ~3, height: height & ~3 };
  const bands = haarForward(yuv.u, width, cropped.width, cropped.height);
  forEachBlock(bands.aa, bands.width, bands.height, (block, start, number) => {
    const bit = bits[number % bits.length]!;
    if (method === 'dwtDct') {
      const i = strongestIndex(block);
      const magnitude = quantise(Math.abs(block[i]!), bit);
      bands.aa[start + (i >> 2) * bands.width + (i & 3)] = block[i]! >= 0 ? magnitude : -magnitude;
      return;
    }
    const { value, u, v } = topSingularTriple(block);
    const change = quantise(value, bit) - value;
    for (let i = 0; i < 16; i++) {
      bands.aa[start + (i >> 2) * bands.width + (i & 3)]! += change * u[i >> 2]! * v[i & 3]!;
    }
  });
  const inverse = haarInverse({ ...bands, da: bands.ad, ad: bands.da });
  for (let y = 0; y < cropped.height; y++) {
    for (let x = 0; x < cropped.width; x++) {
      yuv.u[y * width + x] = Math.trunc(inverse[y * cropped.width + x]!) & 255;
    }
  }
  return { width, height, data: yuvToRgb(yuv) };
}

/** A quarter or three quarters into the quantum that the value lies in. */
function quantise(value: number, bit: number): number {
  const quotient = Math.round((value - (value % quantum)) / quantum);
  return (quotient + 0.25 + 0.5 * bit) * quantum;
}
