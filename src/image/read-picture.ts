// Reading pictures that strangers sent. The type is told by content, never by name or header; size is limited in bytes before the
// file is looked at and in pixels before it is decoded; of an animation only the first frame is read; EXIF orientation is applied
// and colour profiles are converted to sRGB. SVG, TIFF, PDF and everything else that libvips could open are refused.

import sharp from 'sharp';
import { EaselError, expected } from '../errors.ts';
import type { Pixels } from './pixels.ts';

export type PictureType = 'png' | 'jpeg' | 'webp' | 'gif';

export interface ReadLimits {
  readonly maxBytes: number;
  readonly maxPixels: number;
}

/** 25 MiB (Discord's largest free upload was 25, now 10) and 40 megapixels (a large phone camera). */
export const defaultReadLimits: ReadLimits = { maxBytes: 25 * 2 ** 20, maxPixels: 40_000_000 };

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** Where a picture is scaled to `width` x `height` and which part of that is taken. */
export interface Frame extends PictureSize {
  readonly left: number;
  readonly top: number;
  readonly part: PictureSize;
}

export interface ReadOptions {
  /** Scales and cuts while decoding, so that the whole picture is never in memory. */
  readonly frame?: Frame;
  /** What shows through transparent pixels, 0-255. Default 128: what is under them is to be painted anew. */
  readonly backdrop?: number;
}

export interface ReadPicture extends Pixels {
  readonly type: PictureType;
  /** One byte per pixel, present where any pixel is not opaque: a possible mask. */
  readonly alpha?: Uint8Array;
}

export function pictureType(bytes: Uint8Array): PictureType | undefined {
  const head = Buffer.from(bytes.subarray(0, 12)).toString('latin1');
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (head.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (head.startsWith('RIFF') && head.slice(8) === 'WEBP') return 'webp';
  return head.startsWith('GIF87a') || head.startsWith('GIF89a') ? 'gif' : undefined;
}

const inputOf = (limits: ReadLimits) =>
  ({ limitInputPixels: limits.maxPixels, failOn: 'error', pages: 1, animated: false }) as const;

/** Type and size, upright, without decoding. Throws as readPicture does, as far as that shows. */
export async function measurePicture(
  bytes: Uint8Array,
  limits: ReadLimits = defaultReadLimits,
): Promise<PictureSize & { readonly type: PictureType }> {
  if (bytes.length > limits.maxBytes) throw tooLarge(`at most ${limits.maxBytes} bytes`, bytes.length);
  const type = pictureType(bytes);
  if (type === undefined)
    throw unreadable('PNG, JPEG, WebP or GIF content', Buffer.from(bytes.subarray(0, 12)).toString('latin1'));
  const { autoOrient } = await sharp(bytes, inputOf(limits)).metadata().catch(explain);
  const { width, height } = autoOrient;
  if (width * height > limits.maxPixels) throw tooLarge(`at most ${limits.maxPixels} pixels`, `${width}x${height}`);
  return { type, width, height };
}

/** Throws `image-too-large` or `image-unreadable`, both with a sentence for the member. */
export async function readPicture(
  bytes: Uint8Array,
  limits: ReadLimits = defaultReadLimits,
  { frame, backdrop = 128 }: ReadOptions = {},
): Promise<ReadPicture> {
  const { type } = await measurePicture(bytes, limits);
  const upright = sharp(bytes, inputOf(limits)).autoOrient().toColourspace('srgb').ensureAlpha();
  const framed = frame
    ? upright.resize(frame.width, frame.height, { fit: 'fill' }).extract({ ...frame, ...frame.part })
    : upright;
  const { data, info } = await framed
    .raw({ depth: 'uchar' })
    .timeout({ seconds: 30 })
    .toBuffer({ resolveWithObject: true })
    .catch(explain);
  return { type, ...separateAlpha(data, info.width, info.height, backdrop) };
}

function separateAlpha(
  rgba: Uint8Array,
  width: number,
  height: number,
  backdrop: number,
): Pixels & { alpha?: Uint8Array } {
  const data = new Uint8Array(width * height * 3);
  const alpha = new Uint8Array(width * height);
  let isOpaque = true;
  for (let i = 0; i < alpha.length; i++) {
    const a = rgba[4 * i + 3]!;
    alpha[i] = a;
    if (a !== 255) isOpaque = false;
    for (let c = 0; c < 3; c++) data[3 * i + c] = Math.round((rgba[4 * i + c]! * a + backdrop * (255 - a)) / 255);
  }
  return { width, height, data, ...(isOpaque ? {} : { alpha }) };
}

function explain(cause: unknown): never {
  const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
  if (/pixel limit/i.test(reason)) throw tooLarge('fewer pixels', reason, cause);
  throw unreadable('a complete picture', reason, cause);
}

const tooLarge = (what: string, received: unknown, cause?: unknown) =>
  new EaselError('image-too-large', expected(what, 'a picture', received), {
    cause,
    userMessage: 'That picture is too large for me.',
  });

const unreadable = (what: string, received: unknown, cause?: unknown) =>
  new EaselError('image-unreadable', expected(what, 'a picture', received), {
    cause,
    userMessage: 'I could not read that file as a picture. PNG, JPEG, WebP and GIF work.',
  });
