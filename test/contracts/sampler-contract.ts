// What every sampler must do, told without weights: for Gaussian data N(mean, deviation²) the ideal denoiser is known in closed form,
// and so are the ODE's end point and the distribution that a stochastic sampler must end in.

import { describe, expect, it } from 'vitest';
import { makeNoiseTable, makeSchedule, timestepOf } from '../../src/diffusion/noise-schedule.ts';
import { TorchGenerator } from '../../src/diffusion/random.ts';
import type { SamplerId } from '../../src/diffusion/samplers/index.ts';
import { samplers } from '../../src/diffusion/samplers/index.ts';
import type { SamplerStep } from '../../src/diffusion/samplers/sampler.ts';

const mean = 0.3;
const deviation = 0.5;
const table = makeNoiseTable();

/** E[noise | x] for data N(mean, deviation²) under x = x0 + sigma * noise. */
function idealNoise(x: Float32Array, sigma: number): Float32Array {
  return x.map((value) => (sigma * (value - mean)) / (deviation ** 2 + sigma ** 2));
}

/** What a model distilled to jump to the end of the ODE would answer. */
function distilledNoise(x: Float32Array, sigma: number): Float32Array {
  return x.map((value) => (value - flow(value, sigma, 0)) / sigma);
}

/** Where the probability flow ODE carries x from one sigma to another: distances from the mean shrink with the total deviation. */
function flow(x: number, from: number, to: number): number {
  return mean + (x - mean) * (Math.hypot(deviation, to) / Math.hypot(deviation, from));
}

interface Outcome {
  readonly steps: readonly SamplerStep[];
  readonly calls: readonly { sigma: number; timestep: number }[];
  readonly sigmas: readonly number[];
  readonly start: Float32Array;
  readonly end: Float32Array;
}

async function run(id: SamplerId, count: number, size: number, seed = 1): Promise<Outcome> {
  const { sample, counting, curve, end } = samplers[id];
  const schedule = makeSchedule(table, { steps: count, counting, curve, end });
  const generator = new TorchGenerator(seed);
  const start = generator.randn(size).map((value) => mean + value * Math.hypot(deviation, schedule.sigmas[0]!));
  const steps: SamplerStep[] = [];
  const calls: { sigma: number; timestep: number }[] = [];
  const generate = sample({
    ...schedule,
    x: start.slice(),
    noise: () => generator.randn(size),
    timestepOf: (sigma) => timestepOf(table, sigma),
    predictNoise: (x, sigma, timestep) => {
      calls.push({ sigma, timestep });
      return Promise.resolve(id === 'lcm' ? distilledNoise(x, sigma) : idealNoise(x, sigma));
    },
  });
  for await (const step of generate) steps.push(step);
  return { steps, calls, sigmas: schedule.sigmas, start, end: steps.at(-1)!.x };
}

/** Largest distance from the ODE's exact end point, in units of the data's deviation. */
function endError({ start, end, sigmas }: Outcome): number {
  const exact = start.map((value) => flow(value, sigmas[0]!, sigmas.at(-1)!));
  return end.reduce((worst, value, i) => Math.max(worst, Math.abs(value - exact[i]!) / deviation), 0);
}

export interface SamplerFacts {
  /** After 40 steps: largest distance from the exact end point in deviations of the data, or share of spread lost (stochastic). */
  readonly endError: number;
  /** LCM wants few. */
  readonly steps?: number;
}

export function samplerContract(id: SamplerId, facts: SamplerFacts): void {
  const { stochastic, callsPerStep } = samplers[id];
  const count = facts.steps ?? 40;

  describe(`${id} as a sampler`, () => {
    it('completes every step once, in order, ending at the last sigma', async () => {
      const { steps, sigmas } = await run(id, 12, 4);
      const complete = steps.filter((step) => step.complete);
      expect(complete.map((step) => step.step)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
      expect(complete.map((step) => step.sigma)).toEqual(sigmas.slice(1));
    });

    it('tells the network a timestep that fits the sigma it is at', async () => {
      const { calls } = await run(id, 12, 4);
      // DPM-Solver rounds Karras timesteps to whole ones, so half a timestep is the most they may differ by.
      for (const { sigma, timestep } of calls) expect(Math.abs(timestepOf(table, sigma) - timestep)).toBeLessThan(0.51);
    });

    it('calls the network as often as it says', async () => {
      const { calls } = await run(id, 12, 4);
      const extra = callsPerStep === 2 ? -1 : id === 'plms' ? 1 : 0; // no second call into sigma 0; PLMS warms up with one more
      expect(calls).toHaveLength(12 * callsPerStep + extra);
    });

    it('runs a single step without a number going astray', async () => {
      const { end } = await run(id, 1, 4);
      expect(end.every(Number.isFinite)).toBe(true);
    });

    it('goes on from what it finds in the yielded array, so that inpainting can write there', async () => {
      const { sample, counting, curve, end } = samplers[id];
      const schedule = makeSchedule(table, { steps: 6, counting, curve, end });
      const seen: number[] = [];
      const generate = sample({
        ...schedule,
        x: Float32Array.of(1),
        noise: () => Float32Array.of(0),
        timestepOf: (sigma) => timestepOf(table, sigma),
        predictNoise: (x) => {
          seen.push(x[0]!);
          return Promise.resolve(Float32Array.of(0));
        },
      });
      for await (const { x, complete } of generate) if (complete) x[0] = 777;
      expect(seen.filter((value) => value === 777).length).toBeGreaterThanOrEqual(5);
    });

    it('leaves the start untouched and repeats itself', async () => {
      const first = await run(id, 8, 16);
      const second = await run(id, 8, 16);
      expect(second.end).toEqual(first.end);
    });

    if (stochastic) {
      it('ends in the distribution of the data', async () => {
        const { end } = await run(id, count, 20_000);
        const average = end.reduce((total, value) => total + value, 0) / end.length;
        const spread = Math.sqrt(end.reduce((total, value) => total + (value - average) ** 2, 0) / end.length);
        expect(Math.abs(average - mean)).toBeLessThan(0.05);
        expect(Math.abs(spread / deviation - 1)).toBeLessThan(facts.endError);
      });
    } else {
      it('ends where the ODE ends, and nearer with more steps', async () => {
        const [coarse, fine] = [endError(await run(id, 10, 64)), endError(await run(id, count, 64))];
        expect(fine).toBeLessThan(facts.endError);
        expect(fine).toBeLessThan(coarse);
      });
    }
  });
}
