// What a sampler is: a pure function over falling sigmas that asks a network for the noise in x and yields after every call.
// All samplers work in the variance-exploding scale (Karras et al. 2022): x = x0 + sigma * noise. The published
// variance-preserving samplers are the same arithmetic there, without their alphas.

/** Everything a sampler may touch. Arrays hold the whole batch; samplers are elementwise and never look at its shape. */
export interface SamplerRun {
  /** The start, already at sigmas[0]. */
  readonly x: Float32Array;
  /** One per step, descending. */
  readonly timesteps: readonly number[];
  /** One more than timesteps. */
  readonly sigmas: readonly number[];
  /** The noise (eps) that the network sees in x at this sigma and timestep. */
  readonly predictNoise: (x: Float32Array, sigma: number, timestep: number) => Promise<Float32Array>;
  /** Fresh unit noise in the shape of x, in the order drawn. */
  readonly noise: () => Float32Array;
  /** The timestep that belongs to a sigma between two steps. */
  readonly timestepOf: (sigma: number) => number;
  /** 0: deterministic, 1: as much fresh noise as DDPM. Only samplers that name it read it. */
  readonly eta?: number;
}

export interface SamplerStep {
  /** The state after this call. Inpainting writes into it: a sampler goes on from whatever it finds here. */
  readonly x: Float32Array;
  /** The sigma x is at now. */
  readonly sigma: number;
  /** The picture the network sees: x0. */
  readonly denoised: Float32Array;
  /** Steps completed: 1 to N. */
  readonly step: number;
  /** False after the first of two calls of a second-order step. */
  readonly complete: boolean;
}

export type Sampler = (run: SamplerRun) => AsyncGenerator<SamplerStep, void, void>;

export type Term = readonly [factor: number, values: Float32Array];

/** The weighted sum of equally long arrays; terms of factor 0 are skipped (their values may be infinite in the limit). */
export function sum(...terms: readonly Term[]): Float32Array {
  const kept = terms.filter(([factor]) => factor !== 0);
  const result = new Float32Array(terms[0]![1].length);
  for (let i = 0; i < result.length; i++) {
    let value = 0;
    for (const [factor, values] of kept) value += factor * values[i]!;
    result[i] = value;
  }
  return result;
}

/** x0 = x - sigma * eps. */
export function denoise(x: Float32Array, sigma: number, eps: Float32Array): Float32Array {
  return sum([1, x], [-sigma, eps]);
}

/** A step from `sigma` to `next` as a deterministic step to `down` and fresh noise of `up`: down² + up² = next². Song et al. 2020, eq. 16. */
export function ancestralSplit(sigma: number, next: number, eta: number): { down: number; up: number } {
  const up = Math.min(next, eta * next * Math.sqrt(Math.max(0, 1 - (next / sigma) ** 2)));
  return { down: Math.sqrt(next * next - up * up), up };
}

/** The half-log signal-to-noise ratio, the time in which DPM-Solver and its relatives count. */
export function lambda(sigma: number): number {
  return -Math.log(sigma);
}

/** Newest first, at most `length`. */
export function remember<T>(history: readonly T[], value: T, length: number): T[] {
  return [value, ...history].slice(0, length);
}
