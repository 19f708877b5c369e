// Writes a trace id into the luma of a picture: a tile of low and middle frequencies (trace-pattern.ts), repeated, stronger where the
// picture is busy. All three colours of a pixel move alike, so that the chroma channel, where the reference payload lives, stays.

import type { RgbPixels } from '../rgb-pixels.ts';
import { clampByte } from './colour.ts';
import { fft2d } from './fft.ts';
import { analyse, lumaPlane } from './trace-analysis.ts';
import { encodeTraceId } from './trace-code.ts';
import { dataHarmonics, dataSigns, harmonicIndex, syncHarmonics, syncSigns, tileSize } from './trace-pattern.ts';

/** Sides below this cannot hold a whole tile. */
export const minTraceSide = tileSize;

/** Mean square error that the mark may cost, as PSNR in dB: chosen in docs/evidence/watermark.md. */
export const defaultTracePsnr = 41;

/** Masking: the mark grows with this power of the local activity plus a floor that keeps flat places marked. */
const maskingPower = 0.3;
const maskingFloor = 2;

/** A marked copy. Throws nothing; sides below 64 are for the caller to refuse. */
export function embedTrace(pixels: RgbPixels, id: number, psnr: number = defaultTracePsnr): RgbPixels {
  const { width, height } = pixels;
  const { activity } = analyse(lumaPlane(pixels));
  const pattern = tracePattern(id);
  const mark = new Float32Array(width * height);
  let power = 0;
  for (let y = 0, i = 0; y < height; y++) {
    const row = (y % tileSize) * tileSize;
    for (let x = 0; x < width; x++, i++) {
      mark[i] = (activity.values[i]! + maskingFloor) ** maskingPower * pattern[row + (x % tileSize)]!;
      power += mark[i]! ** 2;
    }
  }
  const strength = (255 * 10 ** (-psnr / 20)) / Math.sqrt(power / mark.length);
  const data = pixels.data.slice();
  for (let i = 0, p = 0; i < mark.length; i++, p += 3) {
    const change = Math.round(strength * mark[i]!);
    if (change === 0) continue;
    data[p] = clampByte(data[p]! + change);
    data[p + 1] = clampByte(data[p + 1]! + change);
    data[p + 2] = clampByte(data[p + 2]! + change);
  }
  return { width, height, data };
}

/** The 64x64 tile of an id, mean 0. */
function tracePattern(id: number): Float64Array {
  const re = new Float64Array(tileSize * tileSize);
  const im = new Float64Array(tileSize * tileSize);
  const word = encodeTraceId(id);
  const put = (kx: number, ky: number, cosine: number, sine: number) => {
    const here = harmonicIndex(kx, ky);
    const mirrored = harmonicIndex(-kx, -ky);
    re[here] = cosine;
    re[mirrored] = cosine;
    im[here] = sine;
    im[mirrored] = -sine;
  };
  const sign = (i: number) => (word[i] ? -dataSigns[i]! : dataSigns[i]!);
  for (const [n, { kx, ky }] of dataHarmonics.entries()) put(kx, ky, sign(2 * n), sign(2 * n + 1));
  for (const [n, { kx, ky }] of syncHarmonics.entries()) put(kx, ky, syncSigns[2 * n]!, syncSigns[2 * n + 1]!);
  fft2d(im, re, tileSize); // with the parts swapped the forward transform is the inverse one
  return re;
}
