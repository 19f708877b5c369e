// Heun's second-order method: Karras et al. 2022, algorithm 1 without churn. Two calls a step, one for the last.

import type { Sampler } from './sampler.ts';
import { denoise, sum } from './sampler.ts';

export const heun: Sampler = async function* heun(run) {
  let { x } = run;
  for (const [i, timestep] of run.timesteps.entries()) {
    const [sigma, next] = [run.sigmas[i]!, run.sigmas[i + 1]!];
    const eps = await run.predictNoise(x, sigma, timestep);
    const denoised = denoise(x, sigma, eps);
    const trial = sum([1, x], [next - sigma, eps]);
    const last = i === run.timesteps.length - 1;
    yield { x: trial, sigma: next, denoised, step: i + 1, complete: last };
    if (last) return;
    const ahead = await run.predictNoise(trial, next, run.timesteps[i + 1]!);
    x = sum([1, x], [(next - sigma) / 2, eps], [(next - sigma) / 2, ahead]);
    yield { x, sigma: next, denoised: denoise(trial, next, ahead), step: i + 1, complete: true };
  }
};
