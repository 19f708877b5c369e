// Grids, the withheld tile, byte budgets, fingerprints and the comparison helpers themselves.

import { describe, expect, it } from 'vitest';
import { proceduralPicture } from '../../src/bench/procedural-pictures.ts';
import { psnr, ssim } from '../../src/image/compare.ts';
import { encodeLossy, encodePng, encodeWithin } from '../../src/image/encode.ts';
import { composeGrid, cutTile, gridShape } from '../../src/image/grid.ts';
import { hashDistance, perceptualHash } from '../../src/image/perceptual-hash.ts';
import { blurHeavily, cropPixels, resizePixels } from '../../src/image/resize.ts';
import { withheldTile } from '../../src/image/withheld.ts';
import { loadPicture } from '../support/fixtures.ts';

const tiles = [0, 1, 2, 3].map((seed) => proceduralPicture(seed, 96, 64));

describe('a grid', () => {
  it.each([
    [1, 1, 1],
    [2, 2, 1],
    [3, 2, 2],
    [4, 2, 2],
  ])('of %i pictures has %i columns and %i rows', (count, columns, rows) => {
    expect(gridShape(count)).toEqual({ columns, rows });
    const sheet = composeGrid(tiles.slice(0, count));
    expect([sheet.width, sheet.height]).toEqual([96 * columns, 64 * rows]);
  });

  it('gives every tile back exactly, in reading order', () => {
    const sheet = composeGrid(tiles);
    for (const [i, tile] of tiles.entries()) expect(Buffer.compare(cutTile(sheet, i, 4).data, tile.data)).toBe(0);
  });

  it('is cut at the right places after it was resized', async () => {
    const half = await resizePixels(composeGrid(tiles), 95, 65);
    const cut = cutTile(half, 3, 4);
    expect([cut.width, cut.height]).toEqual([47, 32]);
    expect(ssim(await resizePixels(cut, 96, 64), tiles[3]!)).toBeGreaterThan(0.8);
  });

  it('refuses tiles of different sizes and places that do not exist', () => {
    expect(() => composeGrid([tiles[0]!, proceduralPicture(1, 64, 64)])).toThrow(/one size/);
    expect(() => composeGrid([])).toThrow(/one size/);
    expect(() => cutTile(composeGrid(tiles), 4, 4)).toThrow(/0 to 3/);
    expect(() => cropPixels(tiles[0]!, 90, 0, 10, 10)).toThrow(/inside 96x64/);
  });
});

describe('the withheld tile', () => {
  it.each([
    [512, 512],
    [768, 320],
    [64, 64],
  ])('is drawn at %ix%i, dark with a light sign in the middle, the same every time', async (width, height) => {
    const tile = await withheldTile(width, height);
    expect([tile.width, tile.height]).toEqual([width, height]);
    expect(tile.data.some((level) => level > 110)).toBe(true);
    expect(tile.data[0]).toBeLessThan(64);
    expect(Buffer.compare(tile.data, (await withheldTile(width, height)).data)).toBe(0);
  });
});

describe('a heavy blur', () => {
  it('leaves colours but no detail', async () => {
    const print = proceduralPicture(4, 256, 256);
    const blurred = await blurHeavily(print);
    expect(spread(blurred.data)).toBeLessThan(0.25 * spread(print.data));
  });
});

describe('encoding within a byte budget', () => {
  const busy = proceduralPicture(10, 512, 512);

  it.each(['webp', 'jpeg'] as const)('keeps the best %s quality that fits', async (format) => {
    const roomy = await encodeWithin(busy, format, 10_000_000);
    expect(Buffer.compare(roomy, await encodeLossy(busy, format, 95))).toBe(0);
    const tight = await encodeWithin(busy, format, 40_000);
    expect(tight.length).toBeLessThanOrEqual(40_000);
    expect((await loadPicture(tight)).width).toBe(512);
  });

  it('makes the picture smaller when quality alone does not do', async () => {
    const tiny = await encodeWithin(busy, 'webp', 3_000);
    expect(tiny.length).toBeLessThanOrEqual(3_000);
    expect((await loadPicture(tiny)).width).toBeLessThan(512);
    await expect(encodeWithin(busy, 'jpeg', 100)).rejects.toMatchObject({ code: 'image-too-large' });
  });
});

describe('the perceptual hash', () => {
  it('has 16 hexadecimal digits and survives JPEG and resizing within a few bits', async () => {
    for (const seed of [0, 1, 2, 3, 4, 5, 7]) {
      const picture = proceduralPicture(seed, 320, 320);
      const hash = await perceptualHash(picture);
      expect(hash).toMatch(/^[0-9a-f]{16}$/);
      const worn = await resizePixels(await loadPicture(await encodeLossy(picture, 'jpeg', 60)), 200, 200);
      expect(hashDistance(hash, await perceptualHash(worn))).toBeLessThanOrEqual(6);
    }
  });

  it('tells unrelated pictures apart', async () => {
    const hashes = await Promise.all(
      Array.from({ length: 24 }, (_, i) => perceptualHash(proceduralPicture(i * 7 + 1, 256, 256))),
    );
    const distances = hashes.flatMap((a, i) => hashes.slice(i + 1).map((b) => hashDistance(a, b)));
    expect(Math.min(...distances)).toBeGreaterThan(6);
    expect(distances.reduce((a, b) => a + b) / distances.length).toBeGreaterThan(24);
  });

  it('counts differing bits', () => {
    expect(hashDistance('ffffffffffffffff', '0000000000000000')).toBe(64);
    expect(hashDistance('8000000000000001', '8000000000000000')).toBe(1);
  });
});

describe('picture comparison', () => {
  it('is perfect for equal pictures and says so for others', async () => {
    const a = proceduralPicture(2, 64, 64);
    expect(psnr(a, a)).toBe(Number.POSITIVE_INFINITY);
    expect(ssim(a, a)).toBeCloseTo(1, 10);
    expect(ssim(a, proceduralPicture(3, 64, 64))).toBeLessThan(0.3);
    const shifted = { ...a, data: a.data.map((value) => (value < 255 ? value + 1 : value - 1)) };
    expect(psnr(a, shifted)).toBeCloseTo(48.13, 2);
    expect(() => psnr(a, tiles[0]!)).toThrow(/64x64/);
  });

  it('reads PNG back without loss', async () => {
    expect(psnr(await loadPicture(await encodePng(tiles[2]!)), tiles[2]!)).toBe(Number.POSITIVE_INFINITY);
  });
});

function spread(values: Uint8Array): number {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
