import { describe, expect, it } from 'vitest';
import { keepOriginal, keptAt, latentMask, pasteOriginal } from '../../src/diffusion/inpaint.ts';
import { tensor } from '../../src/diffusion/tensor.ts';

describe('inpainting', () => {
  it('replaces what is kept by the noised original and leaves the rest', () => {
    const x = Float32Array.of(5, 5, 5, 5);
    keepOriginal(x, Float32Array.of(1, 1, 1, 1), Float32Array.of(1, 0), 2, Float32Array.of(0.5, 0.5, -1, -1));
    expect([...x]).toEqual([2, 5, -1, 5]);
  });

  it('takes the mask as it is, fractions and all, where nothing is held', () => {
    const mask = Float32Array.of(1, 0.75, 0.25, 0);
    for (const done of [0, 0.5, 1]) expect([...keptAt({ mask }, done)]).toEqual([1, 0.75, 0.25, 0]);
  });

  it('keeps a held cell until its share of the steps is taken', () => {
    const keep = { mask: Float32Array.of(1, 0, 0.5, 0), hold: Float32Array.of(0, 0.75, 0.25, 0) };
    expect([0, 0.25, 0.5, 0.75, 1].map((done) => keptAt(keep, done).join(' '))).toEqual([
      '1 1 1 0',
      '1 1 0.5 0',
      '1 1 0.5 0',
      '1 0 0.5 0',
      '1 0 0.5 0',
    ]);
  });

  it('frees a latent cell as soon as one of its pixels is to be repainted', () => {
    const mask = tensor(new Float32Array(16 * 8).fill(1), [1, 1, 8, 16]);
    mask.data[3 * 16 + 9] = 0;
    expect([...latentMask(mask).data]).toEqual([1, 0]);
  });

  it('leaves kept pixels exactly as they were, and fades into what was repainted behind the border only', () => {
    const size = 32 * 32;
    const mask = tensor(
      Float32Array.from({ length: size }, (_, i) => (i % 32 < 16 ? 1 : 0)),
      [1, 1, 32, 32],
    );
    const images = tensor(new Float32Array(3 * size).fill(-1), [1, 3, 32, 32]);
    const original = tensor(
      Float32Array.from({ length: 3 * size }, (_, i) => (i % 256) / 255),
      [1, 3, 32, 32],
    );
    pasteOriginal(images, original, mask);
    for (let y = 0; y < 32; y++) {
      const row = (pixels: Float32Array) => [...pixels.subarray(32 * y, 32 * y + 32)];
      expect(row(images.data).slice(0, 16)).toEqual(row(original.data).slice(0, 16));
      expect(row(images.data).slice(20)).toEqual(Array(12).fill(-1));
    }
    const share = (x: number) => (images.data[x]! + 1) / (original.data[x]! + 1);
    for (let x = 17; x < 20; x++) expect(share(x)).toBeLessThan(share(x - 1));
    expect(share(16)).toBeLessThan(1);
  });

  it('repaints a line of one pixel, too', () => {
    const mask = tensor(new Float32Array(256).fill(1), [1, 1, 16, 16]);
    for (let y = 0; y < 16; y++) mask.data[16 * y + 8] = 0;
    const images = tensor(new Float32Array(3 * 256).fill(-1), [1, 3, 16, 16]);
    pasteOriginal(images, tensor(new Float32Array(3 * 256).fill(1), [1, 3, 16, 16]), mask);
    expect(images.data[8]).toBeLessThan(1);
    expect(images.data[7]).toBe(1);
  });
});
