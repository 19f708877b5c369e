// The noise schedule of Stable Diffusion v1 and the ways of picking N of its 1000 steps.
// Betas as LDM (Rombach et al. 2022); spacings as Lin et al. 2023 (arXiv 2305.08891, table 2); Karras sigmas as Karras et al. 2022,
// equation 5. Every sampler works on variance-exploding sigmas: x = x0 + sigma * noise, sigma = sqrt((1 - abar) / abar).

import { EaselError, expected } from '../errors.ts';
import { BETA_END, BETA_START, TRAIN_TIMESTEPS } from './architecture.ts';

export interface BetaSchedule {
  readonly trainTimesteps: number;
  readonly betaStart: number;
  readonly betaEnd: number;
  /** `scaled_linear`: squares of evenly spaced square roots. */
  readonly shape: 'linear' | 'scaled_linear';
}

export const stableDiffusionBetas: BetaSchedule = {
  trainTimesteps: TRAIN_TIMESTEPS,
  betaStart: BETA_START,
  betaEnd: BETA_END,
  shape: 'scaled_linear',
};

/** The 1000 training steps: cumulative alphas and the sigmas that follow from them, rounded to float32 where torch rounds. */
export interface NoiseTable {
  readonly alphasCumprod: Float32Array;
  /** Ascending with the timestep: 0.029 to 14.6 for SD v1. */
  readonly sigmas: Float32Array;
  readonly logSigmas: Float32Array;
}

export function makeNoiseTable(betas: BetaSchedule = stableDiffusionBetas): NoiseTable {
  const n = betas.trainTimesteps;
  const root = betas.shape === 'scaled_linear' ? Math.sqrt : (value: number) => value;
  const first = Math.fround(root(betas.betaStart));
  const last = Math.fround(root(betas.betaEnd));
  const step = Math.fround((last - first) / (n - 1));
  const alphasCumprod = new Float32Array(n);
  let product = 1;
  for (let t = 0; t < n; t++) {
    // torch.linspace counts from both ends, so that the last value is exact.
    const even = Math.fround(t < n / 2 ? first + step * t : last - step * (n - 1 - t));
    const beta = betas.shape === 'scaled_linear' ? Math.fround(even * even) : even;
    product *= Math.fround(1 - beta); // torch.cumprod on a CPU accumulates in double
    alphasCumprod[t] = product;
  }
  const sigmas = alphasCumprod.map((abar) => Math.sqrt(Math.fround(1 - abar) / abar));
  return { alphasCumprod, sigmas, logSigmas: sigmas.map(Math.log) };
}

/** The (fractional) timestep of a sigma: linear in log sigma between table entries, clamped to the table's ends. */
export function timestepOf(table: NoiseTable, sigma: number): number {
  const { logSigmas } = table;
  const log = Math.log(Math.max(sigma, 1e-10));
  let low = 0;
  let high = logSigmas.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (logSigmas[middle]! <= log) low = middle;
    else high = middle;
  }
  const weight = (log - logSigmas[low]!) / (logSigmas[high]! - logSigmas[low]!);
  return low + Math.min(1, Math.max(0, weight));
}

/** The sigma at a (fractional) timestep: linear in sigma between table entries. */
export function sigmaOf(table: NoiseTable, timestep: number): number {
  const low = Math.min(Math.max(Math.floor(timestep), 0), table.sigmas.length - 1);
  const high = Math.min(low + 1, table.sigmas.length - 1);
  const weight = timestep - low;
  return (1 - weight) * table.sigmas[low]! + weight * table.sigmas[high]!;
}

/**
 * `compvis`: every k-th step from 1 on, k = floor(1000 / steps), as CompVis' own samplers count; more steps than asked for where they do not divide
 * 1000. `leading` (diffusers) takes exactly as many.
 */
export type Spacing = 'leading' | 'linspace' | 'trailing' | 'compvis';
export type SigmaCurve = 'table' | 'karras' | 'exponential';

/**
 * How a family of samplers counts. `whole`: N whole timesteps, as DDIM, PLMS and DDPM were published. `fractional`: N timesteps that
 * may fall between two table entries (k-diffusion). `solver`: N of N + 1 intervals, whole timesteps, curves over the whole table
 * (DPM-Solver and its relatives). `distilled`: every k-th of the 50 timesteps that latent consistency models were trained on.
 */
export type Counting = 'whole' | 'fractional' | 'solver' | 'distilled';

