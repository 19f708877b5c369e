// The port against the reference's own output (fixtures), and the same facts on pictures that need no fixtures.

import { describe, expect, it } from 'vitest';
import { proceduralPicture } from '../../../src/bench/procedural-pictures.ts';
import { haarForward, haarInverse } from '../../../src/diffusion/watermark/haar.ts';
import { bitAccuracy, bitsToText, referencePayload, textToBits } from '../../../src/diffusion/watermark/payload.ts';
import { decodeReference } from '../../../src/diffusion/watermark/reference-decode.ts';
import { encodeReference } from '../../../src/diffusion/watermark/reference-encode.ts';
import type { ReferenceMethod } from '../../../src/diffusion/watermark/reference-format.ts';
import { topSingularTriple } from '../../../src/diffusion/watermark/svd.ts';
import { fixtureJson, fixturePath, fixturesNote, hasFixtures, loadPicture } from '../../support/fixtures.ts';

interface Marked {
  output?: string | null;
  error?: string;
  attacks: Record<string, { decoded_bits: string; file?: string }>;
}
interface WatermarkFixture {
  payloads: Record<string, { bits: string }>;
  images: Record<
    string,
    { input: string; unmarked: Record<string, { decoded_bits?: string }>; marked: Record<string, Marked> }
  >;
  odd_size: {
    input: string;
    output: string;
    payload: string;
    method: ReferenceMethod;
    decode: { decoded_bits: string };
  };
  size_limit: { cases: { width: number; height: number; accepted: boolean }[] };
}

const folder = 'watermark/';
const picture = (file: string) => loadPicture(fixturePath(folder + file));

describe.runIf(hasFixtures)(`the reference watermark against the reference library${fixturesNote}`, () => {
  const fixture = hasFixtures ? fixtureJson<WatermarkFixture>(`${folder}watermark.json`) : undefined;
  const cases = Object.entries(fixture?.images ?? {}).flatMap(([name, image]) =>
    Object.entries(image.marked).map(([key, marked]) => ({ name, key, image, marked })),
  );

  it.each(cases)('marks $name with $key sample for sample, or refuses as it does', async ({ key, image, marked }) => {
    const [method, payload] = key.split('.') as [ReferenceMethod, string];
    const bits = [...(fixture?.payloads[payload]?.bits ?? '')].map(Number);
    const output = encodeReference(await picture(image.input), bits, method);
    if (marked.error) {
      expect(output).toBe('size_limit');
      expect(decodeReference(await picture(image.input), bits.length, method)).toBe('size_limit');
      return;
    }
    if (output === 'size_limit') throw new Error('the reference accepts this picture');
    if (marked.output) {
      const wanted = await picture(marked.output);
      expect(Buffer.compare(output.data, wanted.data)).toBe(0);
    }
    expect(text(decodeReference(output, bits.length, method))).toBe(marked.attacks.identity?.decoded_bits);
    const unmarked = image.unmarked[key]?.decoded_bits;
    expect(text(decodeReference(await picture(image.input), bits.length, method))).toBe(unmarked);
    for (const attack of Object.values(marked.attacks)) {
      if (!attack.file) continue;
      expect(text(decodeReference(await picture(attack.file), bits.length, method))).toBe(attack.decoded_bits);
    }
  });

  it('leaves the rows and columns beyond a multiple of four alone, as the reference does', async () => {
    const odd = fixture?.odd_size;
    if (!odd) return;
    const bits = [...(fixture?.payloads[odd.payload]?.bits ?? '')].map(Number);
    const output = encodeReference(await picture(odd.input), bits, odd.method);
    if (output === 'size_limit') throw new Error('the reference accepts this picture');
    expect(Buffer.compare(output.data, (await picture(odd.output)).data)).toBe(0);
    expect(text(decodeReference(output, bits.length, odd.method))).toBe(odd.decode.decoded_bits);
  });

  it('draws the size limit where the reference draws it', () => {
    for (const { width, height, accepted } of fixture?.size_limit.cases ?? []) {
      const blank = { width, height, data: new Uint8Array(width * height * 3).fill(120) };
      expect(decodeReference(blank, 8) !== 'size_limit').toBe(accepted);
    }
  });
});

describe('the reference watermark', () => {
  const bits = textToBits(referencePayload);

  it('refuses fewer than 65,536 pixels as a value, not an exception', () => {
    const small = proceduralPicture(1, 255, 257);
    expect(encodeReference(small, bits)).toBe('size_limit');
    expect(decodeReference(small, bits.length)).toBe('size_limit');
  });

  it('reads dwtDctSvd back completely from its own output', () => {
    const marked = encodeReference(proceduralPicture(2, 320, 320), bits, 'dwtDctSvd');
    if (marked === 'size_limit') throw new Error('unexpected refusal');
    const read = decodeReference(marked, bits.length, 'dwtDctSvd');
    expect(read === 'size_limit' ? '' : bitsToText(read)).toBe(referencePayload);
  });

  it('agrees with an unmarked picture in about half of the bits', () => {
    const shares = Array.from({ length: 12 }, (_, i) => {
      const read = decodeReference(proceduralPicture(i, 256, 256), bits.length);
      return read === 'size_limit' ? 1 : bitAccuracy(read, bits);
    });
    expect(shares.reduce((a, b) => a + b) / shares.length).toBeCloseTo(0.5, 1);
  });
});

describe('the parts of the reference watermark', () => {
  it('inverts the Haar transform to rounding error', () => {
    const plane = Float64Array.from({ length: 16 * 12 }, (_, i) => (i * 37) % 256);
    const back = haarInverse(haarForward(plane, 16, 16, 12));
    expect(Math.max(...back.map((value, i) => Math.abs(value - (plane[i] ?? 0))))).toBeLessThan(1e-12);
  });

  it('finds the largest singular value of a block whose values are known', () => {
    // diag(3, 1, 2, 0.5) with its columns permuted
    const { value, u, v } = topSingularTriple([0, 3, 0, 0, 1, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0.5, 0]);
    expect(value).toBeCloseTo(3, 12);
    expect(Math.abs((u[0] ?? 0) * (v[1] ?? 0))).toBeCloseTo(1, 12);
  });

  it('answers zero for an empty block instead of dividing by it', () => {
    expect(topSingularTriple(new Float64Array(16)).value).toBe(0);
  });

  it('turns text into bits and back', () => {
    expect(bitsToText(textToBits(referencePayload))).toBe(referencePayload);
    expect([...textToBits('S')].join('')).toBe('01010011');
  });
});

const text = (bits: Uint8Array | 'size_limit') => (bits === 'size_limit' ? bits : bits.join(''));
