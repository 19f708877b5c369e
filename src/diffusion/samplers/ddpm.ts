// DDPM: Ho et al. 2020, "Denoising Diffusion Probabilistic Models", algorithm 2 on a subset of the steps, with the posterior's
// variance. It is the eta = 1 end of DDIM's family (Song et al. 2020, section 4.1).

import { eulerWithNoise } from './euler.ts';
import type { Sampler } from './sampler.ts';

export const ddpm: Sampler = (run) => eulerWithNoise(run, 1);
