// Contact sheets: tiles of equal size in reading order, and one tile cut out of such a sheet again.

import { EaselError, expected } from '../errors.ts';
import type { Pixels } from './pixels.ts';
import { cropPixels } from './resize.ts';

/** Columns and rows for 1-4 tiles (and beyond): 1x1, 2x1, 2x2, 2x2. */
export function gridShape(count: number): { columns: number; rows: number } {
  const columns = Math.ceil(Math.sqrt(count));
  return { columns, rows: Math.ceil(count / columns) };
}

/** Places that no tile fills (the fourth of three) take the quiet background colour. */
export function composeGrid(tiles: readonly Pixels[]): Pixels {
  const first = tiles[0];
  if (first === undefined || tiles.some((tile) => tile.width !== first.width || tile.height !== first.height)) {
    throw new EaselError(
      'internal',
      expected('tiles of one size', 'a grid', tiles.map((t) => `${t.width}x${t.height}`).join(', ')),
    );
  }
  const { columns, rows } = gridShape(tiles.length);
  const width = columns * first.width;
  const data = new Uint8Array(width * rows * first.height * 3).fill(0x2b);
  for (const [i, tile] of tiles.entries()) {
    const left = (i % columns) * first.width;
    const top = Math.floor(i / columns) * first.height;
    for (let y = 0; y < first.height; y++) {
      data.set(tile.data.subarray(3 * y * first.width, 3 * (y + 1) * first.width), 3 * ((top + y) * width + left));
    }
  }
  return { width, height: rows * first.height, data };
}

/** Tile `index` (from 0) of a sheet of `count`. Works on resized sheets too, to the nearest pixel. */
export function cutTile(sheet: Pixels, index: number, count: number): Pixels {
  if (!Number.isInteger(index) || index < 0 || index >= count) {
    throw new EaselError('internal', expected(`a tile from 0 to ${count - 1}`, 'cutting a grid', index));
  }
  const { columns, rows } = gridShape(count);
  const left = Math.round(((index % columns) * sheet.width) / columns);
  const right = Math.round((((index % columns) + 1) * sheet.width) / columns);
  const top = Math.round((Math.floor(index / columns) * sheet.height) / rows);
  const bottom = Math.round(((Math.floor(index / columns) + 1) * sheet.height) / rows);
  return cropPixels(sheet, left, top, right - left, bottom - top);
}
