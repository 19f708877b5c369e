import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Network } from '../../src/diffusion/session.ts';
import { tensor } from '../../src/diffusion/tensor.ts';
import { padContexts, TextEncoder, textEncoderFile } from '../../src/diffusion/text-encoder.ts';
import { ClipTokenizer } from '../../src/diffusion/tokenizer.ts';
import type { TinyModel } from '../support/tiny-model.ts';
import { makeTinyModel } from '../support/tiny-model.ts';

let model: TinyModel;
let network: Network;
let tokenizer: ClipTokenizer;
let encoder: TextEncoder;

beforeAll(async () => {
  model = await makeTinyModel();
  network = await Network.open(join(model.path, textEncoderFile), { threads: 1 });
  tokenizer = await ClipTokenizer.open(join(model.path, 'tokenizer'));
  encoder = new TextEncoder(network, tokenizer);
});
afterAll(async () => {
  await network.release();
  await model.remove();
});

describe('TextEncoder', () => {
  it.each(['', 'a photograph of an astronaut riding a horse', 'a: b, "c" \\n d'])(
    'encodes the plain prompt %j bit by bit as its ids',
    async (prompt) => {
      const plain = await encoder.encodeIds([tokenizer.encode(prompt)]);
      expect((await encoder.encodePrompt(prompt)).data).toEqual(plain.data);
    },
  );

  it('writes CLIP ids with the vocabulary that single files are given', () => {
    // openai/CLIP: clip.tokenize('a photograph of an astronaut riding a horse')
    expect(tokenizer.tokenize('a photograph of an astronaut riding a horse')).toEqual([
      320, 8853, 539, 550, 18376, 6765, 320, 4558,
    ]);
  });

  it('reads the weight 1 like no weight at all, but for how the text is cut into tokens', async () => {
    expect((await encoder.encodePrompt('(cat:1)')).data).toEqual((await encoder.encodePrompt('cat')).data);
  });

  it('gives a context of 77 positions per chunk', async () => {
    expect((await encoder.encodePrompt('word '.repeat(150))).dims).toEqual([1, 2 * 77, 24]);
    expect((await encoder.encodePrompt('a BREAK b BREAK c')).dims).toEqual([1, 3 * 77, 24]);
  });

  it('takes the last layer but one on request', async () => {
    const [last, skipped] = [await encoder.encodePrompt('cat', 1), await encoder.encodePrompt('cat', 2)];
    expect(skipped.dims).toEqual(last.dims);
    expect(skipped.data).not.toEqual(last.data);
  });
});

describe('padContexts', () => {
  it('fills the shorter context with the empty prompt', () => {
    const context = (value: number, chunks: number) =>
      tensor(new Float32Array(chunks * 77 * 2).fill(value), [1, chunks * 77, 2]);
    const [a, b] = padContexts(context(1, 3), context(2, 1), context(0.5, 1));
    expect(a).toEqual(context(1, 3));
    expect(b.dims).toEqual([1, 3 * 77, 2]);
    expect([b.data[0], b.data[77 * 2], b.data.at(-1)]).toEqual([2, 0.5, 0.5]);
  });
});
