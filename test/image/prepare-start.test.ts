// What a member attached, as a worker gets it.

import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { proceduralPicture } from '../../src/bench/procedural-pictures.ts';
import { encodePng } from '../../src/image/encode.ts';
import type { Pixels } from '../../src/image/pixels.ts';
import { prepareMask } from '../../src/image/prepare-mask.ts';
import { prepareStart } from '../../src/image/prepare-start.ts';
import { readPicture } from '../../src/image/read-picture.ts';

const picture = proceduralPicture(3, 128, 64);
const size = { width: 128, height: 64 };

/** The picture with a hole of `side` pixels at 16, 16. */
function withHole({ width, height, data }: Pixels, side: number): Promise<Buffer> {
  const isHole = (i: number) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return x >= 16 && x < 16 + side && y >= 16 && y < 16 + side;
  };
  const rgba = Array.from({ length: width * height }, (_, i) => [...data.slice(3 * i, 3 * i + 3), isHole(i) ? 0 : 255]);
  return sharp(Buffer.from(rgba.flat()), { raw: { width, height, channels: 4 } })
    .png()
    .toBuffer();
}

const white = (width: number, height: number, side: number) =>
  sharp({ create: { width, height, channels: 3, background: '#000' } })
    .composite([{ input: { create: { width: side, height: side, channels: 3, background: '#fff' } }, left: 0, top: 0 }])
    .png()
    .toBuffer();

describe('a mask drawn for a picture', () => {
  const onNothing = (colour: string, side: number) =>
    sharp({ create: { ...size, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } })
      .composite([
        { input: { create: { width: side, height: side, channels: 4, background: colour } }, left: 0, top: 0 },
      ])
      .png()
      .toBuffer();

  it('is read by its brightness; strokes of white on nothing are white', async () => {
    const drawn = { from: 'file', repainted: 64 / (128 * 64) };
    expect(await prepareMask(await white(128, 64, 8), size)).toMatchObject({ ...drawn, isStretched: false });
    expect(await prepareMask(await onNothing('#fff', 8), size)).toMatchObject(drawn);
    expect(await prepareMask(await white(64, 64, 64), size)).toMatchObject({ repainted: 1, isStretched: true });
    expect(await prepareMask(await white(128, 64, 1), { width: 64, height: 32 })).toMatchObject({ repainted: 0 });
  });

  it('whose strokes have soft edges is still strokes, and does not turn inside out', async () => {
    const brush = '<svg width="128" height="64"><circle cx="64" cy="32" r="12.4" fill="#fff"/></svg>';
    const { from, repainted } = await prepareMask(await sharp(Buffer.from(brush)).png().toBuffer(), size);
    expect(from).toBe('file');
    expect(repainted).toBeCloseTo((Math.PI * 12.4 ** 2) / (128 * 64), 2);
  });

  it('may be the picture with a part erased: that part is repainted', async () => {
    const { from, repainted, bytes } = await prepareMask(await withHole(picture, 20), size);
    expect({ from, repainted }).toEqual({ from: 'transparency', repainted: 400 / (128 * 64) });
    const { data, width } = await readPicture(bytes);
    const at = (x: number, y: number) => data[3 * (y * width + x)];
    expect([at(15, 16), at(16, 16), at(35, 35), at(36, 35)]).toEqual([0, 255, 255, 0]);
  });
});

describe('a start', () => {
  it('without mask or transparency is the picture alone, pixel by pixel, and says nothing about its camera', async () => {
    const photo = await sharp(await encodePng(picture))
      .withExif({ IFD0: { Make: 'A camera' }, IFD3: { GPSLatitude: '51/1 30/1 0/1' } })
      .png()
      .toBuffer();
    expect((await sharp(photo).metadata()).exif).toBeDefined();
    const start = await prepareStart(photo, null, size);
    expect(start).toMatchObject({ mask: null, maskFrom: null, isStretched: false, cut: 0, repainted: 1 });
    expect(Buffer.compare((await readPicture(start.picture)).data, picture.data)).toBe(0);
    const { exif, icc, hasAlpha } = await sharp(start.picture).metadata();
    expect({ exif, icc, hasAlpha }).toEqual({ exif: undefined, icc: undefined, hasAlpha: false });
  });

  it('repaints what is transparent, and keeps the pixels of the rest', async () => {
    const start = await prepareStart(await withHole(picture, 20), null, size);
    expect(start).toMatchObject({ maskFrom: 'transparency', repainted: 400 / (128 * 64) });
    const [mask, fitted] = [await readPicture(start.mask ?? new Uint8Array()), await readPicture(start.picture)];
    for (let i = 0; i < 128 * 64; i++) {
      if (mask.data[3 * i] === 255) continue;
      expect(fitted.data.subarray(3 * i, 3 * i + 3)).toEqual(picture.data.subarray(3 * i, 3 * i + 3));
    }
  });

  it('takes a mask that was drawn before the transparency', async () => {
    const start = await prepareStart(await withHole(picture, 20), await white(128, 64, 8), size);
    expect(start).toMatchObject({ maskFrom: 'file', repainted: 64 / (128 * 64), isStretched: false });
  });

  it('tells when a mask shows nothing, has another shape, or the size cuts something off', async () => {
    const png = await encodePng(picture);
    expect(await prepareStart(png, await white(256, 128, 1), size)).toMatchObject({ repainted: 0, isStretched: false });
    expect(await prepareStart(png, await white(64, 64, 20), size)).toMatchObject({ isStretched: true });
    expect((await prepareStart(png, null, { width: 64, height: 64 })).cut).toBeCloseTo(0.5);
  });
});
