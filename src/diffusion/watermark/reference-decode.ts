// The reference library's decoder, for dwtDct and dwtDctSvd: every block votes for one bit, the mean of the votes decides.

import type { RgbPixels } from '../rgb-pixels.ts';
import { rgbToU } from './colour.ts';
import { haarAverage } from './haar.ts';
import { bitOf, carrierOf, forEachBlock, isTooSmallForReference, type ReferenceMethod } from './reference-format.ts';

/** `length` bits (0 or 1), or 'size_limit' below 65,536 pixels, which the reference refuses. */
export function decodeReference(
  pixels: RgbPixels,
  length: number,
  method: ReferenceMethod = 'dwtDct',
): Uint8Array | 'size_limit' {
  const { width, height } = pixels;
  if (isTooSmallForReference(width, height)) return 'size_limit';
  const cropped = { width: width & ~3, height: height & ~3 };
  const band = haarAverage(rgbToU(pixels), width, cropped.width, cropped.height);
  const ones = new Float64Array(length);
  const votes = new Float64Array(length);
  forEachBlock(band, cropped.width >> 1, cropped.height >> 1, (block, _start, number) => {
    const index = number % length;
    ones[index]! += bitOf(carrierOf(block, method));
    votes[index]!++;
  });
  return Uint8Array.from({ length }, (_, i) => ((ones[i]! / votes[i]!) * 255 > 127 ? 1 : 0));
}
