import { describe, expect, it } from 'vitest';
import { fromHalf, toHalf } from '../../src/diffusion/half.ts';

describe('binary16', () => {
  it('brings every finite half back unchanged', () => {
    const all = Uint16Array.from({ length: 65536 }, (_, i) => i).filter((half) => (half & 0x7c00) !== 0x7c00);
    expect(toHalf(fromHalf(all))).toEqual(all);
  });

  it.each([
    ['rounds ties to even', 1 + 2 ** -11, 0x3c00],
    ['rounds above a tie up', 1 + 2 ** -11 + 2 ** -20, 0x3c01],
    ['takes 65504 as the largest', 65504, 0x7bff],
    ['overflows to infinity', 65520, 0x7c00],
    ['keeps infinity', Number.NEGATIVE_INFINITY, 0xfc00],
    ['keeps not-a-number', Number.NaN, 0x7e00],
    ['reaches the smallest subnormal', 2 ** -24, 0x0001],
    ['loses what is smaller than half of it', 2 ** -26, 0x0000],
    ['rounds a subnormal up to the smallest normal', 2 ** -14 - 2 ** -26, 0x0400],
    ['keeps the sign of zero', -0, 0x8000],
  ])('%s', (_, value, half) => {
    expect(toHalf(Float32Array.of(value))[0]).toBe(half);
  });
});
