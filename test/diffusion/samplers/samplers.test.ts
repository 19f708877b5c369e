// Each sampler gets one line: the contract, with how near 40 steps must come to the exact end (about 1.3 times what was measured: first
// order 0.2 of the data's deviation, higher orders a hundredth; solvers without Karras sigmas take a last first-order jump from t = 25). Trajectories of the published implementations are checked by the conformance run.

import { expect, it } from 'vitest';
import { samplerIds, samplers } from '../../../src/diffusion/samplers/index.ts';
import type { SamplerFacts } from '../../contracts/sampler-contract.ts';
import { samplerContract } from '../../contracts/sampler-contract.ts';

const facts: Record<(typeof samplerIds)[number], SamplerFacts> = {
  plms: { endError: 0.02 },
  ddim: { endError: 0.25 },
  ddpm: { endError: 0.15 },
  euler: { endError: 0.25 },
  'euler-karras': { endError: 0.2 },
  'euler-ancestral': { endError: 0.15 },
  heun: { endError: 0.004 },
  'heun-karras': { endError: 0.004 },
  lms: { endError: 0.004 },
  'lms-karras': { endError: 0.004 },
  dpm2: { endError: 0.03 },
  'dpm2-karras': { endError: 0.01 },
  'dpm2-ancestral': { endError: 0.05 },
  'dpm2-ancestral-karras': { endError: 0.03 },
  'dpmpp-2s': { endError: 0.25 },
  'dpmpp-2s-karras': { endError: 0.05 },
  'dpmpp-2m': { endError: 0.2 },
  'dpmpp-2m-karras': { endError: 0.01 },
  'dpmpp-2m-sde': { endError: 0.05 },
  'dpmpp-2m-sde-karras': { endError: 0.05 },
  unipc: { endError: 0.2 },
  'unipc-karras': { endError: 0.01 },
  deis: { endError: 0.1 },
  'deis-karras': { endError: 0.01 },
  lcm: { endError: 0.03, steps: 4 },
};

for (const id of samplerIds) samplerContract(id, facts[id]);

it('gives every sampler a label of its own', () => {
  expect(new Set(samplerIds.map((id) => samplers[id].label)).size).toBe(samplerIds.length);
});

it('fits into one Discord choice list', () => {
  expect(samplerIds.length).toBeLessThanOrEqual(25);
});
