// Inpainting as CompVis does it with an ordinary U-Net: before every step the kept part of the latent is replaced by the original,
// noised to that step's level with fresh noise.

import { LATENT_FACTOR } from './architecture.ts';
import type { Tensor } from './tensor.ts';
import { tensor } from './tensor.ts';

/** Overwrites the kept part of `x` (variance-exploding scale, at `sigma`) in place. `mask` has one number per cell: 1 keeps. */
export function keepOriginal(
  x: Float32Array,
  original: Float32Array,
  mask: Float32Array,
  sigma: number,
  noise: Float32Array,
): void {
  for (let i = 0; i < x.length; i++) {
    const kept = mask[i % mask.length]!;
    x[i] = kept * (original[i % original.length]! + sigma * noise[i]!) + (1 - kept) * x[i]!;
  }
}

/**
 * Which cells are kept, and how far, once a share `done` (0-1) of the steps is taken. The mask alone says so, fractions and all, as in the
 * reference, unless cells are held: such a cell shows the original whole until its own share is taken, so that it goes on from what stands
 * there, and owes it the less the sooner it is let go (differential diffusion, Levin and Fried 2023, arXiv:2306.00950).
 */
export function keptAt(keep: { mask: Float32Array; hold?: Float32Array | undefined }, done: number): Float32Array {
  const { mask, hold } = keep;
  return hold === undefined ? mask : mask.map((kept, i) => (hold[i]! > done ? 1 : kept));
}

/** A mask of pixels [1, 1, h, w] as a mask of latent cells [1, 1, h/8, w/8]: a cell is kept only as far as all its pixels are. */
export function latentMask(mask: Tensor): Tensor {
  const [, , height, width] = mask.dims as [number, number, number, number];
  const [h, w] = [height / LATENT_FACTOR, width / LATENT_FACTOR];
  const cells = new Float32Array(h * w).fill(1);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const cell = Math.floor(y / LATENT_FACTOR) * w + Math.floor(x / LATENT_FACTOR);
      cells[cell] = Math.min(cells[cell]!, mask.data[y * width + x]!);
    }
  }
  return tensor(cells, [1, 1, h, w]);
}

/** Width in pixels of the seam between kept and repainted; all of it lies in the repainted part. */
const feather = 4;

/**
 * Puts the original's pixels back where the mask keeps them, because the autoencoder alters even what it was told to keep: a kept pixel
 * is the original's own number, and the repainted ones next to it fade from it over `feather` pixels.
 */
export function pasteOriginal(images: Tensor, original: Tensor, mask: Tensor): void {
  const [count, channels, height, width] = images.dims as [number, number, number, number];
  const distances = distanceToKept(mask.data, width, height);
  const size = height * width;
  for (let i = 0; i < count * channels * size; i++) {
    const kept = Math.max(mask.data[i % size]!, 1 - distances[i % size]! / (feather + 1));
    images.data[i] = kept * original.data[i % (channels * size)]! + (1 - kept) * images.data[i]!;
  }
}

/** Chessboard distance in pixels to the next pixel that is kept whole, at most feather + 1; two passes, rows and then columns. */
function distanceToKept(mask: Float32Array, width: number, height: number): Float32Array {
  const pass = (from: (at: number) => number, along: number, across: number, length: number, lines: number) => {
    const result = new Float32Array(mask.length);
    for (let line = 0; line < lines; line++) {
      for (let i = 0; i < length; i++) {
        let least = feather + 1;
        for (let k = Math.max(0, i - feather); k <= Math.min(length - 1, i + feather); k++) {
          least = Math.min(least, Math.max(Math.abs(k - i), from(line * across + k * along)));
        }
        result[line * across + i * along] = least;
      }
    }
    return result;
  };
  const rows = pass((at) => (mask[at] === 1 ? 0 : feather + 1), 1, width, width, height);
  return pass((at) => rows[at]!, width, 1, height, width);
}
