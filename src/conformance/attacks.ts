// What the watermark fixtures did to marked pictures, by the names they use. JPEG and resizing are those of our own codec and of plain
// area and bilinear sampling, so their results are near the fixtures', not equal.

import type { RgbPixels } from '../diffusion/rgb-pixels.ts';
import { fromSharp, toSharp } from '../image/pixels.ts';
import { readPicture } from '../image/read-picture.ts';

/** Whether an attack gives the same samples with every library. */
export const isExactAttack = (name: string): boolean => name === 'identity' || /^(?:crop|brightness)_/.test(name);

/** Undefined for a name this file does not know. */
export async function attack(name: string, picture: RgbPixels): Promise<RgbPixels | undefined> {
  const quality = /^jpeg(\d+)$/.exec(name)?.[1];
  const scale = /^resize(0\.\d+)_and_back$/.exec(name)?.[1];
  const percent = /^brightness_plus(\d+)$/.exec(name)?.[1];
  if (name === 'identity') return picture;
  if (name === 'crop_three_quarters_topleft') return cropTopLeft(picture, 0.75);
  if (percent !== undefined) return brighten(picture, 1 + Number(percent) / 100);
  if (quality !== undefined)
    return readPicture(
      await toSharp(picture)
        .jpeg({ quality: Number(quality) })
        .toBuffer(),
    );
  if (scale === undefined) return undefined;
  const size = { width: Math.trunc(picture.width * Number(scale)), height: Math.trunc(picture.height * Number(scale)) };
  return resizeLinear(resizeArea(picture, size.width, size.height), picture.width, picture.height);
}

/** Peak signal-to-noise ratio in decibels over all samples. */
export function psnr(a: RgbPixels, b: RgbPixels): number {
  let total = 0;
  for (const [i, value] of a.data.entries()) total += (value - (b.data[i] ?? 0)) ** 2;
  return 10 * Math.log10((255 * 255 * a.data.length) / total);
}

function cropTopLeft(picture: RgbPixels, share: number): Promise<RgbPixels> {
  const width = Math.trunc(picture.width * share);
  const height = Math.trunc(picture.height * share);
  return fromSharp(toSharp(picture).extract({ left: 0, top: 0, width, height }));
}

function brighten({ width, height, data }: RgbPixels, factor: number): RgbPixels {
  return { width, height, data: data.map((value) => Math.min(255, roundHalfToEven(value * factor))) };
}

/** As NumPy rounds. */
function roundHalfToEven(value: number): number {
  const up = Math.round(value);
  return up - value === 0.5 && up % 2 === 1 ? up - 1 : up;
}

/** Where an output sample takes its light from along one axis. */
type Taps = readonly { readonly at: number; readonly weight: number }[];

/** Each output sample is the mean over the input interval it covers. */
function resizeArea(picture: RgbPixels, width: number, height: number): RgbPixels {
  const taps = (from: number, to: number): Taps[] => {
    const step = from / to;
    return Array.from({ length: to }, (_, i) => {
      const [low, high] = [i * step, (i + 1) * step];
      const first = Math.floor(low);
      return Array.from({ length: Math.ceil(high) - first }, (_unused, k) => {
        const at = Math.min(from - 1, first + k);
        return { at, weight: (Math.min(high, first + k + 1) - Math.max(low, first + k)) / step };
      });
    });
  };
  return resample(picture, taps(picture.width, width), taps(picture.height, height));
}

/** Each output sample lies between two input samples' centres. */
function resizeLinear(picture: RgbPixels, width: number, height: number): RgbPixels {
  const taps = (from: number, to: number): Taps[] =>
    Array.from({ length: to }, (_, i) => {
      const at = Math.min(from - 1, Math.max(0, ((i + 0.5) * from) / to - 0.5));
      const low = Math.floor(at);
      return [
        { at: low, weight: 1 - (at - low) },
        { at: Math.min(from - 1, low + 1), weight: at - low },
      ];
    });
  return resample(picture, taps(picture.width, width), taps(picture.height, height));
}

function resample(picture: RgbPixels, columns: readonly Taps[], rows: readonly Taps[]): RgbPixels {
  const [width, height] = [columns.length, rows.length];
  const data = new Uint8Array(width * height * 3);
  for (const [y, vertical] of rows.entries()) {
    for (const [x, horizontal] of columns.entries()) {
      for (let c = 0; c < 3; c++) {
        let total = 0;
        for (const v of vertical) {
          const row = v.at * picture.width;
          for (const h of horizontal) total += v.weight * h.weight * (picture.data[(row + h.at) * 3 + c] ?? 0);
        }
        data[(y * width + x) * 3 + c] = Math.round(total);
      }
    }
  }
  return { width, height, data };
}
