import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { proceduralPicture } from '../../src/bench/procedural-pictures.ts';
import { formatWatermarkTable, watermarkTable } from '../../src/bench/watermark-table.ts';
import { encodePng } from '../../src/image/encode.ts';

describe('the watermark table', () => {
  it('counts what was read of procedural and other pictures, and formats it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'easel-pictures-'));
    await writeFile(join(folder, 'extra.png'), await encodePng(proceduralPicture(9, 256, 256)));
    await writeFile(join(folder, 'notes.txt'), 'not a picture');
    const seen: string[] = [];
    const table = await watermarkTable({
      procedural: 1,
      width: 256,
      height: 256,
      folder,
      attacks: ['untouched', 'resize to 0.5x, not scaled back'],
      onPicture: (name) => seen.push(name),
    });
    expect(seen).toEqual(['procedural 0', 'extra.png']);
    expect(table.rows.map(({ attack, pictures, traced, misread }) => ({ attack, pictures, traced, misread }))).toEqual([
      { attack: 'untouched', pictures: 2, traced: 2, misread: 0 },
      { attack: 'resize to 0.5x, not scaled back', pictures: 2, traced: 2, misread: 0 },
    ]);
    expect(table.rows[0]?.standard).toBe(1);
    expect(table.rows[1]?.dwtDct).toBeNull();
    expect(table.psnr.both.least).toBeGreaterThan(38);
    const text = formatWatermarkTable(table);
    expect(text).toContain('| untouched | 100.0 % (2/2) | 1.000 |');
    expect(text).toContain('| refused | refused | refused |');
  });
});
