// PLMS: Liu et al. 2022, "Pseudo Numerical Methods for Diffusion Models on Manifolds": DDIM steps along an Adams-Bashforth mean of
// the last four predictions. The first step asks the network twice (pseudo improved Euler), as CompVis does.

import type { Sampler, Term } from './sampler.ts';
import { denoise, remember, sum } from './sampler.ts';

/** Adams-Bashforth weights, newest prediction first. */
const weights = [[1], [3 / 2, -1 / 2], [23 / 12, -16 / 12, 5 / 12], [55 / 24, -59 / 24, 37 / 24, -9 / 24]] as const;

export const plms: Sampler = async function* plms(run) {
  let { x } = run;
  let history: Float32Array[] = [];
  for (const [i, timestep] of run.timesteps.entries()) {
    const [sigma, next] = [run.sigmas[i]!, run.sigmas[i + 1]!];
    const eps = await run.predictNoise(x, sigma, timestep);
    history = remember(history, eps, 4);
    let mean = sum(...weights[history.length - 1]!.map((weight, k): Term => [weight, history[k]!]));
    if (i === 0) {
      const trial = sum([1, x], [next - sigma, eps]);
      yield { x: trial, sigma: next, denoised: denoise(x, sigma, eps), step: 1, complete: false };
      const ahead = await run.predictNoise(trial, next, run.timesteps[1] ?? timestep);
      mean = sum([0.5, eps], [0.5, ahead]);
    }
    const denoised = denoise(x, sigma, mean);
    x = sum([1, x], [next - sigma, mean]);
    yield { x, sigma: next, denoised, step: i + 1, complete: true };
  }
};
