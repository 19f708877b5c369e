// The standard mode must be worth having: the reference's decoder reads it better than it reads its own, at a higher PSNR.

import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { proceduralPicture } from '../../../src/bench/procedural-pictures.ts';
import type { RgbPixels } from '../../../src/diffusion/rgb-pixels.ts';
import { bitAccuracy, referencePayload, textToBits } from '../../../src/diffusion/watermark/payload.ts';
import { decodeReference } from '../../../src/diffusion/watermark/reference-decode.ts';
import { encodeReference } from '../../../src/diffusion/watermark/reference-encode.ts';
import { encodeStandard } from '../../../src/diffusion/watermark/standard-encode.ts';
import { loadPicture } from '../../support/fixtures.ts';

const bits = textToBits(referencePayload);

describe('the standard watermark', () => {
  it('refuses fewer than 65,536 pixels as the reference does', () => {
    expect(encodeStandard(proceduralPicture(0, 248, 264), bits)).toBe('size_limit');
  });

  it.each([0, 1, 2, 3, 4, 5, 6, 7])('is read completely by the reference decoder on picture family %i', (seed) => {
    const picture = proceduralPicture(seed, 256, 256);
    expect(accuracy(marked(encodeStandard(picture, bits)))).toBe(1);
    expect(accuracy(marked(encodeStandard(picture, bits, 'dwtDctSvd')), 'dwtDctSvd')).toBe(1);
  });

  it.each([
    ['black', 0],
    ['white', 255],
  ])('is read completely on a %s picture, where colours run out of range', (_name, level) => {
    const picture = { width: 256, height: 256, data: new Uint8Array(256 * 256 * 3).fill(level) };
    expect(accuracy(marked(encodeStandard(picture, bits)))).toBe(1);
  });

  it('beats the reference in PSNR and in bits read, clean and after JPEG', async () => {
    const mean = { reference: [0, 0, 0], standard: [0, 0, 0] };
    for (let seed = 0; seed < 8; seed++) {
      const picture = proceduralPicture(seed, 256, 256);
      for (const [mode, encode] of [
        ['reference', encodeReference],
        ['standard', encodeStandard],
      ] as const) {
        const output = marked(encode(picture, bits));
        mean[mode][0]! += psnr(picture, output) / 8;
        mean[mode][1]! += accuracy(output) / 8;
        mean[mode][2]! += accuracy(await jpeg(output, 85)) / 8;
      }
    }
    expect(mean.standard[0]).toBeGreaterThan(mean.reference[0]! + 3);
    expect(mean.standard[1]).toBeGreaterThan(mean.reference[1]!);
    expect(mean.standard[2]).toBeGreaterThan(mean.reference[2]! + 0.05);
  });

  it('keeps odd edges and every unchanged pixel exactly', () => {
    const picture = proceduralPicture(3, 301, 303);
    const output = marked(encodeStandard(picture, bits));
    let changed = 0;
    for (let y = 0; y < 303; y++) {
      for (let x = 0; x < 301; x++) {
        const p = 3 * (y * 301 + x);
        const same = [0, 1, 2].every((c) => picture.data[p + c] === output.data[p + c]);
        if (x >= 300 || y >= 300) expect(same).toBe(true);
        if (!same) changed++;
      }
    }
    expect(changed).toBeLessThan(0.5 * 301 * 303);
  });

  it('does not touch the pixels it was given', () => {
    const picture = proceduralPicture(2, 256, 256);
    const before = picture.data.slice();
    encodeStandard(picture, bits);
    expect(Buffer.compare(before, picture.data)).toBe(0);
  });
});

function marked(output: RgbPixels | 'size_limit'): RgbPixels {
  if (output === 'size_limit') throw new Error('unexpected refusal');
  return output;
}

function accuracy(picture: RgbPixels, method: 'dwtDct' | 'dwtDctSvd' = 'dwtDct'): number {
  const read = decodeReference(picture, bits.length, method);
  return read === 'size_limit' ? 0 : bitAccuracy(read, bits);
}

function psnr(a: RgbPixels, b: RgbPixels): number {
  const squares = a.data.reduce((sum, value, i) => sum + (value - b.data[i]!) ** 2, 0);
  return 10 * Math.log10((255 * 255 * a.data.length) / squares);
}

async function jpeg({ data, width, height }: RgbPixels, quality: number): Promise<RgbPixels> {
  return loadPicture(
    await sharp(data, { raw: { width, height, channels: 3 } })
      .jpeg({ quality })
      .toBuffer(),
  );
}
