// Pictures to files. PNG is what the store keeps and what carries provenance text; WebP and JPEG are for upload limits and previews.

import { EaselError, expected } from '../errors.ts';
import { type Pixels, toSharp } from './pixels.ts';
import { insertPngText } from './png-text.ts';

/** Says what made the picture, in the field that viewers and platforms read. */
export const softwareTag = 'Easel (AI-generated)';

export interface PngOptions {
  /** AUTOMATIC1111 `parameters` text. */
  readonly parameters?: string;
  /** 0-9; 3 is nearly as small as the default 6 at half the time. */
  readonly compressionLevel?: number;
}

/** Lossless PNG with `Software` and, when given, `parameters` text chunks. */
export async function encodePng(
  pixels: Pixels,
  { parameters, compressionLevel = 3 }: PngOptions = {},
): Promise<Uint8Array> {
  const png = await toSharp(pixels).png({ compressionLevel }).toBuffer();
  return insertPngText(png, { ...(parameters === undefined ? {} : { parameters }), Software: softwareTag });
}

export type LossyFormat = 'webp' | 'jpeg';

export interface LossyOptions {
  /** Smaller JPEGs by mozjpeg's tables and trellis. False gives what cameras, OpenCV and Pillow write. Default true. */
  readonly mozjpeg?: boolean;
}

export function encodeLossy(
  pixels: Pixels,
  format: LossyFormat,
  quality: number,
  { mozjpeg = true }: LossyOptions = {},
): Promise<Uint8Array> {
  const pipeline = toSharp(pixels);
  return (format === 'webp' ? pipeline.webp({ quality }) : pipeline.jpeg({ quality, mozjpeg })).toBuffer();
}

const qualities = [95, 90, 85, 80, 70, 60, 45, 30] as const;

/**
 * The best quality that fits into `maxBytes`; below quality 30 the picture is made smaller by steps of a quarter instead.
 * Throws `image-too-large` when not even 64 pixels fit.
 */
export async function encodeWithin(pixels: Pixels, format: LossyFormat, maxBytes: number): Promise<Uint8Array> {
  for (let scale = 1; Math.max(pixels.width, pixels.height) * scale >= 64; scale *= 0.75) {
    const width = Math.max(1, Math.round(pixels.width * scale));
    const smaller =
      scale === 1
        ? pixels
        : { ...pixels, ...(await rawResize(pixels, width, Math.max(1, Math.round(pixels.height * scale)))) };
    for (const quality of qualities) {
      const bytes = await encodeLossy(smaller, format, quality);
      if (bytes.length <= maxBytes) return bytes;
    }
  }
  throw new EaselError('image-too-large', expected(`room for a ${format} of 64 pixels`, 'the byte budget', maxBytes));
}

async function rawResize(pixels: Pixels, width: number, height: number): Promise<Pixels> {
  const data = await toSharp(pixels).resize(width, height, { fit: 'fill' }).raw().toBuffer();
  return { width, height, data };
}
