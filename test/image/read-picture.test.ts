// Pictures from strangers: types told by content, limits before decoding, orientation, profiles, transparency, bombs.

import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { proceduralPicture } from '../../src/bench/procedural-pictures.ts';
import { psnr } from '../../src/image/compare.ts';
import { encodeLossy, encodePng } from '../../src/image/encode.ts';
import { coverFrame, readInit, readMask } from '../../src/image/read-init.ts';
import { pictureType, readPicture } from '../../src/image/read-picture.ts';

const picture = proceduralPicture(8, 120, 80);
const raw = () => sharp(picture.data, { raw: { width: 120, height: 80, channels: 3 } });

describe('reading a stranger’s picture', () => {
  it('tells PNG, JPEG, WebP and GIF by their content', async () => {
    expect(pictureType(await encodePng(picture))).toBe('png');
    expect(pictureType(await encodeLossy(picture, 'jpeg', 90))).toBe('jpeg');
    expect(pictureType(await encodeLossy(picture, 'webp', 90))).toBe('webp');
    expect(pictureType(await raw().gif().toBuffer())).toBe('gif');
    expect(Buffer.compare((await readPicture(await encodePng(picture))).data, picture.data)).toBe(0);
  });

  it.each([
    ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')],
    ['HTML', Buffer.from('<!doctype html><p>hello')],
    ['nothing', Buffer.alloc(0)],
    ['TIFF', Buffer.from('II*\0\x08\0\0\0')],
    ['a PNG header and no more', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')],
    ['a JPEG header and noise', Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(500, 7)])],
  ])('refuses %s with a sentence for the member', async (_what, bytes) => {
    await expect(readPicture(bytes)).rejects.toMatchObject({
      code: 'image-unreadable',
      userMessage: expect.any(String),
    });
  });

  it('refuses a truncated picture instead of guessing the rest', async () => {
    const jpeg = await encodeLossy(proceduralPicture(0, 256, 256), 'jpeg', 90);
    await expect(readPicture(jpeg.slice(0, jpeg.length / 2))).rejects.toMatchObject({ code: 'image-unreadable' });
    const png = await encodePng(picture);
    await expect(readPicture(png.slice(0, png.length / 2))).rejects.toMatchObject({ code: 'image-unreadable' });
  });

  it('limits bytes before looking and pixels before decoding', async () => {
    const png = await encodePng(picture);
    await expect(readPicture(png, { maxBytes: 100, maxPixels: 1e6 })).rejects.toMatchObject({
      code: 'image-too-large',
    });
    await expect(readPicture(png, { maxBytes: 1e6, maxPixels: 9_599 })).rejects.toMatchObject({
      code: 'image-too-large',
    });
    await expect(readPicture(png, { maxBytes: 1e6, maxPixels: 9_600 })).resolves.toMatchObject({ width: 120 });
  });

  it('refuses decompression bombs in milliseconds and little memory', async () => {
    const before = process.memoryUsage().rss;
    for (const side of [20_000, 65_535, 2 ** 31 - 1]) {
      await expect(readPicture(hugePng(side))).rejects.toMatchObject({ name: 'EaselError' });
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(150e6);
  });

  it('reads the first frame of an animation only', async () => {
    const frames = await sharp(Buffer.concat([picture.data, Buffer.alloc(picture.data.length)]), {
      raw: { width: 120, height: 160, channels: 3, pageHeight: 80 },
    })
      .webp({ lossless: true })
      .toBuffer();
    expect((await sharp(frames).metadata()).pages).toBe(2);
    const read = await readPicture(frames);
    expect([read.width, read.height]).toEqual([120, 80]);
    expect(psnr(read, picture)).toBeGreaterThan(45);
  });

  it('turns the picture as its EXIF orientation says', async () => {
    const turned = await raw().withMetadata({ orientation: 6 }).png().toBuffer();
    const read = await readPicture(turned);
    expect([read.width, read.height]).toEqual([80, 120]);
    // Orientation 6: the stored top-left pixel is shown at the top right.
    expect([...read.data.subarray(3 * 79, 3 * 80)]).toEqual([...picture.data.subarray(0, 3)]);
  });

  it('converts colour profiles, grey and 16-bit pictures to 8-bit sRGB', async () => {
    const p3 = await raw().withIccProfile('p3').png().toBuffer();
    expect(psnr(await readPicture(p3), picture)).toBeGreaterThan(38);
    const grey = await readPicture(await raw().greyscale().png().toBuffer());
    expect(grey.data.length).toBe(120 * 80 * 3);
    const deep = await readPicture(await raw().toColourspace('rgb16').png().toBuffer());
    expect(psnr(deep, picture)).toBeGreaterThan(45);
  });

  it('keeps transparency apart and lays the pixels on grey', async () => {
    const holed = await sharp({
      create: { width: 64, height: 64, channels: 4, background: { r: 200, g: 0, b: 0, alpha: 0 } },
    })
      .png()
      .toBuffer();
    const read = await readPicture(holed);
    expect(new Set(read.alpha)).toEqual(new Set([0]));
    expect(new Set(read.data)).toEqual(new Set([128]));
    expect((await readPicture(await encodePng(picture))).alpha).toBeUndefined();
  });
});