export interface ScheduleOptions {
  readonly steps: number;
  readonly counting: Counting;
  /** Default `leading` with offset 1, what SD v1's own scheduler configuration asks for. */
  readonly spacing?: Spacing;
  readonly offset?: number;
  readonly curve?: SigmaCurve;
  /** Where the last step ends: no noise at all, or the least noisy table entry. */
  readonly end?: 'zero' | 'table';
  /** Only for `distilled`: the length of the schedule the model was distilled on. */
  readonly distilledSteps?: number;
}

export interface Schedule {
  /** What the U-Net is told, one per step, descending; may be fractional. */
  readonly timesteps: readonly number[];
  /** One more than timesteps: the last is where the last step arrives. */
  readonly sigmas: readonly number[];
  /** Factor from unit noise to the first x. */
  readonly initialScale: number;
}

export function makeSchedule(table: NoiseTable, options: ScheduleOptions): Schedule {
  const { steps, counting, spacing = 'leading', curve = 'table', end = 'zero' } = options;
  const train = table.sigmas.length;
  const most = counting === 'distilled' ? (options.distilledSteps ?? 50) : train - 1;
  if (!Number.isInteger(steps) || steps < 1 || steps > most) {
    throw new EaselError('bad-request', expected(`an integer from 1 to ${most}`, 'steps', steps));
  }
  const plain = counting === 'distilled' ? distilled(train, steps, most) : spaced(train, options);
  let timesteps = plain;
  let sigmas = plain.map((t) => sigmaOf(table, t));
  if (curve !== 'table') {
    // k-diffusion bends the range its timesteps cover, DPM-Solver the range of the whole table.
    const from = counting === 'solver' ? table.sigmas[train - 1]! : sigmas[0]!;
    const to = counting === 'solver' ? table.sigmas[0]! : sigmas[steps - 1]!;
    sigmas = curve === 'karras' ? karras(from, to, steps) : exponential(from, to, steps);
    timesteps = sigmas.map((sigma) => timestepOf(table, sigma));
    if (counting === 'solver') timesteps = timesteps.map(roundHalfToEven);
  }
  // k-diffusion starts from sigma * noise where the schedule reaches the top of the table; all else from unit variance.
  const first = sigmas[0]!;
  const bare = counting === 'fractional' && spacing !== 'leading';
  const last = end === 'zero' ? 0 : table.sigmas[0]!;
  return { timesteps, sigmas: [...sigmas, last], initialScale: bare ? first : Math.hypot(first, 1) };
}

/** The part of a schedule that image-to-image runs: from step `index` on. */
export function scheduleFrom(schedule: Schedule, index: number): Schedule {
  return { ...schedule, timesteps: schedule.timesteps.slice(index), sigmas: schedule.sigmas.slice(index) };
}

function spaced(train: number, options: ScheduleOptions): number[] {
  const { steps, counting, spacing = 'leading', offset = 1 } = options;
  const solver = counting === 'solver' ? 1 : 0; // solvers cut one interval more and leave its end out
  const index = Array.from({ length: steps }, (_, i) => i);
  if (spacing === 'leading') {
    const stride = Math.floor(train / (steps + solver));
    return index.map((i) => (steps - 1 + solver - i) * stride + offset);
  }
  if (spacing === 'compvis') {
    const stride = Math.floor(train / steps);
    const count = Math.ceil(train / stride);
    return Array.from({ length: count }, (_, i) => (count - 1 - i) * stride + offset);
  }
  // Halves fall to one side or the other by the order in which NumPy's arange and linspace multiply.
  const down = train - train / steps - train;
  if (spacing === 'trailing') return index.map((i) => roundHalfToEven(train + i * down) - 1);
  const gaps = steps - 1 + solver;
  const even = index.map((i) => (i === 0 && gaps > 0 ? train - 1 : (gaps - i) * ((train - 1) / Math.max(1, gaps))));
  return counting === 'fractional' ? even.map(Math.fround) : even.map(roundHalfToEven);
}

function distilled(train: number, steps: number, distilledSteps: number): number[] {
  const stride = Math.floor(train / distilledSteps);
  return Array.from({ length: steps }, (_, i) => {
    return (distilledSteps - Math.floor((i * distilledSteps) / steps)) * stride - 1;
  });
}

function karras(from: number, to: number, steps: number): number[] {
  const rho = 7; // the paper's value
  const [a, b] = [from ** (1 / rho), to ** (1 / rho)];
  return Array.from({ length: steps }, (_, i) => (a + (steps > 1 ? i / (steps - 1) : 0) * (b - a)) ** rho);
}

function exponential(from: number, to: number, steps: number): number[] {
  const [a, b] = [Math.log(from), Math.log(to)];
  return Array.from({ length: steps }, (_, i) => Math.exp(a + (steps > 1 ? i / (steps - 1) : 0) * (b - a)));
}

/** NumPy's rounding: ties go to the even neighbour. */
function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
