// DDIM: Song et al. 2020, "Denoising Diffusion Implicit Models", equation 12. In the variance-exploding scale that is Euler's
// method; `eta` mixes in fresh noise up to DDPM's.

import { eulerWithNoise } from './euler.ts';
import type { Sampler } from './sampler.ts';

export const ddim: Sampler = (run) => eulerWithNoise(run, run.eta ?? 0);
