import { describe, expect, it } from 'vitest';
import { fitPreviewMap, previewFromLatents } from '../../src/diffusion/latent-preview.ts';
import type { Tensor } from '../../src/diffusion/tensor.ts';
import { tensor } from '../../src/diffusion/tensor.ts';

const truth = [
  [0.3, 0.1, -0.2, 0.05, 0.1],
  [0.2, -0.3, 0.1, 0.15, -0.2],
  [-0.1, 0.25, 0.3, -0.3, 0],
];

/** A decoder that is exactly linear: each cell becomes 8 x 8 pixels of one colour. */
function decode(latents: Tensor): Promise<Tensor> {
  const [, , h, w] = latents.dims as [number, number, number, number];
  const data = new Float32Array(3 * h * w * 64);
  for (let i = 0; i < data.length; i++) {
    const [c, y, x] = [Math.floor(i / (h * w * 64)), Math.floor(i / (w * 8)) % (h * 8), i % (w * 8)];
    const cell = (y >> 3) * w + (x >> 3);
    data[i] = truth[c]!.reduce((total, weight, k) => total + weight * (k < 4 ? latents.data[k * h * w + cell]! : 1), 0);
  }
  return Promise.resolve(tensor(data, [1, 3, h * 8, w * 8]));
}

describe('the latent preview', () => {
  it('finds the linear map of a linear decoder', async () => {
    const map = await fitPreviewMap(decode);
    for (const [c, row] of map.entries())
      for (const [k, weight] of row.entries()) expect(weight).toBeCloseTo(truth[c]![k]!, 2);
  });

  it('is at most 128 pixels long and maps -1..1 to bytes', async () => {
    const map = await fitPreviewMap(decode);
    const latents = tensor(new Float32Array(2 * 4 * 200 * 96), [2, 4, 200, 96]);
    const preview = previewFromLatents(latents, 1, map);
    expect([preview.width, preview.height]).toEqual([48, 100]);
    expect(preview.data[0]).toBe(Math.round(1.1 * 127.5));
  });
});
