// DEIS: Zhang & Chen 2022 (arXiv 2204.13902), the log-rho multistep form of order 2: predictions interpolated linearly in log sigma
// and integrated over the step.

import type { Sampler } from './sampler.ts';
import { denoise, sum } from './sampler.ts';

export const deis: Sampler = async function* deis(run) {
  let { x } = run;
  let previous: Float32Array | undefined;
  for (const [i, timestep] of run.timesteps.entries()) {
    const [sigma, next] = [run.sigmas[i]!, run.sigmas[i + 1]!];
    const eps = await run.predictNoise(x, sigma, timestep);
    const denoised = denoise(x, sigma, eps);
    const final = i === run.timesteps.length - 1 && (next === 0 || run.timesteps.length < 15);
    if (previous === undefined || final) {
      x = sum([1, x], [next - sigma, eps]);
    } else {
      const before = run.sigmas[i - 1]!;
      const newer = integrateLog(next, sigma, before) - integrateLog(sigma, sigma, before);
      const older = integrateLog(next, before, sigma) - integrateLog(sigma, before, sigma);
      x = sum([1, x], [newer, eps], [older, previous]);
    }
    previous = eps;
    yield { x, sigma: next, denoised, step: i + 1, complete: true };
  }
};

/** The antiderivative of (log t - log c) / (log b - log c), the basis function that is 1 at b and 0 at c. */
function integrateLog(t: number, b: number, c: number): number {
  return (t * (Math.log(t) - Math.log(c) - 1)) / (Math.log(b) - Math.log(c));
}
