// Files that are small to send and large to open, in every format that is read at all, and files that lie about what they are.

import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { proceduralPicture } from '../../src/bench/procedural-pictures.ts';
import { EaselError } from '../../src/errors.ts';
import { encodeLossy, encodePng } from '../../src/image/encode.ts';
import { defaultReadLimits, readPicture } from '../../src/image/read-picture.ts';
import { createRandom } from '../../src/proofs/random.ts';

const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

function crc32(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  return ~crc >>> 0;
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

function header(width: number, height: number): Buffer {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  data.set([8, 2], 8);
  return chunk('IHDR', data);
}

/** `inflated` bytes of zeros, deflated to about a thousandth. */
const zeros = (inflated: number) => deflateSync(Buffer.alloc(inflated), { level: 9 });
const png = (width: number, height: number, ...chunks: Buffer[]) =>
  Buffer.concat([signature, header(width, height), ...chunks, chunk('IEND', Buffer.alloc(0))]);

function patched(bytes: Uint8Array, change: (copy: Buffer) => void): Buffer {
  const copy = Buffer.from(bytes);
  change(copy);
  return copy;
}

const small = proceduralPicture(3, 64, 64);
const jpeg = Buffer.from(await encodeLossy(small, 'jpeg', 80));
const webp = Buffer.from(await encodeLossy(small, 'webp', 80));
const gif = await sharp(small.data, { raw: { width: 64, height: 64, channels: 3 } })
  .gif()
  .toBuffer();
const startOfFrame = jpeg.findIndex((byte, at) => byte === 0xff && [0xc0, 0xc2].includes(jpeg[at + 1] ?? 0));

/** A frame that says next to nothing, many thousand times. */
const frames = (count: number) => {
  const end = gif.length - 1;
  const first = gif.indexOf(Buffer.from([0x2c, 0, 0, 0, 0]));
  return Buffer.concat([
    gif.subarray(0, end),
    ...Array<Buffer>(count).fill(gif.subarray(first, end)),
    gif.subarray(end),
  ]);
};

const bombs: [string, () => Uint8Array][] = [
  ['a PNG of 30,000 x 30,000 that says so', () => png(30_000, 30_000, chunk('IDAT', zeros(1e6)))],
  ['a PNG of one pixel with 64 MB of pixel data', () => png(1, 1, chunk('IDAT', zeros(64e6)))],
  [
    'a PNG with a text that inflates to 64 MB',
    () => png(8, 8, chunk('zTXt', Buffer.concat([Buffer.from('k\0\0'), zeros(64e6)])), chunk('IDAT', zeros(200))),
  ],
  [
    'a PNG with a colour profile that inflates to 64 MB',
    () => png(8, 8, chunk('iCCP', Buffer.concat([Buffer.from('p\0\0'), zeros(64e6)])), chunk('IDAT', zeros(200))),
  ],
  [
    'a PNG with 100,000 empty chunks',
    () => png(8, 8, ...Array<Buffer>(100_000).fill(chunk('tEXt', Buffer.from('a\0'))), chunk('IDAT', zeros(200))),
  ],
  [
    'a JPEG that claims 65,500 x 65,500',
    () =>
      patched(jpeg, (copy) => {
        copy.writeUInt16BE(65_500, startOfFrame + 5);
        copy.writeUInt16BE(65_500, startOfFrame + 7);
      }),
  ],
  [
    'a WebP that claims 16,383 x 16,383',
    () =>
      patched(webp, (copy) => {
        const at = copy.indexOf(Buffer.from([0x9d, 0x01, 0x2a]));
        copy.writeUInt16LE(16_383, at + 3);
        copy.writeUInt16LE(16_383, at + 5);
      }),
  ],
  [
    'a GIF whose screen claims 65,535 x 65,535',
    () =>
      patched(gif, (copy) => {
        copy.writeUInt16LE(65_535, 6);
        copy.writeUInt16LE(65_535, 8);
      }),
  ],
  ['a GIF of 2,000 frames', () => frames(2000)],
];

let opened = 0;
afterAll(() => console.log(`${opened} hostile files read`));

/** @returns the error's code, or null where the file was read within its limits */
async function read(bytes: Uint8Array): Promise<string | null> {
  opened += 1;
  try {
    const { width, height, data } = await readPicture(bytes);
    expect(width * height).toBeLessThanOrEqual(defaultReadLimits.maxPixels);
    expect(data.length).toBe(width * height * 3);
    return null;
  } catch (error) {
    if (error instanceof EaselError) return error.code;
    throw error;
  }
}

describe('a bomb', () => {
  it.each(bombs)('is refused, or read within its limits: %s', async (_what, make) => {
    const bytes = make();
    expect(bytes.length).toBeLessThan(defaultReadLimits.maxBytes);
    const before = process.memoryUsage().rss;
    expect([null, 'image-too-large', 'image-unreadable']).toContain(await read(bytes));
    expect(process.memoryUsage().rss - before).toBeLessThan(400e6);
  });

  it('of more pixels than allowed is called too large', async () => {
    expect(await read(png(30_000, 30_000, chunk('IDAT', zeros(1e6))))).toBe('image-too-large');
  });
});

describe('a file that lies', () => {
  it('about its type is read as what it is', async () => {
    // Its name and its declared type never reach the reader: it is given bytes alone.
    expect(readPicture.length).toBe(1);
    for (const bytes of [await encodePng(small), jpeg, webp, gif]) expect(await read(bytes)).toBeNull();
  });

  it('about its insides is never more than unreadable: 400 damaged files', async () => {
    const random = createRandom(7);
    const sound = [Buffer.from(await encodePng(small)), jpeg, webp, gif];
    for (let round = 0; round < 400; round += 1) {
      const copy = Buffer.from(sound[round % sound.length] ?? jpeg);
      for (let left = 1 + random.below(8); left > 0; left -= 1)
        copy[12 + random.below(copy.length - 12)] = random.below(256);
      const damaged = random.below(4) === 0 ? copy.subarray(0, random.below(copy.length)) : copy;
      expect([null, 'image-too-large', 'image-unreadable']).toContain(await read(damaged));
    }
  });
});
