// A tensor is numbers and their shape, C order. Nothing more: the networks run in onnxruntime, the samplers on flat arrays.

import { EaselError, expected } from '../errors.ts';

export interface Tensor {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** How many numbers a shape holds. */
export function sizeOf(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}

/** Throws EaselError `internal` where data and shape disagree. */
export function tensor(data: Float32Array, dims: readonly number[]): Tensor {
  if (data.length !== sizeOf(dims)) {
    throw new EaselError('internal', expected(`${sizeOf(dims)} numbers`, `a tensor of shape [${dims}]`, data.length));
  }
  return { data, dims };
}

/** Tensors of equal inner shape joined along the first axis. */
export function concatenate(parts: readonly Tensor[]): Tensor {
  const inner = parts[0]!.dims.slice(1);
  const data = new Float32Array(parts.reduce((total, part) => total + part.data.length, 0));
  let offset = 0;
  for (const part of parts) {
    data.set(part.data, offset);
    offset += part.data.length;
  }
  return tensor(data, [parts.reduce((total, part) => total + part.dims[0]!, 0), ...inner]);
}

/** Items `from` to `to` (exclusive) of the first axis; a view, no copy. */
export function slice(whole: Tensor, from: number, to: number): Tensor {
  const stride = sizeOf(whole.dims.slice(1));
  return { data: whole.data.subarray(from * stride, to * stride), dims: [to - from, ...whole.dims.slice(1)] };
}