describe('the start of an image-to-image job', () => {
  it('covers the wanted size from the middle, without distortion', async () => {
    const { pixels, mask } = await readInit(await encodePng(picture), 64, 64);
    expect([pixels.width, pixels.height, pixels.data.length]).toEqual([64, 64, 64 * 64 * 3]);
    expect(mask).toBeUndefined();
  });

  it('offers what was transparent as the mask to repaint', async () => {
    const half = await sharp({
      create: { width: 64, height: 64, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 1 } },
    })
      .composite([
        {
          input: { create: { width: 32, height: 64, channels: 4, background: { r: 9, g: 9, b: 9, alpha: 1 } } },
          left: 0,
          top: 0,
          blend: 'dest-out',
        },
      ])
      .png()
      .toBuffer();
    const { mask } = await readInit(half, 64, 64);
    expect(mask?.[5]).toBe(255);
    expect(mask?.[60]).toBe(0);
  });

  it('reads a mask whatever its colours: white is repainted, black is kept', async () => {
    const mask = await readMask(await encodePng(proceduralPicture(4, 64, 64)), 64, 64);
    expect(mask.length).toBe(64 * 64);
    const white = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#fff' } })
      .jpeg()
      .toBuffer();
    expect(new Set(await readMask(white, 64, 64))).toEqual(new Set([255]));
  });

  it('asks for sides divisible by 8', async () => {
    await expect(readInit(await encodePng(picture), 60, 64)).rejects.toMatchObject({ code: 'bad-request' });
  });

  it('keeps every pixel of a picture that has the size already', async () => {
    const { pixels } = await readInit(await encodePng(picture), 120, 80);
    expect(Buffer.compare(pixels.data, picture.data)).toBe(0);
  });

  it.each([
    ['wide into square', { width: 120, height: 80 }, { width: 64, height: 64 }, [96, 64, 16, 0]],
    ['square into tall', { width: 100, height: 100 }, { width: 64, height: 128 }, [128, 128, 32, 0]],
    ['too small', { width: 16, height: 8 }, { width: 64, height: 64 }, [128, 64, 32, 0]],
    ['slender', { width: 1000, height: 3 }, { width: 64, height: 64 }, [21_333, 64, 10_634, 0]],
  ])('covers, keeps the shape and takes the middle: %s', (_what, source, target, [width, height, left, top]) => {
    expect(coverFrame(source, target)).toEqual({ width, height, left, top, part: target });
  });

  it('lays the mask on the picture as it lay, whatever its own size and whatever is cut off', async () => {
    // A red square in a wide picture, and masks of other sizes that are white where it is.
    const scene = (width: number, height: number, colour: string) => {
      const [w, h] = [Math.round(width / 6), Math.round(height / 4)];
      const input = { create: { width: w, height: h, channels: 3 as const, background: colour } };
      const at = { left: Math.round(width / 3), top: Math.round(height / 2) };
      return sharp({ create: { width, height, channels: 3, background: '#000' } })
        .composite([{ input, ...at }])
        .png()
        .toBuffer();
    };
    const { pixels } = await readInit(await scene(240, 120, '#f00'), 64, 64);
    for (const size of [240, 120, 480]) {
      const mask = await readMask(await scene(size, size / 2, '#fff'), 64, 64, { of: { width: 240, height: 120 } });
      const differs = mask.filter((value, i) => (value === 255) !== pixels.data[3 * i]! >= 128).length;
      expect(mask.filter((value) => value === 255).length).toBeGreaterThan(200);
      // At most one pixel along the square's border.
      expect(differs).toBeLessThan(80);
    }
    const square = await readMask(await scene(96, 96, '#fff'), 64, 64, { of: { width: 240, height: 120 } });
    expect(square.filter((value, i) => (value === 255) !== pixels.data[3 * i]! >= 128).length).toBeLessThan(80);
  });

  it('decides each pixel of a mask: what JPEG made of black is kept, transparency is kept', async () => {
    const noisy = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#fff' } })
      .composite([
        { input: { create: { width: 32, height: 64, channels: 3, background: '#0a0306' } }, left: 0, top: 0 },
      ])
      .jpeg({ quality: 40 })
      .toBuffer();
    expect(new Set(await readMask(noisy, 64, 64))).toEqual(new Set([0, 255]));
    const strokes = await sharp({
      create: { width: 64, height: 64, channels: 4, background: { r: 255, g: 255, b: 255, alpha: 0 } },
    })
      .composite([{ input: { create: { width: 16, height: 16, channels: 3, background: '#fff' } }, left: 8, top: 8 }])
      .png()
      .toBuffer();
    expect((await readMask(strokes, 64, 64)).filter((value) => value === 255).length).toBe(256);
  });

  it('takes soft edges and stray pixels for no hole', async () => {
    const soft = (holes: number) =>
      sharp(Buffer.from(Array.from({ length: 4096 }, (_, i) => [9, 9, 9, i < holes ? 0 : 240]).flat()), {
        raw: { width: 64, height: 64, channels: 4 },
      })
        .png()
        .toBuffer();
    expect((await readInit(await soft(3), 64, 64)).mask).toBeUndefined();
    expect((await readInit(await soft(64), 64, 64)).mask?.filter((value) => value === 255).length).toBe(64);
  });
});

/** A valid PNG header that promises side x side pixels over a few kilobytes of zeros. */
function hugePng(side: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const parts = [Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')];
  for (const [type, data] of [
    ['IHDR', header],
    ['IDAT', deflateSync(Buffer.alloc(4_000_000))],
    ['IEND', Buffer.alloc(0)],
  ] as const) {
    const body = Buffer.concat([Buffer.from(type), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const crc = Buffer.alloc(4);
    crc.writeUInt32BE(crc32(body));
    parts.push(length, body, crc);
  }
  return Buffer.concat(parts);
}

function crc32(data: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of data) {
    crc ^= byte;
    for (let k = 0; k < 8; k++) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
