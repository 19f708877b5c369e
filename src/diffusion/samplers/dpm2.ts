// DPM-Solver-2: Lu et al. 2022 (arXiv 2206.00927), algorithm 1, as k-diffusion runs it: a half step to the middle in log sigma, then
// the whole step along the direction found there. The ancestral form aims lower and adds fresh noise.

import type { Sampler, SamplerRun, SamplerStep } from './sampler.ts';
import { ancestralSplit, denoise, sum } from './sampler.ts';

export const dpm2: Sampler = (run) => dpm2WithNoise(run, 0);

export const dpm2Ancestral: Sampler = (run) => dpm2WithNoise(run, 1);

async function* dpm2WithNoise(run: SamplerRun, eta: number): AsyncGenerator<SamplerStep, void, void> {
  let { x } = run;
  for (const [i, timestep] of run.timesteps.entries()) {
    const [sigma, next] = [run.sigmas[i]!, run.sigmas[i + 1]!];
    const { down, up } = ancestralSplit(sigma, next, eta);
    const middle = Math.sqrt(sigma * down); // 0 on the last step: a plain Euler step to the end
    const eps = await run.predictNoise(x, sigma, timestep);
    const halfway = sum([1, x], [middle - sigma, eps]);
    const last = next === 0;
    yield { x: halfway, sigma: middle, denoised: denoise(x, sigma, eps), step: i + 1, complete: last };
    if (last) return;
    const direction = await run.predictNoise(halfway, middle, run.timestepOf(middle));
    x = sum([1, x], [down - sigma, direction]);
    if (eta > 0) x = sum([1, x], [up, run.noise()]);
    yield { x, sigma: next, denoised: denoise(halfway, middle, direction), step: i + 1, complete: true };
  }
}
