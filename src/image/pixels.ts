// Decoded 8-bit RGB pictures, interleaved, row by row; the same shape as src/diffusion works on. sharp is imported in this folder only.

import sharp, { type Sharp } from 'sharp';

/** `data` has width * height * 3 samples, 0-255. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

export function toSharp({ data, width, height }: Pixels): Sharp {
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** Runs a sharp pipeline to RGB; alpha is dropped. */
export async function fromSharp(pipeline: Sharp): Promise<Pixels> {
  const { data, info } = await pipeline.removeAlpha().toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8Array(data.buffer, data.byteOffset, data.length) };
}
