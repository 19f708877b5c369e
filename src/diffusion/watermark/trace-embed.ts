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

/** What the mark may cost, as PSNR in dB: small pictures hold fewer repetitions and need it stronger (docs/evidence/watermark.md). */
export function defaultTracePsnr({ width, height }: Pick<RgbPixels, 'width' | 'height'>): number {
  return width * height >= 384 * 384 ? 43 : 42;
}

/** Masking: the mark grows with this power of the local activity plus a floor that keeps flat places marked. */
const maskingPower = 0.3;
const maskingFloor = 2;
/** Gain by activity in sixteenths of a level: a power per pixel would take longer than everything else. */
const gains = Float32Array.from({ length: 16 * 16 + 1 }, (_, i) => (i / 16 + maskingFloor) ** maskingPower);

/** A marked copy. Throws nothing; sides below 64 are for the caller to refuse. */
export function embedTrace(pixels: RgbPixels, id: number, psnr: number = defaultTracePsnr(pixels)): RgbPixels {
  return addToLuma(pixels, traceField(pixels, id, psnr), 1);
}

/**
 * Takes away a mark of the default strength that was read at the picture's own scale and origin: nearly all of it, so that a picture
 * that is marked again carries one mark and not two at odds.
 */
export function removeTrace(pixels: RgbPixels, id: number): RgbPixels {
  return addToLuma(pixels, traceField(pixels, id, defaultTracePsnr(pixels)), -1);
}

/** What the mark adds to each pixel, in levels. */
function traceField(pixels: RgbPixels, id: number, psnr: number): Float32Array {
  const { width, height } = pixels;
  const { activity } = analyse(lumaPlane(pixels));
  const pattern = tracePattern(id);
  const field = new Float32Array(width * height);
  let power = 0;
  for (let y = 0, i = 0; y < height; y++) {
    const row = (y % tileSize) * tileSize;
    for (let x = 0; x < width; x++, i++) {
      field[i] = gains[Math.round(activity.values[i]! * 16)]! * pattern[row + (x % tileSize)]!;
      power += field[i]! ** 2;
    }
  }
  const strength = (255 * 10 ** (-psnr / 20)) / Math.sqrt(power / field.length);
  for (let i = 0; i < field.length; i++) field[i]! *= strength;
  return field;
}

function addToLuma({ width, height, data: original }: RgbPixels, field: Float32Array, sign: 1 | -1): RgbPixels {
  const data = original.slice();
  for (let i = 0, p = 0; i < field.length; i++, p += 3) {
    const change = sign * Math.round(field[i]!);
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
