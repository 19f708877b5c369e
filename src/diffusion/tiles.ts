// Running a network over overlapping tiles of a picture and blending the seams: keeps the VAE's memory flat for large pictures.
// Tiles are counted in latent cells; borders are crossed by linear ramps, so that every output pixel's weights sum to 1.

import type { Tensor } from './tensor.ts';
import { tensor } from './tensor.ts';

export interface Tiling {
  /** Edge of a tile in latent cells. */
  readonly tile: number;
  /** Cells that neighbours share. */
  readonly overlap: number;
  /** Input and output samples per latent cell and side: 1 and 8 when decoding, 8 and 1 when encoding. */
  readonly inputFactor: number;
  readonly outputFactor: number;
}

/** `input` [1, c, h, w]; `run` maps one tile. The result has the tiles' channels. */
export async function runTiled(input: Tensor, tiling: Tiling, run: (tile: Tensor) => Promise<Tensor>): Promise<Tensor> {
  const { inputFactor, outputFactor } = tiling;
  const rows = spans(input.dims[2]! / inputFactor, tiling);
  const columns = spans(input.dims[3]! / inputFactor, tiling);
  const [height, width] = [
    (input.dims[2]! / inputFactor) * outputFactor,
    (input.dims[3]! / inputFactor) * outputFactor,
  ];
  let result: Tensor | undefined;
  for (const row of rows) {
    for (const column of columns) {
      const piece = await run(crop(input, row, column, inputFactor));
      result ??= tensor(new Float32Array(piece.dims[1]! * height * width), [1, piece.dims[1]!, height, width]);
      addWeighted(
        result,
        piece,
        ramp(row, rows, outputFactor),
        ramp(column, columns, outputFactor),
        row,
        column,
        outputFactor,
      );
    }
  }
  return result!;
}

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Tiles of equal length that cover `length` cells and overlap by at least `overlap`. */
export function spans(length: number, { tile, overlap }: Pick<Tiling, 'tile' | 'overlap'>): Span[] {
  if (length <= tile) return [{ from: 0, to: length }];
  const count = Math.ceil((length - overlap) / (tile - overlap));
  return Array.from({ length: count }, (_, i) => {
    const from = Math.round((i * (length - tile)) / (count - 1));
    return { from, to: from + tile };
  });
}

/** A span's weight at each output sample: 1 inside, falling linearly where a neighbour overlaps. */
function ramp(span: Span, all: readonly Span[], factor: number): Float64Array {
  const index = all.indexOf(span);
  const before = (all[index - 1]?.to ?? span.from) - span.from;
  const after = span.to - (all[index + 1]?.from ?? span.to);
  const length = (span.to - span.from) * factor;
  return Float64Array.from({ length }, (_, i) => {
    const rise = before === 0 ? 1 : Math.min(1, (i + 0.5) / (before * factor));
    const fall = after === 0 ? 1 : Math.min(1, (length - i - 0.5) / (after * factor));
    return Math.min(rise, fall);
  });
}

function crop(input: Tensor, row: Span, column: Span, factor: number): Tensor {
  const [, channels, height, width] = input.dims as [number, number, number, number];
  const [h, w] = [(row.to - row.from) * factor, (column.to - column.from) * factor];
  const data = new Float32Array(channels * h * w);
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < h; y++) {
      const from = (c * height + row.from * factor + y) * width + column.from * factor;
      data.set(input.data.subarray(from, from + w), (c * h + y) * w);
    }
  }
  return tensor(data, [1, channels, h, w]);
}

function addWeighted(
  result: Tensor,
  piece: Tensor,
  vertical: Float64Array,
  horizontal: Float64Array,
  row: Span,
  column: Span,
  factor: number,
): void {
  const [, channels, height, width] = result.dims as [number, number, number, number];
  const [h, w] = [vertical.length, horizontal.length];
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < h; y++) {
      const to = (c * height + row.from * factor + y) * width + column.from * factor;
      const from = (c * h + y) * w;
      for (let x = 0; x < w; x++) result.data[to + x]! += piece.data[from + x]! * vertical[y]! * horizontal[x]!;
    }
  }
}
