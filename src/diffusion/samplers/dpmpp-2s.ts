// DPM-Solver++(2S): Lu et al. 2022 (arXiv 2211.01095), algorithm 1, midpoint rule. Steps come in pairs: a first-order step, then one
// of second order from the pair's beginning. Like diffusers it counts network calls, so N steps are N calls.

import type { Sampler } from './sampler.ts';
import { denoise, lambda, sum } from './sampler.ts';

export const dpmpp2s: Sampler = async function* dpmpp2s(run) {
  const steps = run.timesteps.length;
  let { x } = run;
  let start = x;
  let previous: Float32Array | undefined;
  for (const [i, timestep] of run.timesteps.entries()) {
    const [sigma, next] = [run.sigmas[i]!, run.sigmas[i + 1]!];
    const denoised = denoise(x, sigma, await run.predictNoise(x, sigma, timestep));
    if (previous !== undefined && i % 2 === 1 && i < steps - 1) {
      const begin = run.sigmas[i - 1]!;
      const ratio = (lambda(sigma) - lambda(begin)) / (lambda(next) - lambda(begin));
      const target = sum([1 - 1 / (2 * ratio), previous], [1 / (2 * ratio), denoised]);
      x = sum([next / begin, start], [1 - next / begin, target]);
    } else {
      start = x;
      x = sum([next / sigma, x], [1 - next / sigma, denoised]);
    }
    previous = denoised;
    yield { x, sigma: next, denoised, step: i + 1, complete: true };
  }
};
