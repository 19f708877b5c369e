// Euler's method on the probability flow ODE, with fresh noise by `eta`: Karras et al. 2022 (eta 0), "ancestral" in k-diffusion
// (eta 1). On the schedule that ends at the table's first entry it is DDIM (Song et al. 2020), with eta 1 on one that ends at zero DDPM.

import type { Sampler, SamplerRun, SamplerStep } from './sampler.ts';
import { ancestralSplit, denoise, sum } from './sampler.ts';

export const euler: Sampler = (run) => eulerWithNoise(run, 0);

export const eulerAncestral: Sampler = (run) => eulerWithNoise(run, 1);

export async function* eulerWithNoise(run: SamplerRun, eta: number): AsyncGenerator<SamplerStep, void, void> {
  let { x } = run;
  for (const [i, timestep] of run.timesteps.entries()) {
    const [sigma, next] = [run.sigmas[i]!, run.sigmas[i + 1]!];
    const eps = await run.predictNoise(x, sigma, timestep);
    const { down, up } = ancestralSplit(sigma, next, eta);
    const denoised = denoise(x, sigma, eps);
    x = sum([1, x], [down - sigma, eps]);
    // Drawn even where it counts for nothing, so that the generator stays in step with the reference.
    if (eta > 0) x = sum([1, x], [up, run.noise()]);
    yield { x, sigma: next, denoised, step: i + 1, complete: true };
  }
}
