// What a LoRA adds to a weight: W' = W + weight * (alpha / r) * up · down (Hu et al. 2022), a convolution taken as the matrix of its outputs by
// inputs times kernel cells. In Tucker form down' = mid · down first, per kernel cell.

import type { MatrixProduct } from '../diffusion/matrix-product.ts';
import { type LazyTensor, toFloat32 } from '../model-import/tensor.ts';
import type { WeightBlock } from './graph-weights.ts';
import type { LoraLayer } from './lora-file.ts';

/** The two factors of one layer in full, the strength already in `up`. */
export interface LoraFactors {
  /** [rows, r] */
  readonly up: Float32Array;
  /** [r, columns] */
  readonly down: Float32Array;
  readonly rank: number;
}

export async function readFactors(
  { down, up, mid, alpha }: LoraLayer,
  weight: number,
  fileAlpha?: number,
): Promise<LoraFactors> {
  const rank = down.shape[0] ?? 1;
  const said = alpha ? (await floatsOf(alpha))[0] : fileAlpha;
  // An alpha of 0 was written by early trainers for "as the rank".
  const scale = (weight * (said || rank)) / rank;
  const scaled = (await floatsOf(up)).map((value) => value * scale);
  const plain = await floatsOf(down);
  return { up: scaled, down: mid ? tucker(await floatsOf(mid), plain, rank) : plain, rank };
}

/** mid [r, r, cells], down [r, inputs] -> [r, inputs, cells]. */
function tucker(mid: Float32Array, down: Float32Array, rank: number): Float32Array {
  const cells = mid.length / rank ** 2;
  const inputs = down.length / rank;
  const out = new Float32Array(rank * inputs * cells);
  for (let a = 0; a < rank; a++)
    for (let b = 0; b < rank; b++)
      for (let i = 0; i < inputs; i++)
        for (let cell = 0; cell < cells; cell++)
          out[(a * inputs + i) * cells + cell]! += mid[(a * rank + b) * cells + cell]! * down[b * inputs + i]!;
  return out;
}

/** Adds a layer's change to one stored block of its weight, in place. */
export async function addFactors(
  block: Float32Array,
  { rows: [from, to], isTransposed }: Pick<WeightBlock, 'rows' | 'isTransposed'>,
  { up, down, rank }: LoraFactors,
  product: MatrixProduct,
): Promise<void> {
  const rows = to - from;
  const columns = down.length / rank;
  const part = up.subarray(from * rank, to * rank);
  const delta = isTransposed
    ? await product.run(transposed(down, rank, columns), transposed(part, rows, rank), { m: columns, k: rank, n: rows })
    : await product.run(part, down, { m: rows, k: rank, n: columns });
  for (let i = 0; i < block.length; i++) block[i]! += delta[i]!;
}

/** [rows, columns] -> [columns, rows]. */
function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  const out = new Float32Array(values.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) out[column * rows + row] = values[row * columns + column]!;
  return out;
}

async function floatsOf(tensor: LazyTensor): Promise<Float32Array> {
  return toFloat32(await tensor.read(), tensor.dtype);
}
