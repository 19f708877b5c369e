// A labelled sheet: pictures in rows and columns, with a line of text over each column and before each row.

import { EaselError, expected } from '../errors.ts';
import { drawText, fitText, textSize } from './pixel-letters.ts';
import type { Pixels } from './pixels.ts';

export interface PlotLabels {
  /** Plain ASCII; anything else is drawn as question marks. */
  readonly columns: readonly string[];
  /** One row without a label takes no room for it. */
  readonly rows: readonly string[];
}

const ground = 0x2b;
const ink = 0xe6;
const longestRowLabel = 18;
const roundUp = (value: number) => Math.ceil(value / 8) * 8;

/** @param tiles of one size, row by row */
export function composePlot(tiles: readonly Pixels[], { columns, rows }: PlotLabels): Pixels {
  const [first] = tiles;
  const isEven = tiles.every((tile) => tile.width === first?.width && tile.height === first?.height);
  if (!first || !isEven || tiles.length !== columns.length * rows.length) {
    throw new EaselError(
      'internal',
      expected(`${columns.length} x ${rows.length} tiles of one size`, 'a plot', tiles.length),
    );
  }
  const scale = Math.max(1, Math.round(first.width / 128));
  const margin = 3 * scale;
  const longest = Math.max(...rows.map((label) => Math.min(longestRowLabel, label.length)));
  const left = longest === 0 ? 0 : roundUp(textSize('x'.repeat(longest), scale).width + 2 * margin);
  const top = columns.every((label) => label === '') ? 0 : roundUp(textSize('x', scale).height + 2 * margin);
  const width = left + columns.length * first.width;
  const height = top + rows.length * first.height;
  const sheet = { width, height, data: new Uint8Array(width * height * 3).fill(ground) };
  for (const [index, tile] of tiles.entries()) {
    const x = left + (index % columns.length) * tile.width;
    const y = top + Math.floor(index / columns.length) * tile.height;
    for (let line = 0; line < tile.height; line += 1) {
      const from = 3 * line * tile.width;
      sheet.data.set(tile.data.subarray(from, from + 3 * tile.width), 3 * ((y + line) * width + x));
    }
  }
  for (const [index, label] of columns.entries()) {
    const text = fitText(label, first.width - 2 * margin, scale);
    const indent = Math.floor((first.width - textSize(text, scale).width) / 2);
    drawText(sheet, text, left + index * first.width + indent, Math.floor((top - 7 * scale) / 2), scale, ink);
  }
  for (const [index, label] of rows.entries()) {
    const text = fitText(label, left - 2 * margin, scale);
    const middle = top + index * first.height + Math.floor(first.height / 2) - 4 * scale;
    drawText(sheet, text, margin, middle, scale, ink);
  }
  return sheet;
}
