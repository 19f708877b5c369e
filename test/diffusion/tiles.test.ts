import { describe, expect, it } from 'vitest';
import { sizeOf, tensor } from '../../src/diffusion/tensor.ts';
import { runTiled } from '../../src/diffusion/tiles.ts';

function ramp(dims: number[]) {
  return tensor(
    Float32Array.from({ length: sizeOf(dims) }, (_, i) => Math.sin(i / 50)),
    dims,
  );
}

describe('runTiled', () => {
  it.each([
    [40, 64],
    [17, 33],
    [16, 16],
    [8, 100],
  ])('gives %i x %i back exactly when the tiles agree', async (height, width) => {
    const input = ramp([1, 2, height, width]);
    const result = await runTiled(input, { tile: 16, overlap: 4, inputFactor: 1, outputFactor: 1 }, (tile) =>
      Promise.resolve(tile),
    );
    expect(result.dims).toEqual(input.dims);
    for (const [i, value] of result.data.entries()) expect(value).toBeCloseTo(input.data[i]!, 5);
  });

  it('enlarges and reduces by its factors', async () => {
    const tiling = { tile: 16, overlap: 4 };
    const big = await runTiled(ramp([1, 4, 20, 24]), { ...tiling, inputFactor: 1, outputFactor: 8 }, ({ dims }) =>
      Promise.resolve(
        tensor(new Float32Array(3 * dims[2]! * 8 * dims[3]! * 8).fill(1), [1, 3, dims[2]! * 8, dims[3]! * 8]),
      ),
    );
    expect(big.dims).toEqual([1, 3, 160, 192]);
    for (const value of big.data) expect(value).toBeCloseTo(1, 5);
    const small = await runTiled(big, { ...tiling, inputFactor: 8, outputFactor: 1 }, ({ dims }) =>
      Promise.resolve(
        tensor(new Float32Array((8 * dims[2]! * dims[3]!) / 64).fill(2), [1, 8, dims[2]! / 8, dims[3]! / 8]),
      ),
    );
    expect(small.dims).toEqual([1, 8, 20, 24]);
    for (const value of small.data) expect(value).toBeCloseTo(2, 5);
  });

  it('blends tiles that disagree without a step', async () => {
    let call = 0;
    const result = await runTiled(
      ramp([1, 1, 8, 40]),
      { tile: 24, overlap: 8, inputFactor: 1, outputFactor: 1 },
      (tile) => Promise.resolve(tensor(tile.data.map(() => call).fill(call++), tile.dims)),
    );
    const row = [...result.data.subarray(0, 40)];
    expect([row[0], row[39]]).toEqual([0, 1]);
    for (let i = 1; i < 40; i++) expect(Math.abs(row[i]! - row[i - 1]!)).toBeLessThan(0.2);
  });
});
