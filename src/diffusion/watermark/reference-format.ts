// Where and how the reference library (invisible-watermark, methods dwtDct and dwtDctSvd) keeps its bits: 4x4 blocks of the Haar
// average band of U, read left to right, top to bottom; one bit per block, as the residue modulo 36 of one number.
// Its "dwtDct" takes no DCT; and a DCT, being orthogonal, does not change singular values, so neither method needs one here.

import { topSingularTriple } from './svd.ts';

export type ReferenceMethod = 'dwtDct' | 'dwtDctSvd';

export const quantum = 36;
/** Side of a block in the average band; twice that in pixels. */
export const blockSide = 4;
/** The reference refuses pictures with fewer pixels. */
export const minReferencePixels = 256 * 256;

export const isTooSmallForReference = (width: number, height: number): boolean => width * height < minReferencePixels;

/** Index of the largest magnitude among entries 1..15; the first of equals, as numpy's argmax. */
export function strongestIndex(block: ArrayLike<number>): number {
  let best = 1;
  for (let i = 2; i < blockSide * blockSide; i++) if (Math.abs(block[i]!) > Math.abs(block[best]!)) best = i;
  return best;
}

/** The number whose residue modulo 36 tells the bit. */
export function carrierOf(block: ArrayLike<number>, method: ReferenceMethod): number {
  return method === 'dwtDct' ? Math.abs(block[strongestIndex(block)]!) : topSingularTriple(block).value;
}

export function bitOf(carrier: number): 0 | 1 {
  return carrier % quantum > quantum / 2 ? 1 : 0;
}

/** Calls `visit` for each block with its 16 values (a reused buffer), the position of its first value in the band, and its number. */
export function forEachBlock(
  band: Float64Array,
  width: number,
  height: number,
  visit: (block: Float64Array, start: number, number: number) => void,
): void {
  const block = new Float64Array(blockSide * blockSide);
  let number = 0;
  for (let y = 0; y + blockSide <= height; y += blockSide) {
    for (let x = 0; x + blockSide <= width; x += blockSide, number++) {
      const start = y * width + x;
      for (let i = 0; i < block.length; i++) block[i] = band[start + (i >> 2) * width + (i & 3)]!;
      visit(block, start, number);
    }
  }
}
