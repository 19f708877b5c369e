import { describe, expect, it } from 'vitest';
import { matchBorder } from '../../src/diffusion/match-border.ts';
import { tensor } from '../../src/diffusion/tensor.ts';

const [width, height] = [128, 32];
/** The left quarter is kept. */
const kept = tensor(
  Float32Array.from({ length: (width / 8) * (height / 8) }, (_, i) => Number(i % (width / 8) < 4)),
  [1, 1, height / 8, width / 8],
);
const painted = (value: (x: number) => number, count = 1) =>
  tensor(
    Float32Array.from({ length: count * 3 * width * height }, (_, i) => value(i % width)),
    [count, 3, height, width],
  );

describe('the tone at the border', () => {
  it('of what was painted becomes the original’s, and less so with the distance', () => {
    const images = painted(() => 0, 2);
    matchBorder(
      images,
      painted(() => 0.2),
      kept,
    );
    for (let line = 0; line < 2 * 3 * height; line += 1) {
      const row = images.data.subarray(line * width, (line + 1) * width);
      expect(row.subarray(0, 32).every((value) => value === 0)).toBe(true);
      expect(row[32]).toBeGreaterThan(0.17);
      for (let x = 33; x < width - 4; x += 1) expect(row[x]).toBeLessThanOrEqual(row[x - 1]!);
      expect(row[127]).toBeLessThan(0.06);
    }
  });

  it('takes no detail along', () => {
    const images = painted(() => 0);
    matchBorder(
      images,
      painted((x) => (x % 2 ? 0.5 : -0.5)),
      kept,
    );
    expect(Math.max(...images.data.map(Math.abs))).toBeLessThan(1e-6);
  });

  it('stays within the range of a picture', () => {
    const images = painted((x) => (x < 32 ? 0 : 0.95));
    matchBorder(
      images,
      painted(() => 0.5),
      kept,
    );
    expect(Math.max(...images.data)).toBe(1);
  });

  it('is left as it is where nothing is kept, or all', () => {
    for (const cells of [0, 1]) {
      const images = painted(() => 0);
      matchBorder(
        images,
        painted(() => 0.5),
        tensor(
          kept.data.map(() => cells),
          kept.dims,
        ),
      );
      expect(images.data.every((value) => value === 0)).toBe(true);
    }
  });
});
