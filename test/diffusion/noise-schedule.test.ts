import { describe, expect, it } from 'vitest';
import { makeNoiseTable, makeSchedule, scheduleFrom, sigmaOf, timestepOf } from '../../src/diffusion/noise-schedule.ts';

const table = makeNoiseTable();

describe('the noise table of SD v1', () => {
  // From diffusers: DDIMScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule='scaled_linear').alphas_cumprod
  it.each([
    [0, 0.9991499781608582],
    [500, 0.27633246779441833],
    [999, 0.00466009508818388],
  ])('has the cumulative alpha of timestep %i', (t, abar) => {
    expect(table.alphasCumprod[t]).toBeCloseTo(abar, 7);
  });

  it('finds the timestep of every sigma again', () => {
    for (const t of [0, 1, 17.25, 500.5, 998.9, 999]) expect(timestepOf(table, sigmaOf(table, t))).toBeCloseTo(t, 1);
  });

  it('clamps sigmas beyond its ends', () => {
    expect(timestepOf(table, 1e9)).toBe(999);
    expect(timestepOf(table, 0)).toBe(0);
  });
});

describe('makeSchedule', () => {
  it('gives SD v1 its own timesteps by default: leading, offset 1', () => {
    const { timesteps, sigmas } = makeSchedule(table, { steps: 50, counting: 'whole' });
    expect(timesteps.slice(0, 2)).toEqual([981, 961]);
    expect(timesteps.at(-1)).toBe(1);
    expect(sigmas).toHaveLength(51);
    expect(sigmas.at(-1)).toBe(0);
  });

  it.each(['whole', 'fractional', 'solver', 'distilled'] as const)(
    'counts down for every number of steps (%s)',
    (counting) => {
      for (const steps of [1, 2, 3, 7, 20, 33, 50]) {
        for (const curve of ['table', 'karras', 'exponential'] as const) {
          const { timesteps, sigmas } = makeSchedule(table, { steps, counting, curve });
          expect(timesteps).toHaveLength(steps);
          expect([...sigmas].sort((a, b) => b - a)).toEqual(sigmas);
          expect(Math.max(...timesteps)).toBeLessThanOrEqual(999);
          expect(Math.min(...timesteps)).toBeGreaterThanOrEqual(0);
        }
      }
    },
  );

  it.each([0, -1, 1.5, 1000, Number.NaN])('refuses %d steps', (steps) => {
    expect(() => makeSchedule(table, { steps, counting: 'whole' })).toThrow(/integer from 1 to 999 for steps/);
  });

  it('keeps the end when only a part is run', () => {
    const whole = makeSchedule(table, { steps: 20, counting: 'whole', end: 'table' });
    const part = scheduleFrom(whole, 10);
    expect(part.timesteps).toHaveLength(10);
    expect(part.sigmas.at(-1)).toBe(whole.sigmas.at(-1));
  });
});
