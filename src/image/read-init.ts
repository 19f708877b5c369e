// The start of an image-to-image or inpainting job: a stranger's picture and mask, brought to the job's size without distortion. The rule:
// scaled until it covers the size, the middle taken; the same for picture and mask, so that they lie on each other as they did.

import { EaselError, expected } from '../errors.ts';
import type { Pixels } from './pixels.ts';
import { type Frame, measurePicture, type PictureSize, type ReadLimits, readPicture } from './read-picture.ts';

export interface InitImage {
  /** width x height of the job. */
  readonly pixels: Pixels;
  /** 0 or 255 per pixel, 255 where the picture was transparent: those pixels ask to be repainted. Absent when it was not, or hardly. */
  readonly mask?: Uint8Array;
  /** One number per latent cell: the share of the steps (0-1) for which a cell to be repainted still shows the picture. */
  readonly hold?: Float32Array;
}

/** Fewer transparent pixels than this share are an edge's softness, not a hole that somebody cut. */
const leastHole = 0.001;

/** The one frame in which a picture of this size covers `target`, its middle. */
export function coverFrame(source: PictureSize, target: PictureSize): Frame {
  const scale = Math.max(target.width / source.width, target.height / source.height);
  const width = Math.max(target.width, Math.round(source.width * scale));
  const height = Math.max(target.height, Math.round(source.height * scale));
  return {
    width,
    height,
    left: Math.floor((width - target.width) / 2),
    top: Math.floor((height - target.height) / 2),
    part: { width: target.width, height: target.height },
  };
}

/** Width and height must be divisible by 8. Throws what readPicture throws. A picture of just that size keeps every pixel. */
export async function readInit(
  bytes: Uint8Array,
  width: number,
  height: number,
  limits?: ReadLimits,
): Promise<InitImage> {
  requireMultiple(width, height);
  const frame = coverFrame(await measurePicture(bytes, limits), { width, height });
  const { data, alpha } = await readPicture(bytes, limits, { frame });
  const pixels = { width, height, data };
  const mask = alpha && Uint8Array.from(alpha, (opacity) => (opacity < 128 ? 255 : 0));
  const hole = mask?.reduce((count, value) => count + Number(value === 255), 0) ?? 0;
  return mask && hole >= leastHole * width * height ? { pixels, mask } : { pixels };
}

/**
 * A mask as one byte per pixel, 0 or 255: what is brighter than mid-grey is repainted, the rest is kept, whatever the file's colours.
 * Transparent parts are kept.
 * @param of size of the picture that it belongs to, upright; a mask of another shape is stretched over it. Default: its own
 */
export async function readMask(
  bytes: Uint8Array,
  width: number,
  height: number,
  { of, limits }: { readonly of?: PictureSize; readonly limits?: ReadLimits } = {},
): Promise<Uint8Array> {
  requireMultiple(width, height);
  const frame = coverFrame(of ?? (await measurePicture(bytes, limits)), { width, height });
  const { data } = await readPicture(bytes, limits, { frame, backdrop: 0 });
  // ITU-R BT.709: how bright a colour looks.
  const brightness = (i: number) => 0.2126 * data[3 * i]! + 0.7152 * data[3 * i + 1]! + 0.0722 * data[3 * i + 2]!;
  return Uint8Array.from({ length: width * height }, (_, i) => (brightness(i) >= 127.5 ? 255 : 0));
}

function requireMultiple(width: number, height: number): void {
  if (width % 8 === 0 && height % 8 === 0 && width > 0 && height > 0) return;
  throw new EaselError('bad-request', expected('sides divisible by 8', 'a start image', `${width}x${height}`));
}
