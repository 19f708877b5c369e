import { describe, expect, it } from 'vitest';
import { sizeOf } from '../../src/diffusion/tensor.ts';
import { tiledNoise, weightedSpans } from '../../src/diffusion/tiled-noise.ts';

describe('the weights of overlapping tiles', () => {
  it.each([
    [64, 32],
    [128, 64],
    [100, 64],
    [72, 64],
    [64, 64],
    [20, 32],
  ])('of %i cells in tiles of %i sum to 1 everywhere', (length, tile) => {
    const sums = new Float64Array(length);
    for (const { from, weights } of weightedSpans(length, tile)) {
      for (const [i, weight] of weights.entries()) {
        expect(weight).toBeGreaterThan(0);
        sums[from + i]! += weight;
      }
    }
    for (const sum of sums) expect(sum).toBeCloseTo(1, 10);
  });
});

describe('noise predicted in tiles', () => {
  const dims = [2, 4, 24, 20];
  const x = Float32Array.from({ length: sizeOf(dims) }, (_, i) => Math.sin(i / 7));

  it('is that of the whole where tiles agree, whichever picture and channel it belongs to', async () => {
    const predict = tiledNoise(dims, 64, () => async (part, sigma) => part.map((value) => sigma * value));
    const eps = await predict(x, 2, 500);
    for (const [i, value] of eps.entries()) expect(value).toBeCloseTo(2 * x[i]!, 5);
  });

  it('never shows the network more than a tile, and has no step where tiles disagree', async () => {
    let call = 0;
    const shapes = new Set<string>();
    const predict = tiledNoise([1, 1, 8, 64], 128, (tileDims) => {
      shapes.add(`${tileDims}`);
      return async (part) => part.map(() => 0).fill(call++);
    });
    const row = await predict(new Float32Array(8 * 64).fill(1), 1, 1);
    expect([...shapes]).toEqual(['1,1,8,16']);
    expect(call).toBe(7);
    for (let i = 1; i < 64; i++) expect(Math.abs(row[i]! - row[i - 1]!)).toBeLessThan(0.3);
  });
});
