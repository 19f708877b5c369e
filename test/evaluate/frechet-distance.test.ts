import { Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { frechetDistance, principalAxes, project } from '../../src/evaluate/frechet-distance.ts';

/** A small deterministic generator: mulberry32 and Box-Muller. */
function gaussian(seed: number): () => number {
  let state = seed;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

function sample(seed: number, n: number, mean: number[], deviation: number[]): number[][] {
  const draw = gaussian(seed);
  return Array.from({ length: n }, () => mean.map((m, i) => m + deviation[i]! * draw()));
}

describe('the Fréchet distance', () => {
  it('is zero between a set and itself', () => {
    const set = new Matrix(sample(1, 200, [0, 1, 2], [1, 2, 0.5]));
    expect(frechetDistance(set, set)).toBeCloseTo(0, 8);
  });

  it('is the squared distance of the means where the spread is equal', () => {
    const a = sample(1, 400, [0, 0, 0], [1, 1, 1]);
    const b = a.map((row) => [row[0]! + 3, row[1]!, row[2]! - 4]);
    expect(frechetDistance(new Matrix(a), new Matrix(b))).toBeCloseTo(25, 6);
  });

  it('agrees with the closed form for diagonal Gaussians', () => {
    // sum over axes of (m1 - m2)^2 + (s1 - s2)^2 = 1 + (1 - 3)^2 + (2 - 0.5)^2 = 7.25
    const a = new Matrix(sample(2, 60_000, [0, 0], [1, 2]));
    const b = new Matrix(sample(3, 60_000, [1, 0], [3, 0.5]));
    expect(frechetDistance(a, b)).toBeCloseTo(7.25, 0);
    expect(Math.abs(frechetDistance(a, b) - 7.25)).toBeLessThan(0.15);
  });

  it('is symmetric', () => {
    const a = new Matrix(sample(4, 100, [0, 1, 0, 2], [1, 2, 1, 0.1]));
    const b = new Matrix(sample(5, 80, [1, 0, 0, 2], [2, 1, 0.3, 1]));
    expect(frechetDistance(a, b)).toBeCloseTo(frechetDistance(b, a), 6);
  });

  it('projects on the axes of largest variance first', () => {
    const rows = sample(6, 2000, [0, 0, 0], [0.1, 5, 1]);
    const basis = principalAxes(rows, 2);
    expect(basis.axes.columns).toBe(2);
    expect(Math.abs(basis.axes.get(1, 0))).toBeGreaterThan(0.99);
    expect(Math.abs(basis.axes.get(2, 1))).toBeGreaterThan(0.99);
    expect(project(rows, basis).columns).toBe(2);
  });
});
