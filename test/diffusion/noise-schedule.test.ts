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

  // From CompVis' make_ddim_timesteps: range(0, 1000, 1000 // n) + 1.
  it.each([
    [50, 50, 981],
    [30, 31, 991],
    [7, 8, 995],
    [15, 16, 991],
  ])('asked for %i steps as CompVis counts takes %i, from %i', (steps, count, first) => {
    const { timesteps, sigmas } = makeSchedule(table, { steps, counting: 'whole', spacing: 'compvis' });
    expect(timesteps).toHaveLength(count);
    expect(sigmas).toHaveLength(count + 1);
    expect([timesteps[0], timesteps.at(-1)]).toEqual([first, 1]);
  });

  // From NumPy: linspace(0, 999, 31).round(); round(arange(1000, 0, -1000 / 48)) - 1; linspace(0, 999, 1). Exactly half in real numbers, not in doubles.
  it.each([
    ['solver', 'linspace', 30, 15, 499],
    ['solver', 'linspace', 30, 0, 999],
    ['whole', 'trailing', 48, 3, 936],
    ['fractional', 'linspace', 1, 0, 0],
  ] as const)('rounds as NumPy does: %s, %s, %i steps, step %i is %i', (counting, spacing, steps, at, timestep) => {
    expect(makeSchedule(table, { steps, counting, spacing }).timesteps[at]).toBe(timestep);
  });

  it('keeps the end when only a part is run', () => {
    const whole = makeSchedule(table, { steps: 20, counting: 'whole', end: 'table' });
    const part = scheduleFrom(whole, 10);
    expect(part.timesteps).toHaveLength(10);
    expect(part.sigmas.at(-1)).toBe(whole.sigmas.at(-1));
  });
});
