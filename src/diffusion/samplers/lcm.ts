// Latent consistency sampling: Luo et al. 2023 (arXiv 2310.04378), algorithm 3: jump to the picture, add noise for the next step.
// For models distilled for it; 2 to 8 steps, guidance 1 to 2.

import type { Sampler } from './sampler.ts';
import { denoise, sum } from './sampler.ts';

const sigmaData = 0.5;
const timestepScaling = 10;

export const lcm: Sampler = async function* lcm(run) {
  let { x } = run;
  for (const [i, timestep] of run.timesteps.entries()) {
    const [sigma, next] = [run.sigmas[i]!, run.sigmas[i + 1]!];
    const picture = denoise(x, sigma, await run.predictNoise(x, sigma, timestep));
    // The boundary condition: at timestep 0 the answer is x itself (given in the variance-preserving scale).
    const scaled = timestep * timestepScaling;
    const skip = sigmaData ** 2 / (scaled ** 2 + sigmaData ** 2);
    const out = scaled / Math.hypot(scaled, sigmaData);
    const denoised = sum([out, picture], [skip / Math.hypot(sigma, 1), x]);
    const last = i === run.timesteps.length - 1;
    x = last ? sum([1, denoised]) : sum([1, denoised], [next, run.noise()]);
    yield { x, sigma: next, denoised, step: i + 1, complete: true };
  }
};
