// Classifier-free guidance (Ho & Salimans 2022): eps = eps_u + scale * (eps_c - eps_u), both halves in one run of batch 2.
// Where memory does not suffice, smaller parts are tried. A scale of 1 is the conditional half alone and runs nothing else.

import { isOutOfMemory, type RunLimits } from './run-limits.ts';
import type { RunnableNetwork } from './session.ts';
import type { Tensor } from './tensor.ts';
import { concatenate, sizeOf, slice, tensor } from './tensor.ts';
import { predictNoise } from './unet.ts';

export interface GuidanceOptions {
  readonly unet: RunnableNetwork;
  /** [1 or n, 77 * k, d]: one text for the whole batch, or one each. */
  readonly conditional: Tensor;
  /** As long as the conditional one; not read at scale 1. */
  readonly unconditional: Tensor;
  readonly scale: number;
  /** Shape of the whole batch: [n, 4, h/8, w/8]. */
  readonly dims: readonly number[];
  /** How many pictures share one run; each takes two places of the batch under guidance. Changed where memory does not suffice. */
  readonly limits: RunLimits;
}

/** The noise in a batch of latents in the variance-exploding scale, as samplers ask for it. */
export function guidedNoise(options: GuidanceOptions) {
  const { unet, conditional, unconditional, scale, dims, limits } = options;
  const count = dims[0]!;
  const size = sizeOf(dims.slice(1));
  return async (x: Float32Array, sigma: number, timestep: number): Promise<Float32Array> => {
    const shrink = 1 / Math.hypot(sigma, 1);
    const sample = tensor(
      x.map((value) => value * shrink),
      dims,
    );
    const eps = new Float32Array(x.length);

    /** The noise in the pictures `from` to `to`. */
    const part = async (from: number, to: number): Promise<Float32Array> => {
      const pictures = slice(sample, from, to);
      const context = contextOf(conditional, from, to);
      const predict = (some: Tensor, told: Tensor) => predictNoise(unet, some, [timestep], told);
      if (scale === 1) return (await predict(pictures, context)).data;
      const plain = contextOf(unconditional, from, to);
      let halves: readonly [Float32Array, Float32Array];
      if (limits.isGuidanceSplit) {
        const first = await predict(pictures, plain);
        halves = [first.data, (await predict(pictures, context)).data];
      } else {
        const { data } = await predict(concatenate([pictures, pictures]), concatenate([plain, context]));
        halves = [data.subarray(0, data.length / 2), data.subarray(data.length / 2)];
      }
      const [without, told] = halves;
      return without.map((value, i) => value + scale * (told[i]! - value));
    };

    for (let from = 0; from < count; ) {
      const to = Math.min(count, from + limits.picturesPerRun);
      try {
        eps.set(await part(from, to), from * size);
        from = to;
      } catch (error) {
        if (!isOutOfMemory(error) || !limits.shrinkBatch(to - from, scale !== 1)) throw error;
      }
    }
    return eps;
  };
}

function contextOf(context: Tensor, from: number, to: number): Tensor {
  if (context.dims[0] !== 1) return slice(context, from, to);
  return concatenate(Array.from({ length: to - from }, () => context));
}
