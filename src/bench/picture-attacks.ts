// What happens to pictures after they are posted, one function each: compression, resizing, cropping, lighting, noise, screenshots.

import { encodeLossy } from '../image/encode.ts';
import type { Pixels } from '../image/pixels.ts';
import { readPicture } from '../image/read-picture.ts';
import { blurPixels, cropPixels, type ResizeKernel, resizePixels } from '../image/resize.ts';
import { mulberry } from './procedural-pictures.ts';

export interface PictureAttack {
  readonly name: string;
  /** `seed` places crops and noise. */
  readonly apply: (pixels: Pixels, seed: number) => Promise<Pixels>;
}

const jpeg = (quality: number, mozjpeg = false): PictureAttack => ({
  name: `JPEG ${quality}${mozjpeg ? ' (mozjpeg)' : ''}`,
  apply: async (pixels) => readPicture(await encodeLossy(pixels, 'jpeg', quality, { mozjpeg })),
});

const webp = (quality: number): PictureAttack => ({
  name: `WebP ${quality}`,
  apply: async (pixels) => readPicture(await encodeLossy(pixels, 'webp', quality)),
});

const scaled = (pixels: Pixels, factor: number, kernel?: ResizeKernel) =>
  resizePixels(pixels, Math.round(pixels.width * factor), Math.round(pixels.height * factor), kernel);

const resize = (factor: number): PictureAttack => ({
  name: `resize to ${factor}x, not scaled back`,
  apply: (pixels) => scaled(pixels, factor),
});

/** A window of `share` of each side at a place that the seed chooses. */
function randomCrop(pixels: Pixels, share: number, seed: number): Pixels {
  const random = mulberry(seed + 1);
  const width = Math.round(pixels.width * share);
  const height = Math.round(pixels.height * share);
  const left = Math.floor(random() * (pixels.width - width + 1));
  const top = Math.floor(random() * (pixels.height - height + 1));
  return cropPixels(pixels, left, top, width, height);
}

const crop = (percent: number): PictureAttack => ({
  name: `crop to ${percent} % of each side`,
  apply: async (pixels, seed) => randomCrop(pixels, percent / 100, seed),
});

const perSample = (name: string, change: (level: number, random: () => number) => number): PictureAttack => ({
  name,
  apply: async (pixels, seed) => {
    const random = mulberry(seed + 2);
    return {
      ...pixels,
      data: pixels.data.map((level) => Math.max(0, Math.min(255, Math.round(change(level, random))))),
    };
  },
});

const gaussian = (random: () => number) =>
  Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random());

/** Name to find, function to run, in the order of the published tables. */
export const pictureAttacks: readonly PictureAttack[] = [
  { name: 'untouched', apply: async (pixels) => pixels },
  ...[95, 85, 75, 60, 50, 40].map((quality) => jpeg(quality)),
  jpeg(60, true),
  webp(80),
  webp(60),
  ...[0.5, 0.75, 1.5, 2].map(resize),
  {
    name: 'resize to 0.75x and back',
    apply: async (pixels) => resizePixels(await scaled(pixels, 0.75, 'linear'), pixels.width, pixels.height, 'linear'),
  },
  {
    name: 'crop to the top-left 75 % of each side',
    apply: async (pixels) =>
      cropPixels(pixels, 0, 0, Math.round(pixels.width * 0.75), Math.round(pixels.height * 0.75)),
  },
  ...[75, 60, 50].map(crop),
  perSample('brightness x1.1', (level) => level * 1.1),
  perSample('brightness -30 levels', (level) => level - 30),
  perSample('contrast x1.3', (level) => 128 + 1.3 * (level - 128)),
  perSample('contrast x0.7', (level) => 128 + 0.7 * (level - 128)),
  perSample('noise, deviation 5', (level, random) => level + 5 * gaussian(random)),
  perSample('noise, deviation 10', (level, random) => level + 10 * gaussian(random)),
  { name: 'blur, deviation 1 pixel', apply: (pixels) => blurPixels(pixels, 1) },
  { name: 'blur, deviation 2 pixels', apply: (pixels) => blurPixels(pixels, 2) },
  {
    name: 'screenshot: 0.87x linear, cut to 80 %, JPEG 80',
    apply: async (pixels, seed) => {
      const shown = randomCrop(await scaled(pixels, 0.87, 'linear'), 0.8, seed);
      return readPicture(await encodeLossy(shown, 'jpeg', 80, { mozjpeg: false }));
    },
  },
  {
    name: 'messenger preview: 400 pixels wide, WebP 80',
    apply: async (pixels) => readPicture(await encodeLossy(await scaled(pixels, 400 / pixels.width), 'webp', 80)),
  },
];
