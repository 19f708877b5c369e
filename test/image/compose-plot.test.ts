import { describe, expect, it } from 'vitest';
import { composePlot } from '../../src/image/compose-plot.ts';
import { fitText } from '../../src/image/pixel-letters.ts';
import type { Pixels } from '../../src/image/pixels.ts';

const tile = (grey: number): Pixels => ({ width: 128, height: 64, data: new Uint8Array(128 * 64 * 3).fill(grey) });
/** Rows of `#` and `.` of a part of the sheet. */
function dots({ data, width }: Pixels, left: number, top: number, columns: number, rows: number): string[] {
  return Array.from({ length: rows }, (_, y) =>
    Array.from({ length: columns }, (_, x) => (data[3 * ((top + y) * width + left + x)] === 0xe6 ? '#' : '.')).join(''),
  );
}

describe('a labelled sheet', () => {
  it('holds every tile where its row and column say, untouched', () => {
    const sheet = composePlot([1, 2, 3, 4, 5, 6].map(tile), { columns: ['a', 'b', 'c'], rows: ['x', 'y'] });
    const [left, top] = [sheet.width - 3 * 128, sheet.height - 2 * 64];
    for (const [index, grey] of [1, 2, 3, 4, 5, 6].entries()) {
      const [x, y] = [left + (index % 3) * 128, top + Math.floor(index / 3) * 64];
      for (const [dx, dy] of [
        [0, 0],
        [127, 63],
        [64, 32],
      ] as const) {
        expect(sheet.data[3 * ((y + dy) * sheet.width + x + dx)]).toBe(grey);
      }
    }
    expect([left % 8, top % 8]).toEqual([0, 0]);
  });

  it('writes its labels in letters that need no font', () => {
    const sheet = composePlot([tile(0)], { columns: ['T1'], rows: [''] });
    // 11 dots in the middle of 128, 7 dots in the middle of the band.
    expect(dots(sheet, 58, 4, 11, 8)).toEqual([
      '#####...#..',
      '#.#.#..##..',
      '..#.....#..',
      '..#.....#..',
      '..#.....#..',
      '..#.....#..',
      '..#....###.',
      '...........',
    ]);
  });

  it('takes no room for labels that are not there', () => {
    const sheet = composePlot([tile(9)], { columns: [''], rows: [''] });
    expect([sheet.width, sheet.height]).toEqual([128, 64]);
  });

  it('shortens what does not fit and refuses a wrong number of tiles', () => {
    expect(fitText('dpm++ 2m karras', 60, 1)).toBe('dpm++ 2m..');
    expect(() => composePlot([tile(1)], { columns: ['a', 'b'], rows: [''] })).toThrow('2 x 1 tiles');
  });
});
