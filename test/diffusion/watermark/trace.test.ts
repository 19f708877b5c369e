// Easel's own mark: what it survives, what it refuses to read, and that its format stays what it is.

import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { falseTracesOnPictures, falseTracesOnWords } from '../../../src/bench/false-traces.ts';
import { pictureAttacks } from '../../../src/bench/picture-attacks.ts';
import { mulberry, proceduralPicture } from '../../../src/bench/procedural-pictures.ts';
import { fft2d } from '../../../src/diffusion/watermark/fft.ts';
import { markPicture, readMarks } from '../../../src/diffusion/watermark/mark.ts';
import { lumaPlane } from '../../../src/diffusion/watermark/trace-analysis.ts';
import { decodeTraceId, encodeTraceId, traceChecksum } from '../../../src/diffusion/watermark/trace-code.ts';
import { embedTrace } from '../../../src/diffusion/watermark/trace-embed.ts';
import { dataHarmonics, dataSigns, syncHarmonics, syncSigns } from '../../../src/diffusion/watermark/trace-pattern.ts';
import { readTrace } from '../../../src/diffusion/watermark/trace-read.ts';
import { resamplePlane } from '../../../src/diffusion/watermark/trace-resample.ts';
import { likelySizes, searchScales } from '../../../src/diffusion/watermark/trace-scale.ts';
import { psnr } from '../../../src/image/compare.ts';
import { cropPixels, resizePixels } from '../../../src/image/resize.ts';

const ids = [0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0x12345678];

describe('the trace code', () => {
  it.each(ids)('carries id %i', (id) => {
    const word = encodeTraceId(id);
    expect(word.length).toBe(512);
    expect(decodeTraceId(soft(word))).toEqual({ id, agreement: 1 });
  });

  it('corrects a quarter of wrong signs among numbers that say how sure they are', () => {
    const random = mulberry(5);
    for (const id of ids) {
      // Noise of 1.6 times the signal: about 27 % of the signs are wrong.
      const noisy = soft(encodeTraceId(id)).map((value) => value + 1.6 * normal(random));
      expect(decodeTraceId(noisy)?.id).toBe(id);
    }
  });

  it('reads nothing into silence', () => {
    const read = decodeTraceId(new Float32Array(512));
    expect(read === null || read.agreement === 0).toBe(true);
  });

  it('uses the checksum of RFC 4880', () => {
    // The known answer of CRC-24/OPENPGP for "123456789" is 21cf02; the first four bytes of it by long division:
    expect(traceChecksum(0x31323334)).toBe(crc24([0x31, 0x32, 0x33, 0x34]));
    expect(crc24([...'123456789'].map((digit) => digit.charCodeAt(0)))).toBe(0x21cf02);
  });

  it('accepts no random word of two thousand', () => {
    expect(falseTracesOnWords(2_000, 3)).toMatchObject({ tried: 2_000, accepted: 0 });
  });
});

describe('the format of the trace mark', () => {
  it('stays what it is: pictures posted today must be readable in years', () => {
    const layout = JSON.stringify([
      dataHarmonics,
      syncHarmonics,
      [...dataSigns],
      [...syncSigns],
      [...encodeTraceId(0x2bad1dea)],
    ]);
    expect([dataHarmonics.length, syncHarmonics.length]).toEqual([256, syncHarmonics.length]);
    expect(createHash('sha256').update(layout).digest('hex').slice(0, 16)).toMatchInlineSnapshot(`"470adf5bd5a2541f"`);
  });

  it('leaves axes and the raster of 8 pixels alone', () => {
    for (const { kx, ky } of [...dataHarmonics, ...syncHarmonics]) {
      expect(kx !== 0 && ky !== 0 && !(kx % 8 === 0 && ky % 8 === 0)).toBe(true);
    }
  });
});

