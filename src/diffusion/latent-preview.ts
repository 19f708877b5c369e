// A picture of a latent in microseconds: a linear map from latent channels to RGB, fitted once per model by decoding a small known
// latent, so that it is right for any autoencoder. One pixel per latent cell.

import { LATENT_CHANNELS, LATENT_FACTOR } from './architecture.ts';
import { TorchGenerator } from './random.ts';
import type { RgbPixels } from './rgb-pixels.ts';
import type { Tensor } from './tensor.ts';
import { tensor } from './tensor.ts';

const inputs = LATENT_CHANNELS + 1; // and a constant
/** Longest side of a preview in pixels. */
const longest = 128;
const probeCells = 16;

/** Rows: red, green, blue; columns: latent channels and a constant. */
export type PreviewMap = readonly (readonly number[])[];

/** Decodes one latent of 16 x 16 cells, smooth so that neighbours do not blur each other, and fits least squares. */
export async function fitPreviewMap(decode: (latents: Tensor) => Promise<Tensor>): Promise<PreviewMap> {
  const latent = smoothNoise();
  const image = await decode(latent);
  const cells = probeCells * probeCells;
  const rows = Array.from({ length: cells }, (_, i) => latentRow(latent, 0, i));
  return [0, 1, 2].map((channel) => {
    const targets = Array.from({ length: cells }, (_, i) => cellMean(image, channel, i));
    return leastSquares(rows, targets);
  });
}

/** `latents` [n, 4, h, w]: a picture of item `index`, at most 128 pixels on its longer side. */
export function previewFromLatents(latents: Tensor, index: number, map: PreviewMap): RgbPixels {
  const [, , h, w] = latents.dims as [number, number, number, number];
  const every = Math.ceil(Math.max(h, w) / longest);
  const [height, width] = [Math.floor(h / every), Math.floor(w / every)];
  const data = new Uint8Array(height * width * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const row = latentRow(latents, index, y * every * w + x * every);
      for (let c = 0; c < 3; c++) {
        const value = map[c]!.reduce((total, weight, k) => total + weight * row[k]!, 0);
        data[(y * width + x) * 3 + c] = Math.round(Math.min(255, Math.max(0, (value + 1) * 127.5)));
      }
    }
  }
  return { width, height, data };
}

function latentRow(latents: Tensor, index: number, cell: number): number[] {
  const size = latents.dims[2]! * latents.dims[3]!;
  const from = index * LATENT_CHANNELS * size + cell;
  return [...Array.from({ length: LATENT_CHANNELS }, (_, c) => latents.data[from + c * size]!), 1];
}

/** Unit noise on a grid of 4 x 4, enlarged: every patch of 4 cells is one colour. */
function smoothNoise(): Tensor {
  const patches = probeCells / 4;
  const noise = new TorchGenerator(0).randn(LATENT_CHANNELS * patches * patches);
  const data = Float32Array.from({ length: LATENT_CHANNELS * probeCells * probeCells }, (_, i) => {
    const [c, y, x] = [Math.floor(i / probeCells ** 2), Math.floor(i / probeCells) % probeCells, i % probeCells];
    return noise[(c * patches + (y >> 2)) * patches + (x >> 2)]!;
  });
  return tensor(data, [1, LATENT_CHANNELS, probeCells, probeCells]);
}

function cellMean(image: Tensor, channel: number, cell: number): number {
  const width = image.dims[3]!;
  const [top, left] = [Math.floor(cell / probeCells) * LATENT_FACTOR, (cell % probeCells) * LATENT_FACTOR];
  let total = 0;
  for (let y = top; y < top + LATENT_FACTOR; y++) {
    for (let x = left; x < left + LATENT_FACTOR; x++) total += image.data[(channel * image.dims[2]! + y) * width + x]!;
  }
  return total / LATENT_FACTOR ** 2;
}

/** Normal equations by Gauss-Jordan, with a little ridge so that a flat decoder gives a flat map. */
function leastSquares(rows: readonly (readonly number[])[], targets: readonly number[]): number[] {
  const matrix = Array.from({ length: inputs }, (_, i) => [
    ...Array.from({ length: inputs }, (_, j) =>
      rows.reduce((total, row) => total + row[i]! * row[j]!, i === j ? 1e-3 : 0),
    ),
    rows.reduce((total, row, k) => total + row[i]! * targets[k]!, 0),
  ]);
  for (let pivot = 0; pivot < inputs; pivot++) {
    const scale = matrix[pivot]![pivot]!;
    matrix[pivot] = matrix[pivot]!.map((value) => value / scale);
    for (let i = 0; i < inputs; i++) {
      if (i === pivot) continue;
      const factor = matrix[i]![pivot]!;
      matrix[i] = matrix[i]!.map((value, j) => value - factor * matrix[pivot]![j]!);
    }
  }
  return matrix.map((row) => row[inputs]!);
}
