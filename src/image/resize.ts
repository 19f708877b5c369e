// Resizing, cropping and blurring of decoded pictures.

import { EaselError, expected } from '../errors.ts';
import { fromSharp, type Pixels, toSharp } from './pixels.ts';

export type ResizeKernel = 'lanczos3' | 'cubic' | 'linear' | 'nearest';

/** To exactly width x height, without keeping the shape. */
export function resizePixels(
  pixels: Pixels,
  width: number,
  height: number,
  kernel: ResizeKernel = 'lanczos3',
): Promise<Pixels> {
  return fromSharp(toSharp(pixels).resize(width, height, { fit: 'fill', kernel }));
}

/** Throws `internal` when the rectangle leaves the picture. */
export function cropPixels(pixels: Pixels, left: number, top: number, width: number, height: number): Pixels {
  if (left < 0 || top < 0 || width < 1 || height < 1 || left + width > pixels.width || top + height > pixels.height) {
    const received = `${width}x${height} at ${left},${top}`;
    throw new EaselError(
      'internal',
      expected(`a rectangle inside ${pixels.width}x${pixels.height}`, 'a crop', received),
    );
  }
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const from = 3 * ((top + y) * pixels.width + left);
    data.set(pixels.data.subarray(from, from + 3 * width), 3 * y * width);
  }
  return { width, height, data };
}

/** Gaussian, sigma in pixels (at least 0.3). */
export function blurPixels(pixels: Pixels, sigma: number): Promise<Pixels> {
  return fromSharp(toSharp(pixels).blur(sigma));
}

/** So strong that shapes of up to a sixth of the picture dissolve: for showing a flagged picture without showing it. */
export async function blurHeavily(pixels: Pixels): Promise<Pixels> {
  const sigma = Math.max(4, Math.max(pixels.width, pixels.height) / 16);
  return fromSharp(toSharp(pixels).blur(sigma));
}
