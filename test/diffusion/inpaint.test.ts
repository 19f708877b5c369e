import { describe, expect, it } from 'vitest';
import { keepOriginal, latentMask, pasteOriginal } from '../../src/diffusion/inpaint.ts';
import { tensor } from '../../src/diffusion/tensor.ts';

describe('inpainting', () => {
  it('replaces what is kept by the noised original and leaves the rest', () => {
    const x = Float32Array.of(5, 5, 5, 5);
    keepOriginal(x, Float32Array.of(1, 1, 1, 1), Float32Array.of(1, 0), 2, Float32Array.of(0.5, 0.5, -1, -1));
    expect([...x]).toEqual([2, 5, -1, 5]);
  });

  it('frees a latent cell as soon as one of its pixels is to be repainted', () => {
    const mask = tensor(new Float32Array(16 * 8).fill(1), [1, 1, 8, 16]);
    mask.data[3 * 16 + 9] = 0;
    expect([...latentMask(mask).data]).toEqual([1, 0]);
  });

  it('brings the original back far from the border, never into what was repainted', () => {
    const size = 32 * 32;
    const mask = tensor(
      Float32Array.from({ length: size }, (_, i) => (i % 32 < 16 ? 1 : 0)),
      [1, 1, 32, 32],
    );
    const images = tensor(new Float32Array(3 * size).fill(-1), [1, 3, 32, 32]);
    const original = tensor(new Float32Array(3 * size).fill(1), [1, 3, 32, 32]);
    pasteOriginal(images, original, mask);
    const row = [...images.data.subarray(0, 32)];
    expect(row.slice(0, 12)).toEqual(Array(12).fill(1));
    expect(row.slice(16)).toEqual(Array(16).fill(-1));
    for (let x = 13; x < 16; x++) expect(row[x]).toBeLessThan(row[x - 1]!);
  });
});
