// Classifier-free guidance (Ho & Salimans 2022): eps = eps_u + scale * (eps_c - eps_u), both halves in one run of batch 2.
// A scale of 1 is the conditional half alone and runs nothing else.

import type { Network } from './session.ts';
import type { Tensor } from './tensor.ts';
import { concatenate, sizeOf, slice, tensor } from './tensor.ts';
import { predictNoise } from './unet.ts';

export interface GuidanceOptions {
  readonly unet: Network;
  /** [1 or n, 77 * k, d]: one text for the whole batch, or one each. */
  readonly conditional: Tensor;
  /** As long as the conditional one; not read at scale 1. */
  readonly unconditional: Tensor;
  readonly scale: number;
  /** Shape of the whole batch: [n, 4, h/8, w/8]. */
  readonly dims: readonly number[];
  /** How many pictures share one run; each takes two places of the batch under guidance. */
  readonly picturesPerRun: number;
}

/** The noise in a batch of latents in the variance-exploding scale, as samplers ask for it. */
export function guidedNoise(options: GuidanceOptions) {
  const { unet, conditional, unconditional, scale, dims, picturesPerRun } = options;
  const count = dims[0]!;
  const size = sizeOf(dims.slice(1));
  return async (x: Float32Array, sigma: number, timestep: number): Promise<Float32Array> => {
    const shrink = 1 / Math.hypot(sigma, 1);
    const sample = tensor(
      x.map((value) => value * shrink),
      dims,
    );
    const eps = new Float32Array(x.length);
    for (let from = 0; from < count; from += picturesPerRun) {
      const to = Math.min(count, from + picturesPerRun);
      const pictures = slice(sample, from, to);
      const context = contextOf(conditional, from, to);
      if (scale === 1) {
        const result = await predictNoise(unet, pictures, [timestep], context);
        eps.set(result.data, from * size);
        continue;
      }
      const both = concatenate([pictures, pictures]);
      const result = await predictNoise(
        unet,
        both,
        [timestep],
        concatenate([contextOf(unconditional, from, to), context]),
      );
      const half = result.data.length / 2;
      for (let i = 0; i < half; i++) {
        const plain = result.data[i]!;
        eps[from * size + i] = plain + scale * (result.data[half + i]! - plain);
      }
    }
    return eps;
  };
}

function contextOf(context: Tensor, from: number, to: number): Tensor {
  if (context.dims[0] !== 1) return slice(context, from, to);
  return concatenate(Array.from({ length: to - from }, () => context));
}
