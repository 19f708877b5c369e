// Before the original is put back: what the autoencoder changed about it (a tone, a brightness) it changed about the repainted part too, and
// there it would show as a step. The difference is known where the original is kept; it is carried into the repainted part as a membrane
// that gives way with the distance (a screened Laplace equation), on a grid of latent cells, so that tones go along and detail does not.

import { LATENT_FACTOR } from './architecture.ts';
import type { Tensor } from './tensor.ts';

/** Cells over which the difference falls to about a third. */
const reach = 6;
const sweeps = 200;

/**
 * Changes the repainted pixels of `images` [n, c, h, w] in -1..1, in place; all pixels of a kept cell stay.
 * @param original [1, c, h, w]
 * @param kept [1, 1, h/8, w/8], 1 in cells that are kept whole
 */
export function matchBorder(images: Tensor, original: Tensor, kept: Tensor): void {
  const [count, channels, height, width] = images.dims as [number, number, number, number];
  const [h, w] = [height / LATENT_FACTOR, width / LATENT_FACTOR];
  const plane = height * width;
  if (!kept.data.some((value) => value === 1) || kept.data.every((value) => value === 1)) return;
  for (let i = 0; i < count * channels; i++) {
    const painted = images.data.subarray(i * plane, (i + 1) * plane);
    const own = original.data.subarray((i % channels) * plane, ((i % channels) + 1) * plane);
    const difference = membrane(cellMeans(painted, own, kept.data, w), kept.data, w, h);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const cell = Math.floor(y / LATENT_FACTOR) * w + Math.floor(x / LATENT_FACTOR);
        if (kept.data[cell] === 1) continue;
        const value = painted[y * width + x]! + between(difference, x, y, w, h);
        painted[y * width + x] = Math.min(1, Math.max(-1, value));
      }
    }
  }
}

/** Mean of original - painted in each kept cell; 0 elsewhere. */
function cellMeans(painted: Float32Array, original: Float32Array, kept: Float32Array, w: number): Float32Array {
  const means = new Float32Array(kept.length);
  const width = w * LATENT_FACTOR;
  for (let i = 0; i < painted.length; i++) {
    const cell = Math.floor(i / width / LATENT_FACTOR) * w + Math.floor((i % width) / LATENT_FACTOR);
    if (kept[cell] === 1) means[cell]! += (original[i]! - painted[i]!) / LATENT_FACTOR ** 2;
  }
  return means;
}

/** Kept cells hold their value; each other one becomes the mean of its neighbours, a little nearer to 0. In place; Gauss-Seidel. */
function membrane(values: Float32Array, kept: Float32Array, w: number, h: number): Float32Array {
  const give = 1 / (1 + 1 / (4 * reach ** 2));
  for (let sweep = 0; sweep < sweeps; sweep++) {
    // Back and forth, so that no direction is favoured.
    for (let n = 0; n < values.length; n++) {
      const i = sweep % 2 === 0 ? n : values.length - 1 - n;
      if (kept[i] === 1) continue;
      const [x, y] = [i % w, Math.floor(i / w)];
      const [left, right] = [x > 0 ? i - 1 : i, x < w - 1 ? i + 1 : i];
      const [above, below] = [y > 0 ? i - w : i, y < h - 1 ? i + w : i];
      values[i] = (give * (values[left]! + values[right]! + values[above]! + values[below]!)) / 4;
    }
  }
  return values;
}

/** Linear between the middles of the cells. */
function between(values: Float32Array, x: number, y: number, w: number, h: number): number {
  const at = (position: number, length: number) =>
    Math.min(length - 1, Math.max(0, (position + 0.5) / LATENT_FACTOR - 0.5));
  const [u, v] = [at(x, w), at(y, h)];
  const [left, top] = [Math.floor(u), Math.floor(v)];
  const [right, bottom] = [Math.min(w - 1, left + 1), Math.min(h - 1, top + 1)];
  const row = (line: number) => (1 - (u - left)) * values[line * w + left]! + (u - left) * values[line * w + right]!;
  return (1 - (v - top)) * row(top) + (v - top) * row(bottom);
}