describe('the trace mark', () => {
  const id = 3_405_691_582;
  const attack = (name: string) => {
    const found = pictureAttacks.find((one) => one.name === name);
    if (!found) throw new Error(`no attack ${name}`);
    return found.apply;
  };

  it.each([0, 1, 2, 3, 4, 5, 6, 7])(
    'survives JPEG 75 and 0.75x on picture family %i at 256x256, above 38 dB with both marks',
    async (seed) => {
      const picture = proceduralPicture(seed, 256, 256);
      const marked = markPicture(picture, id);
      expect(marked).toMatchObject({ traceId: id, hasReferencePayload: true });
      expect(psnr(picture, marked.pixels)).toBeGreaterThan(38);
      for (const name of ['untouched', 'JPEG 75', 'resize to 0.75x, not scaled back']) {
        expect(readTrace(await attack(name)(marked.pixels, seed))?.id).toBe(id);
      }
    },
  );

  it.each([
    'JPEG 60',
    'JPEG 40',
    'WebP 80',
    'resize to 0.5x, not scaled back',
    'resize to 1.5x, not scaled back',
    'resize to 2x, not scaled back',
    'crop to 60 % of each side',
    'crop to 50 % of each side',
    'brightness x1.1',
    'contrast x0.7',
    'noise, deviation 10',
    'blur, deviation 1 pixel',
    'screenshot: 0.87x linear, cut to 80 %, JPEG 80',
    'messenger preview: 400 pixels wide, WebP 80',
  ])('survives %s at 512x512', async (name) => {
    const marked = markPicture(proceduralPicture(0, 512, 512), id).pixels;
    expect(readTrace(await attack(name)(marked, 3))?.id).toBe(id);
  });

  it('survives a crop of a picture scaled by a factor that nobody announces', async () => {
    const marked = markPicture(proceduralPicture(2, 512, 512), id).pixels;
    const scaled = await resizePixels(marked, 619, 619);
    expect(readTrace(cropPixels(scaled, 101, 57, 400, 433))?.id).toBe(id);
  });

  it('holds ids of all zeros and all ones equally', () => {
    for (const extreme of [0, 0xffffffff]) {
      expect(readTrace(embedTrace(proceduralPicture(7, 256, 256), extreme))?.id).toBe(extreme);
    }
  });

  it('is found on odd sizes and on large ones', () => {
    expect(readTrace(embedTrace(proceduralPicture(0, 301, 403), id))?.id).toBe(id);
    expect(readTrace(embedTrace(proceduralPicture(3, 1024, 1024), id))?.id).toBe(id);
  });

  it('is not found in unmarked pictures, nor in pictures with the reference payload alone', () => {
    expect(falseTracesOnPictures(6, 256).accepted).toBe(0);
    expect(readMarks(proceduralPicture(5, 256, 256))).toMatchObject({ traceId: null });
  });

  it('gives way to a new one when a picture is marked again, at no more cost', () => {
    for (const seed of [0, 3, 6]) {
      const picture = proceduralPicture(seed, 256, 256);
      const twice = markPicture(markPicture(picture, 1).pixels, id).pixels;
      const reading = readTrace(twice);
      expect(reading?.id).toBe(id);
      expect(reading?.confidence).toBeGreaterThan(0.85);
      expect(psnr(picture, twice)).toBeGreaterThan(37.5);
    }
  });

  it('is not looked for in pictures smaller than half a tile', () => {
    expect(readTrace(proceduralPicture(1, 31, 400))).toBeNull();
  });
});

describe('the parts of the trace reader', () => {
  it('transforms as the definition of the discrete Fourier transform says', () => {
    const random = mulberry(9);
    const re = Float64Array.from({ length: 64 }, () => random());
    const im = Float64Array.from({ length: 64 }, () => random());
    const [a, b] = [re.slice(), im.slice()];
    fft2d(a, b, 8);
    for (const [u, v] of [
      [0, 0],
      [3, 5],
      [7, 1],
    ] as const) {
      let [x, y] = [0, 0];
      for (let i = 0; i < 64; i++) {
        const phase = (-2 * Math.PI * (u * (i % 8) + v * Math.floor(i / 8))) / 8;
        x += re[i]! * Math.cos(phase) - im[i]! * Math.sin(phase);
        y += re[i]! * Math.sin(phase) + im[i]! * Math.cos(phase);
      }
      expect(a[v * 8 + u]).toBeCloseTo(x, 9);
      expect(b[v * 8 + u]).toBeCloseTo(y, 9);
    }
  });

  it('proposes the painted size of a resized picture, and only sizes of its shape', () => {
    expect(likelySizes({ width: 256, height: 256 })).toContainEqual({ width: 512, height: 512 });
    expect(likelySizes({ width: 400, height: 267 })).toContainEqual({ width: 768, height: 512 });
    expect(likelySizes({ width: 400, height: 267 })).not.toContainEqual({ width: 512, height: 512 });
    for (const { width, height } of likelySizes({ width: 333, height: 500 }))
      expect(width / height).toBeCloseTo(0.666, 1);
  });

  it('finds the scale of a crop within half a percent', async () => {
    const marked = embedTrace(proceduralPicture(0, 512, 512), 77);
    const scaled = await resizePixels(marked, 440, 440);
    const [best] = searchScales(lumaPlane(cropPixels(scaled, 30, 60, 360, 350)), 1);
    expect(Math.abs((best ?? 0) / (440 / 512) - 1)).toBeLessThan(0.005);
  });

  it('resamples a plane without moving or dimming it', () => {
    const plane = {
      width: 40,
      height: 30,
      values: Float32Array.from({ length: 1200 }, (_, i) => (i % 40) + 2 * Math.floor(i / 40)),
    };
    const up = resamplePlane(plane, 80, 60);
    expect(up.values[30 * 80 + 40]).toBeCloseTo(40 / 2 - 0.25 + 2 * (30 / 2 - 0.25), 2);
    const down = resamplePlane(plane, 20, 15);
    expect(down.values[7 * 20 + 10]).toBeCloseTo(20.5 + 2 * 14.5, 2);
  });
});

const soft = (word: Uint8Array) => Float32Array.from(word, (bit) => (bit ? -1 : 1));
const normal = (random: () => number) => Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random());

/** Polynomial 0x864cfb, start 0xb704ce, bit by bit. */
function crc24(bytes: readonly number[]): number {
  let crc = 0xb704ce;
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit--) {
      const feedback = ((crc >>> 23) & 1) ^ ((byte >>> bit) & 1);
      crc = ((crc << 1) & 0xffffff) ^ (feedback ? 0x864cfb : 0);
    }
  }
  return crc;
}
