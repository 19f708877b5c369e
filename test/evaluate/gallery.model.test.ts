// The README's pictures are what the shipped model paints: one of them is painted again and held against the file.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse-config.ts';
import { type Gallery, galleryCell, readGallery } from '../../src/evaluate/gallery.ts';
import { paintCached } from '../../src/evaluate/paint-cached.ts';
import { ssim } from '../../src/image/compare.ts';
import type { Pixels } from '../../src/image/pixels.ts';
import { readPicture } from '../../src/image/read-picture.ts';
import { cropPixels } from '../../src/image/resize.ts';
import type { Engine } from '../../src/inference/engine.ts';
import { openThreadedEngine } from '../../src/inference/threaded.ts';
import { engineOptions } from '../../src/launcher/engine-options.ts';
import { packageRoot } from '../../src/launcher/package-root.ts';
import { resolveModel } from '../../src/launcher/resolve-model.ts';

const file = join(packageRoot(), 'docs', 'images', 'gallery.png');

describe('the gallery of the README', () => {
  let folder: string;
  let engine: Engine;
  let gallery: Gallery;
  let sheet: Pixels;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'easel-gallery-'));
    const config = parseConfig({ EASEL_DATA_DIR: folder, EASEL_PROVIDER: 'cpu' });
    engine = await openThreadedEngine(engineOptions(config, await resolveModel(config)));
    gallery = await readGallery(join(packageRoot(), 'models', 'miniature', 'gallery.json'));
    sheet = await readPicture(readFileSync(file));
  });
  afterAll(async () => {
    await engine?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const cell = (index: number) => {
    const side = engine.model.nativeSize;
    const { left, top } = galleryCell(index, gallery.columns, side);
    return cropPixels(sheet, left, top, side, side);
  };

  it('shows what the model paints: the first picture again, the same to the eye', async () => {
    const { steps, sampler, guidanceScale } = gallery;
    const painting = { engine, cacheFolder: folder, signal: new AbortController().signal };
    const [first] = gallery.pictures;
    const again = await paintCached(painting, { ...first!, steps, sampler, guidanceScale });
    expect(ssim(again!, cell(0))).toBeGreaterThan(0.97);
    expect(ssim(again!, cell(1))).toBeLessThan(0.9);
  });
});
