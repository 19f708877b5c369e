// DPM-Solver++(2M) and its SDE form: Lu et al. 2022 (arXiv 2211.01095), algorithm 2 and equation 19, midpoint rule. Second order from
// one call a step by the last two pictures; first order at the start and into sigma 0.

import type { Sampler, SamplerRun, SamplerStep } from './sampler.ts';
import { denoise, lambda, sum } from './sampler.ts';

export const dpmpp2m: Sampler = (run) => multistep(run, false);

export const dpmpp2mSde: Sampler = (run) => multistep(run, true);

async function* multistep(run: SamplerRun, stochastic: boolean): AsyncGenerator<SamplerStep, void, void> {
  let { x } = run;
  let previous: Float32Array | undefined;
  for (const [i, timestep] of run.timesteps.entries()) {
    const [sigma, next] = [run.sigmas[i]!, run.sigmas[i + 1]!];
    const denoised = denoise(x, sigma, await run.predictNoise(x, sigma, timestep));
    let target = denoised;
    const final = i === run.timesteps.length - 1 && (next === 0 || run.timesteps.length < 15);
    if (previous !== undefined && !final) {
      const ratio = (lambda(sigma) - lambda(run.sigmas[i - 1]!)) / (lambda(next) - lambda(sigma));
      target = sum([1 + 1 / (2 * ratio), denoised], [-1 / (2 * ratio), previous]);
    }
    const decay = next / sigma; // exp(-h)
    if (stochastic) {
      const fresh = 1 - decay * decay;
      x = sum([decay * decay, x], [fresh, target], [next * Math.sqrt(fresh), run.noise()]);
    } else {
      x = sum([decay, x], [1 - decay, target]);
    }
    previous = denoised;
    yield { x, sigma: next, denoised, step: i + 1, complete: true };
  }
}
