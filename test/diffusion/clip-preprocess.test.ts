// Pillow's resampling, sample for sample: against the fixtures where they are, and against numbers kept here everywhere.

import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { proceduralPicture } from '../../src/bench/procedural-pictures.ts';
import { clipPixelValues, clipResizeAndCrop, resizeBicubic } from '../../src/diffusion/clip-preprocess.ts';
import {
  fixtureJson,
  fixturePath,
  fixturesNote,
  fixtureTensors,
  hasFixtures,
  loadPicture,
} from '../support/fixtures.ts';

interface PreprocessFixture {
  images: { name: string; input: string }[];
}

describe.runIf(hasFixtures)(`CLIP preprocessing against Pillow${fixturesNote}`, () => {
  const images = hasFixtures ? fixtureJson<PreprocessFixture>('clip-preprocess/clip-preprocess.json').images : [];
  const tensors = hasFixtures ? fixtureTensors('clip-preprocess/clip-preprocess.safetensors') : {};

  it.each(images)('resizes and crops $name exactly', async ({ name, input }) => {
    const pixels = await loadPicture(fixturePath(`clip-preprocess/${input}`));
    const wanted = tensors[`${name}.resized_cropped_u8`];
    expect(Buffer.compare(clipResizeAndCrop(pixels).data, wanted?.bytes ?? new Uint8Array())).toBe(0);
    const values = tensors[`${name}.pixel_values`];
    if (values) expect(largestDifference(clipPixelValues(pixels), values.floats)).toBeLessThanOrEqual(1e-6);
  });
});

describe('CLIP preprocessing', () => {
  it('resizes a ramp as the definition of the kernel says', () => {
    const ramp = { width: 10, height: 1, data: Uint8Array.from({ length: 30 }, (_, i) => 24 * Math.floor(i / 3)) };
    const { data } = resizeBicubic(ramp, 4, 1);
    expect([data[0], data[3], data[6], data[9]]).toEqual(rampByHand());
  });

  it('keeps a picture of the target size as it is', () => {
    const picture = proceduralPicture(2, 224, 224);
    expect(Buffer.compare(clipResizeAndCrop(picture).data, picture.data)).toBe(0);
  });

  it('keeps a flat colour flat, whatever the size', () => {
    const flat = { width: 37, height: 501, data: new Uint8Array(37 * 501 * 3).fill(201) };
    expect(new Set(clipResizeAndCrop(flat).data)).toEqual(new Set([201]));
  });

  it('stays what it was: the digest of a shrunk and of an enlarged picture', () => {
    const digest = (width: number, height: number) =>
      createHash('sha256')
        .update(clipResizeAndCrop(proceduralPicture(8, width, height)).data)
        .digest('hex')
        .slice(0, 16);
    expect([digest(640, 448), digest(100, 150)]).toMatchInlineSnapshot(`
      [
        "5b82732259c07107",
        "086de6d82e5502df",
      ]
    `);
  });

  it('normalises with CLIP mean and deviation, channel by channel', () => {
    const black = { width: 224, height: 224, data: new Uint8Array(224 * 224 * 3) };
    const values = clipPixelValues(black);
    expect(values[0]).toBeCloseTo(-0.48145466 / 0.26862954, 6);
    expect(values[224 * 224]).toBeCloseTo(-0.4578275 / 0.26130258, 6);
    expect(values[2 * 224 * 224]).toBeCloseTo(-0.40821073 / 0.27577711, 6);
  });
});

/** The same four samples from the definition, in floating point: rows of the cubic kernel with a = -0.5 and support 2 * 2.5. */
function rampByHand(): number[] {
  const kernel = (x: number) => {
    const t = Math.abs(x);
    if (t < 1) return 1.5 * t ** 3 - 2.5 * t ** 2 + 1;
    return t < 2 ? -0.5 * t ** 3 + 2.5 * t ** 2 - 4 * t + 2 : 0;
  };
  return [0, 1, 2, 3].map((i) => {
    const centre = (i + 0.5) * 2.5;
    let sum = 0;
    let total = 0;
    for (let k = Math.max(0, Math.trunc(centre - 4.5)); k < Math.min(10, Math.trunc(centre + 5.5)); k++) {
      const weight = kernel((k + 0.5 - centre) / 2.5);
      sum += weight * 24 * k;
      total += weight;
    }
    return Math.max(0, Math.min(255, Math.round(sum / total)));
  });
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((max, value, i) => Math.max(max, Math.abs(value - (b[i] ?? Number.NaN))), 0);
}
