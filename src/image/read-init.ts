// The start of an image-to-image or inpainting job: a stranger's picture, brought to the job's size without distortion.

import sharp from 'sharp';
import { EaselError, expected } from '../errors.ts';
import { fromSharp, type Pixels, toSharp } from './pixels.ts';
import { type ReadLimits, readPicture } from './read-picture.ts';

export interface InitImage {
  /** width x height of the job. */
  readonly pixels: Pixels;
  /** 0-255 per pixel, 255 where the picture was transparent: those pixels ask to be repainted. Absent when it was opaque. */
  readonly mask?: Uint8Array;
}

/**
 * Scales to cover width x height and crops the middle. Both must be divisible by 8; see `fitSize` for a size that follows the picture.
 * Throws what readPicture throws.
 */
export async function readInit(
  bytes: Uint8Array,
  width: number,
  height: number,
  limits?: ReadLimits,
): Promise<InitImage> {
  requireMultiple(width, height);
  const picture = await readPicture(bytes, limits);
  const resize = { width, height, fit: 'cover', position: 'centre' } as const;
  const pixels = await fromSharp(toSharp(picture).resize(resize));
  if (picture.alpha === undefined) return { pixels };
  const alpha = await sharp(picture.alpha, { raw: { width: picture.width, height: picture.height, channels: 1 } })
    .resize({ ...resize, kernel: 'linear' })
    .toColourspace('b-w')
    .raw()
    .toBuffer();
  return { pixels, mask: Uint8Array.from(alpha, (a) => 255 - a) };
}

/** A mask as one byte per pixel, 255 where to repaint: white is repainted, black is kept, whatever the file's colours. */
export async function readMask(
  bytes: Uint8Array,
  width: number,
  height: number,
  limits?: ReadLimits,
): Promise<Uint8Array> {
  requireMultiple(width, height);
  const picture = await readPicture(bytes, limits);
  const grey = await toSharp(picture)
    .resize({ width, height, fit: 'cover', position: 'centre', kernel: 'linear' })
    .greyscale()
    .toColourspace('b-w')
    .raw()
    .toBuffer();
  return new Uint8Array(grey);
}

/** The size nearest to the picture's shape with about `edge` squared pixels and both sides divisible by 8. */
export function fitSize(width: number, height: number, edge: number): { width: number; height: number } {
  const scale = edge / Math.sqrt(width * height);
  const round = (side: number) => Math.max(64, Math.round((side * scale) / 8) * 8);
  return { width: round(width), height: round(height) };
}

function requireMultiple(width: number, height: number): void {
  if (width % 8 === 0 && height % 8 === 0 && width > 0 && height > 0) return;
  throw new EaselError('bad-request', expected('sides divisible by 8', 'a start image', `${width}x${height}`));
}
