import { expect, it } from 'vitest';
import { formatSamplers } from '../../src/evaluate/compare-samplers.ts';

it('writes a line per sampler with its network calls, distances and attributes found', () => {
  const row = { sampler: 'heun', stochastic: false, calls: 40, psnr: 31.26, ssim: 0.9714, accuracy: 0.9 } as const;
  expect(formatSamplers([row]).split('\n')[2]).toBe('| heun | no | 40 | 31.3 dB | 0.971 | 90 % |');
});
