import { expect, it } from 'vitest';
import { composeGallery, galleryCell } from '../../src/evaluate/gallery.ts';

const plain = (value: number) => ({ width: 64, height: 64, data: new Uint8Array(3 * 64 * 64).fill(value) });

it('puts every picture into its cell, unchanged, and its prompt in ink below', () => {
  const sheet = composeGallery([plain(10), plain(20), plain(30)], ['a red house', 'a cat', 'a boat by the sea'], 2);
  for (const [index, value] of [10, 20, 30].entries()) {
    const { left, top } = galleryCell(index, 2, 64);
    for (const [x, y] of [
      [0, 0],
      [63, 63],
    ] as const) {
      expect(sheet.data[3 * ((top + y) * sheet.width + left + x)]).toBe(value);
    }
    const below = sheet.data.subarray(3 * (top + 64) * sheet.width, 3 * (top + 64 + 20) * sheet.width);
    expect(below.some((sample) => sample === 0x44)).toBe(true);
  }
  expect(sheet.data.length).toBe(3 * sheet.width * sheet.height);
});
