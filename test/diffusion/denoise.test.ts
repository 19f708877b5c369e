import { describe, expect, it } from 'vitest';
import { denoise, fromNoise, fromPicture, toUnitVariance } from '../../src/diffusion/denoise.ts';
import { makeNoiseTable, makeSchedule } from '../../src/diffusion/noise-schedule.ts';

const table = makeNoiseTable();
const schedule = makeSchedule(table, { steps: 20, counting: 'whole', end: 'table' });
const still = () => Promise.resolve(new Float32Array(4));
const noise = () => new Float32Array(4).fill(1);

describe('denoise', () => {
  it('stops before the next network call once the signal fires', async () => {
    const controller = new AbortController();
    let calls = 0;
    const predictNoise = () => {
      calls++;
      return still();
    };
    const start = fromNoise(schedule, noise());
    const steps = denoise({ table, sampler: 'ddim', ...start, predictNoise, noise, signal: controller.signal });
    await steps.next();
    controller.abort();
    await expect(steps.next()).rejects.toMatchObject({ code: 'cancelled' });
    expect(calls).toBe(1);
  });

  it('keeps the original under the mask at every step but the last', async () => {
    const keep = { original: Float32Array.of(9, 9, 9, 9), mask: Float32Array.of(1, 0, 1, 0) };
    const seen: number[][] = [];
    const predictNoise = (x: Float32Array, sigma: number) => {
      seen.push([x[0]! - sigma, x[1]!]);
      return still();
    };
    for await (const _ of denoise({
      table,
      sampler: 'ddim',
      ...fromNoise(schedule, noise()),
      predictNoise,
      noise,
      keep,
    }));
    expect(seen).toHaveLength(20);
    for (const [kept] of seen) expect(kept).toBeCloseTo(9, 4);
  });
});

describe('fromPicture', () => {
  const latent = Float32Array.of(1, 2, 3, 4);

  it('runs int(strength * steps) steps', () => {
    for (const [strength, steps] of [
      [1, 20],
      [0.75, 15],
      [0.5, 10],
      [0.04, 0],
      [0, 0],
    ] as const) {
      expect(fromPicture(schedule, 'ddim', latent, noise(), strength).schedule.timesteps).toHaveLength(steps);
    }
  });

  it('noises for DDIM at the step before the first it runs, as CompVis does', () => {
    const { x, schedule: rest } = fromPicture(schedule, 'ddim', latent, noise(), 0.5);
    const unit = toUnitVariance(x, rest.sigmas[0]!);
    const sigma = schedule.sigmas[9]!;
    expect(unit[0]).toBeCloseTo((1 + sigma) / Math.hypot(sigma, 1), 5);
  });

  it('noises for the others where they start', () => {
    const { x, schedule: rest } = fromPicture(schedule, 'euler', latent, noise(), 0.5);
    expect(x[2]).toBeCloseTo(3 + rest.sigmas[0]!, 5);
  });
});
