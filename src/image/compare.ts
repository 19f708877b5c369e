// How alike two pictures are: PSNR for marks and codecs, SSIM (Wang et al. 2004) where eyes would judge.

import { EaselError, expected } from '../errors.ts';
import type { Pixels } from './pixels.ts';

/** Decibels over all samples; Infinity for equal pictures. */
export function psnr(a: Pixels, b: Pixels): number {
  requireSameSize(a, b);
  let squares = 0;
  for (let i = 0; i < a.data.length; i++) squares += (a.data[i]! - b.data[i]!) ** 2;
  return squares === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10((255 * 255 * a.data.length) / squares);
}

const window = 8;

/** Mean structural similarity of the luma over windows of 8x8, stepped by 4: 1 for equal pictures, near 0 for unrelated ones. */
export function ssim(a: Pixels, b: Pixels): number {
  requireSameSize(a, b);
  const first = luma(a);
  const second = luma(b);
  const c1 = (0.01 * 255) ** 2;
  const c2 = (0.03 * 255) ** 2;
  const n = window * window;
  let total = 0;
  let windows = 0;
  for (let y = 0; y + window <= a.height; y += window / 2) {
    for (let x = 0; x + window <= a.width; x += window / 2) {
      let [sumA, sumB, squareA, squareB, product] = [0, 0, 0, 0, 0];
      for (let j = 0; j < window; j++) {
        for (let i = 0, p = (y + j) * a.width + x; i < window; i++, p++) {
          const va = first[p]!;
          const vb = second[p]!;
          sumA += va;
          sumB += vb;
          squareA += va * va;
          squareB += vb * vb;
          product += va * vb;
        }
      }
      const meanA = sumA / n;
      const meanB = sumB / n;
      const covariance = product / n - meanA * meanB;
      const variances = squareA / n - meanA * meanA + squareB / n - meanB * meanB;
      total += ((2 * meanA * meanB + c1) * (2 * covariance + c2)) / ((meanA ** 2 + meanB ** 2 + c1) * (variances + c2));
      windows++;
    }
  }
  return windows === 0 ? Number.NaN : total / windows;
}

function luma({ data }: Pixels): Float32Array {
  return Float32Array.from(
    { length: data.length / 3 },
    (_, i) => 0.299 * data[3 * i]! + 0.587 * data[3 * i + 1]! + 0.114 * data[3 * i + 2]!,
  );
}

function requireSameSize(a: Pixels, b: Pixels): void {
  if (a.width === b.width && a.height === b.height) return;
  throw new EaselError(
    'internal',
    expected(`a picture of ${a.width}x${a.height}`, 'a comparison', `${b.width}x${b.height}`),
  );
}
