// Text chunks: what is written is read back, by us and by libvips; foreign and damaged files do no harm.

import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { proceduralPicture } from '../../src/bench/procedural-pictures.ts';
import { encodePng, softwareTag } from '../../src/image/encode.ts';
import { insertPngText, isPng, readPngText } from '../../src/image/png-text.ts';
import { loadPicture } from '../support/fixtures.ts';

const picture = proceduralPicture(7, 64, 48);

describe('PNG text', () => {
  it('carries the parameters and says that the picture is AI-generated', async () => {
    const png = await encodePng(picture, { parameters: 'a cat\nSteps: 20, Sampler: Euler a, Seed: 1' });
    expect(readPngText(png)).toEqual({
      parameters: 'a cat\nSteps: 20, Sampler: Euler a, Seed: 1',
      Software: softwareTag,
    });
    expect(softwareTag).toContain('AI-generated');
  });

  it('leaves the pixels alone and the file readable by others', async () => {
    const png = await encodePng(picture, { parameters: 'x' });
    expect(Buffer.compare((await loadPicture(png)).data, picture.data)).toBe(0);
    const comments = (await sharp(png).metadata()).comments ?? [];
    expect(comments).toContainEqual({ keyword: 'Software', text: softwareTag });
  });

  it.each([
    ['Latin-1 as tEXt', 'café à la crème ½', 'tEXt'],
    ['everything else as iTXt', '猫の写真 — “quoted” 🐈', 'iTXt'],
  ])('writes %s', async (_what, text, type) => {
    const png = await encodePng(picture, { parameters: text });
    expect(readPngText(png).parameters).toBe(text);
    expect(Buffer.from(png).includes(`${type}parameters\0`, 0, 'latin1')).toBe(true);
  });

  it('drops zero characters, which would end a chunk early', async () => {
    expect(readPngText(await encodePng(picture, { parameters: 'a\0b' })).parameters).toBe('ab');
  });

  it('reads compressed chunks, and skips those that inflate beyond a megabyte', async () => {
    const png = await encodePng(picture);
    const withText = insertRaw(png, 'zTXt', Buffer.concat([Buffer.from('Comment\0\0'), deflateSync('packed')]));
    expect(readPngText(withText).Comment).toBe('packed');
    const bomb = insertRaw(
      png,
      'zTXt',
      Buffer.concat([Buffer.from('Comment\0\0'), deflateSync(Buffer.alloc(50_000_000))]),
    );
    expect(readPngText(bomb).Comment).toBeUndefined();
    const compressed = Buffer.concat([Buffer.from('Title\0\x01\0\0\0'), deflateSync('größer')]);
    expect(readPngText(insertRaw(png, 'iTXt', compressed)).Title).toBe('größer');
  });

  it('stops quietly at damaged chunks and on other formats', async () => {
    const png = Buffer.from(await encodePng(picture, { parameters: 'kept' }));
    for (let length = 0; length < 200; length++) expect(() => readPngText(png.subarray(0, length))).not.toThrow();
    const wild = Buffer.from(png);
    wild.writeUInt32BE(0xfffffff0, 33);
    expect(readPngText(wild)).toEqual({});
    expect(readPngText(Buffer.from('GIF89a'))).toEqual({});
    expect(isPng(Buffer.from('\x89PNG'))).toBe(false);
  });

  it('refuses keywords that the format does not allow, and files that are no PNG', async () => {
    const png = await encodePng(picture);
    expect(() => insertPngText(png, { '': 'x' })).toThrow(/keyword/);
    expect(() => insertPngText(png, { ['k'.repeat(80)]: 'x' })).toThrow(/keyword/);
    expect(() => insertPngText(Buffer.from('GIF89a'), { a: 'x' })).toThrow(/PNG/);
  });
});

/** Puts a chunk after IHDR; the reader does not check CRCs, since text is best effort. */
function insertRaw(png: Uint8Array, type: string, data: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(data.length, 0);
  head.write(type, 4, 'latin1');
  return Buffer.concat([png.subarray(0, 33), head, data, Buffer.alloc(4), png.subarray(33)]);
}
