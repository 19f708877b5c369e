// Known numbers: torch 2.13, `torch.Generator('cpu').manual_seed(seed)`, `torch.randn(shape, generator=g)`.

import { describe, expect, it } from 'vitest';
import { TorchGenerator } from '../../src/diffusion/random.ts';

describe('TorchGenerator', () => {
  it('gives torch.randn of seed 0 in blocks of 16', () => {
    const values = new TorchGenerator(0).randn(16);
    expect(values[0]).toBeCloseTo(-1.1258398294448853, 6);
    expect(values[7]).toBeCloseTo(-2.1152193546295166, 6);
    expect(values[15]).toBeCloseTo(-0.2472781538963318, 6);
  });

  it('goes on with the second draw where the first ended', () => {
    const generator = new TorchGenerator(0);
    generator.randn(16);
    expect(generator.randn(16)[0]).toBeCloseTo(-1.3526537418365479, 6);
  });

  it('draws the last 16 again when the size is ragged', () => {
    const ragged = new TorchGenerator(1).randn(17);
    const even = new TorchGenerator(1).randn(16);
    expect(ragged[0]).toBe(even[0]);
    expect(ragged[1]).not.toBe(even[1]);
  });

  it('keeps the second half of a scalar pair for the next draw', () => {
    const together = new TorchGenerator(7).randn(4);
    const generator = new TorchGenerator(7);
    const apart = [...generator.randn(1), ...generator.randn(3)];
    expect(apart).toEqual([...together]);
  });

  it('takes every uint32 as a seed', () => {
    const [low, high] = [new TorchGenerator(0).randn(16), new TorchGenerator(2 ** 32 - 1).randn(16)];
    expect(high.every(Number.isFinite)).toBe(true);
    expect(high[0]).not.toBe(low[0]);
  });
});
