// One large picture from a U-Net made for smaller ones: at every step the noise is predicted in overlapping tiles and blended by smooth
// weights, so that tiles agree as they go (MultiDiffusion, Bar-Tal et al. 2023; weights as in Mixture of Diffusers, Jiménez 2023). Memory
// is that of one tile, whatever the size of the picture.

import { LATENT_FACTOR } from './architecture.ts';
import type { SamplerRun } from './samplers/sampler.ts';
import { sizeOf } from './tensor.ts';
import { type Span, spans } from './tiles.ts';

type PredictNoise = SamplerRun['predictNoise'];

/** Tiles along one axis of `length` cells, half of each shared with the next, and every cell's share of each: they sum to 1. */
export function weightedSpans(length: number, tile: number): readonly (Span & { readonly weights: Float64Array })[] {
  const all = spans(length, { tile, overlap: tile / 2 });
  const bell = (cell: number, { from, to }: Span) => {
    const away = (cell + 0.5 - (from + to) / 2) / (to - from);
    return Math.exp(-(away ** 2) / (2 * 0.2 ** 2));
  };
  const sums = Float64Array.from({ length }, (_, cell) =>
    all.reduce((sum, span) => (cell >= span.from && cell < span.to ? sum + bell(cell, span) : sum), 0),
  );
  return all.map((span) => {
    const weights = Float64Array.from({ length: span.to - span.from }, (_, i) => {
      const cell = span.from + i;
      return bell(cell, span) / sums[cell]!;
    });
    return { ...span, weights };
  });
}

/**
 * @param dims [n, 4, h, w] of what x holds
 * @param tileEdge of a tile, in pixels
 * @param predict makes the predictor for tiles of the dims it is given
 */
export function tiledNoise(
  dims: readonly number[],
  tileEdge: number,
  predict: (dims: readonly number[]) => PredictNoise,
): PredictNoise {
  const [height, width] = dims.slice(2) as [number, number];
  const planes = sizeOf(dims.slice(0, 2));
  const rows = weightedSpans(height, tileEdge / LATENT_FACTOR);
  const columns = weightedSpans(width, tileEdge / LATENT_FACTOR);
  const [h, w] = [rows[0]!.weights.length, columns[0]!.weights.length];
  const predictTile = predict([...dims.slice(0, 2), h, w]);
  return async (x, sigma, timestep) => {
    const eps = new Float32Array(x.length);
    for (const row of rows) {
      for (const column of columns) {
        const part = new Float32Array(planes * h * w);
        for (let line = 0; line < planes * h; line++) {
          const from = lineOf(line, row.from) + column.from;
          part.set(x.subarray(from, from + w), line * w);
        }
        const found = await predictTile(part, sigma, timestep);
        for (let line = 0; line < planes * h; line++) {
          const to = lineOf(line, row.from) + column.from;
          const share = row.weights[line % h]!;
          for (let i = 0; i < w; i++) eps[to + i]! += found[line * w + i]! * share * column.weights[i]!;
        }
      }
    }
    return eps;
  };

  /** Where a line of a tile begins in the whole picture's planes. */
  function lineOf(line: number, top: number): number {
    return (Math.floor(line / h) * height + top + (line % h)) * width;
  }
}
