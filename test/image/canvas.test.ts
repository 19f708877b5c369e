import { describe, expect, test } from 'vitest';
import { proceduralPicture } from '../../src/bench/procedural-pictures.ts';
import { placeOnCanvas, repaintedBorder } from '../../src/image/canvas.ts';
import type { Pixels } from '../../src/image/pixels.ts';
import { cropPixels } from '../../src/image/resize.ts';

const picture = proceduralPicture(3, 64, 48);
const at = ({ data, width }: Pixels, x: number, y: number) => [...data.subarray(3 * (y * width + x)).subarray(0, 3)];

describe('a picture on a larger canvas', () => {
  test('stays byte for byte where it has its own size', async () => {
    const { pixels } = await placeOnCanvas(
      picture,
      { width: 128, height: 80 },
      { left: 40, top: 16, width: 64, height: 48 },
    );
    expect(cropPixels(pixels, 40, 16, 64, 48)).toEqual(picture);
  });

  test('asks to paint the fill and a border beside it, and nothing where the picture ends with the canvas', async () => {
    const size = { width: 128, height: 48 };
    const { mask } = await placeOnCanvas(picture, size, { left: 0, top: 0, width: 64, height: 48 });
    for (let y = 0; y < size.height; y += 1) {
      const kept = mask.subarray(y * size.width, (y + 1) * size.width).indexOf(255);
      expect(kept).toBe(64 - repaintedBorder);
      expect(mask.subarray(y * size.width + kept, (y + 1) * size.width).every((value) => value === 255)).toBe(true);
    }
  });

  test('holds the fill the longer the nearer it is to the picture, and lets all of it go in the end', async () => {
    const place = { left: 0, top: 0, width: 64, height: 48 };
    const { hold } = await placeOnCanvas(picture, { width: 160, height: 48 }, place);
    expect(hold).toHaveLength(20 * 6);
    for (let row = 0; row < 6; row += 1) {
      const beyond = [...hold.subarray(20 * row + 8, 20 * row + 20)];
      expect(beyond[0]).toBeGreaterThan(0.6);
      for (const [i, value] of beyond.entries()) expect(value).toBeLessThanOrEqual(beyond[i - 1] ?? 0.75);
      expect(beyond.at(-1)).toBe(0);
    }
  });

  test('shows nothing of its middle in the fill, so that no thing stands there twice', async () => {
    const dotted = { ...picture, data: picture.data.map((_, i) => (Math.floor(i / 3) % 64 === 40 ? 255 : 0)) };
    const place = { left: 0, top: 0, width: 64, height: 48 };
    const { pixels } = await placeOnCanvas(dotted, { width: 160, height: 48 }, place);
    const fill = cropPixels(pixels, 64, 0, 96, 48).data;
    // Grain alone: at most three of its deviations.
    expect(Math.max(...fill)).toBeLessThan(64);
  });

  test('may lie partly outside', async () => {
    const { pixels, mask } = await placeOnCanvas(
      picture,
      { width: 64, height: 48 },
      { left: -32, top: 0, width: 64, height: 48 },
    );
    expect(cropPixels(pixels, 0, 0, 32, 48)).toEqual(cropPixels(picture, 32, 0, 32, 48));
    expect([mask[0], mask[63]]).toEqual([0, 255]);
  });

  test('is refused where nothing of it would be seen', async () => {
    const place = { left: 64, top: 0, width: 64, height: 48 };
    await expect(placeOnCanvas(picture, { width: 64, height: 48 }, place)).rejects.toMatchObject({
      code: 'bad-request',
    });
  });

  test('goes on in the fill as it ends, softly, and the same each time', async () => {
    const [size, place] = [
      { width: 128, height: 48 },
      { left: 0, top: 0, width: 64, height: 48 },
    ];
    const { pixels } = await placeOnCanvas(picture, size, place);
    for (let y = 0; y < 48; y += 1) {
      const [inside, outside] = [at(pixels, 63, y), at(pixels, 64, y)];
      for (const [c, value] of outside.entries()) expect(Math.abs(value - inside[c]!)).toBeLessThan(24);
    }
    expect((await placeOnCanvas(picture, size, place)).pixels).toEqual(pixels);
  });
});
