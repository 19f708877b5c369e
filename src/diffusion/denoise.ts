// The denoising loop on arrays alone: where it starts (noise, or a picture noised part of the way), how inpainting keeps the original,
// and when it may stop. Knows neither prompts nor networks.

import { EaselError } from '../errors.ts';
import { keepOriginal, keptAt } from './inpaint.ts';
import type { NoiseTable, Schedule } from './noise-schedule.ts';
import { scheduleFrom, timestepOf } from './noise-schedule.ts';
import type { SamplerId } from './samplers/index.ts';
import { samplers } from './samplers/index.ts';
import type { SamplerRun, SamplerStep } from './samplers/sampler.ts';
import { sum } from './samplers/sampler.ts';

export interface DenoiseOptions {
  readonly table: NoiseTable;
  readonly sampler: SamplerId;
  readonly schedule: Schedule;
  /** The start in the variance-exploding scale; see fromNoise and fromPicture. */
  readonly x: Float32Array;
  readonly predictNoise: SamplerRun['predictNoise'];
  /** Fresh unit noise of x's length. */
  readonly noise: () => Float32Array;
  readonly eta?: number;
  /** Inpainting: the finished original and one number per cell, 1 keeps; `hold`: the share of the steps for which a cell is kept all the same. */
  readonly keep?:
    | { readonly original: Float32Array; readonly mask: Float32Array; readonly hold?: Float32Array | undefined }
    | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Yields what the sampler yields. Throws EaselError `cancelled` before the next network call once the signal has fired. */
export async function* denoise(options: DenoiseOptions): AsyncGenerator<SamplerStep, void, void> {
  const { table, schedule, x, noise, keep, signal, eta } = options;
  const blend = (state: Float32Array, sigma: number, done: number) => {
    if (keep !== undefined) keepOriginal(state, keep.original, keptAt(keep, done), sigma, noise());
  };
  const count = schedule.timesteps.length;
  blend(x, schedule.sigmas[0]!, 0);
  const steps = samplers[options.sampler].sample({
    ...schedule,
    x,
    noise,
    timestepOf: (sigma) => timestepOf(table, sigma),
    predictNoise: (state, sigma, timestep) => {
      throwIfCancelled(signal);
      return options.predictNoise(state, sigma, timestep);
    },
    ...(eta === undefined ? {} : { eta }),
  });
  for await (const step of steps) {
    yield step;
    if (step.complete && step.step < count) blend(step.x, step.sigma, step.step / count);
  }
}

export interface Start {
  readonly schedule: Schedule;
  /** Variance-exploding scale, at schedule.sigmas[0]. */
  readonly x: Float32Array;
}

export function fromNoise(schedule: Schedule, noise: Float32Array): Start {
  return { schedule, x: sum([schedule.initialScale, noise]) };
}

/**
 * Image-to-image: the last int(strength * steps) steps, from the picture's latent with noise on it. DDIM and PLMS noise it as
 * CompVis does, one table step further than they start to denoise; the others to where they start.
 *
 * @param asked the steps that were asked for, where the schedule has others
 */
export function fromPicture(
  schedule: Schedule,
  sampler: SamplerId,
  latent: Float32Array,
  noise: Float32Array,
  strength: number,
  asked = schedule.timesteps.length,
): Start {
  const index = schedule.timesteps.length - Math.floor(strength * asked);
  const { counting, stochastic } = samplers[sampler];
  const further = counting === 'whole' && !stochastic ? 1 : 0;
  const sigma = schedule.sigmas[Math.max(0, index - further)]!;
  const rest = scheduleFrom(schedule, index);
  const scale = Math.hypot(rest.sigmas[0]!, 1) / Math.hypot(sigma, 1);
  return { schedule: rest, x: sum([scale, latent], [scale * sigma, noise]) };
}

/** From the variance-exploding scale of samplers to the unit variance that is stored, shown to the U-Net and decoded. */
export function toUnitVariance(x: Float32Array, sigma: number): Float32Array {
  return sum([1 / Math.hypot(sigma, 1), x]);
}

export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted)
    throw new EaselError('cancelled', 'Expected to finish the picture but received a cancel', { cause: signal.reason });
}
