import { describe, expect, it } from 'vitest';
import { decodeWrapped, rolling } from '../../src/diffusion/seamless.ts';
import type { Tensor } from '../../src/diffusion/tensor.ts';
import { tensor } from '../../src/diffusion/tensor.ts';

const dims = [1, 4, 6, 10];
const x = Float32Array.from({ length: 240 }, (_, i) => Math.sin(i));

describe('seamless painting', () => {
  it('rolls each network call by another offset and rolls the answer back', async () => {
    const seen: number[] = [];
    const predict = rolling((rolled) => {
      seen.push(rolled.indexOf(x[0]!));
      return Promise.resolve(rolled);
    }, dims);
    for (let call = 0; call < 6; call++) expect(await predict(x, 1, 1)).toEqual(x);
    expect(new Set(seen).size).toBe(6);
  });

  it('lets the decoder see across the edges', async () => {
    // A decoder that blurs along rows, as convolutions do, and sees nothing beyond its input.
    const decode = (latents: Tensor): Promise<Tensor> => {
      const [n, , h, w] = latents.dims as [number, number, number, number];
      const data = Float32Array.from({ length: n * 3 * h * 8 * w * 8 }, (_, i) => {
        const [y, column] = [Math.floor(i / (w * 8)) % (h * 8), (i % (w * 8)) >> 3];
        const row = (y >> 3) * w;
        return latents.data[row + column]! + (latents.data[row + column - 1] ?? 99) * (column > 0 ? 1 : 0);
      });
      return Promise.resolve(tensor(data, [n, 3, h * 8, w * 8]));
    };
    const result = await decodeWrapped(tensor(x, dims), decode);
    expect(result.dims).toEqual([1, 3, 48, 80]);
    expect(result.data[0]).toBeCloseTo(x[0]! + x[9]!, 5);
    expect(result.data[8]).toBeCloseTo(x[1]! + x[0]!, 5);
  });
});
