// Textual inversion. The golden is an identity: an embedding made of the model's own vectors for some words must read as those words do.

import { createHash } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { embeddingHashes, openEmbeddings, readEmbedding } from '../../src/adapters/embedding-file.ts';
import { readWordTable } from '../../src/adapters/extend-text-encoder.ts';
import { graphFile, readGraphWeights } from '../../src/adapters/graph-weights.ts';
import { PickleWriter } from '../../src/bench/pickle-writer.ts';
import { ZipWriter } from '../../src/bench/zip-writer.ts';
import type { LearnedWords } from '../../src/diffusion/learned-words.ts';
import { Network } from '../../src/diffusion/session.ts';
import { TextEncoder } from '../../src/diffusion/text-encoder.ts';
import { ClipTokenizer } from '../../src/diffusion/tokenizer.ts';
import { toFloat32 } from '../../src/model-import/tensor.ts';
import { floats, temporaryFolder, writeSafetensors } from '../model-import/files.ts';
import { makeTinyModel, type TinyModel } from '../support/tiny-model.ts';

const width = 24;
const scratch = temporaryFolder();

/** {'string_to_param': {'*': tensor [2, 24]}} as the web UI saves it, or with a call in its place. */
async function writePt(path: string, values: Float32Array, call?: string): Promise<string> {
  const p = new PickleWriter().raw('\x80\x02}').text('string_to_param').raw('}').text('*');
  if (call === undefined) {
    p.raw('ctorch._utils\n_rebuild_tensor_v2\n((').text('storage').raw('ctorch\nFloatStorage\n').text('0').text('cpu');
    p.number(values.length).raw('tQ').number(0).tuple([2, width]).tuple([width, 1]);
    p.raw('\x89ccollections\nOrderedDict\n)RtR');
  } else p.raw(call).text('true').raw('\x85R');
  const handle = await open(path, 'w');
  const zip = new ZipWriter(handle, false);
  await zip.add('archive/data.pkl', p.raw('ss.').bytes());
  await zip.add('archive/data/0', new Uint8Array(values.slice().buffer));
  await zip.finish();
  await handle.close();
  return path;
}

describe.each(['fp32', 'fp16'] as const)('a text encoder stored as %s', (precision) => {
  let model: TinyModel;
  let tokenizer: ClipTokenizer;
  let words: LearnedWords;
  let network: Network;
  let plainNetwork: Network;
  const folder = join(scratch, precision);
  const hidden = async (prompt: string) => (await new TextEncoder(network, tokenizer, words).encodePrompt(prompt)).data;

  beforeAll(async () => {
    model = await makeTinyModel(precision);
    tokenizer = await ClipTokenizer.open(join(model.path, 'tokenizer'));
    const table = (await readGraphWeights(model.path, 'text_encoder')).get('embeddings_token_embedding')!;
    const { offset, bytes, dtype } = table.blocks[0]!;
    const data = await readFile(join(model.path, 'text_encoder', 'model.onnx_data'));
    const vectors = toFloat32(Uint8Array.from(data.subarray(offset, offset + bytes)), dtype);
    const rowsOf = (text: string) =>
      Float32Array.from(tokenizer.tokenize(text).flatMap((id) => [...vectors.subarray(id * width, (id + 1) * width)]));
    await mkdir(folder);
    writeSafetensors(join(folder, 'ui-form.safetensors'), { emb_params: floats([2, width], [...rowsOf('red fox')]) });
    writeSafetensors(join(folder, 'file.safetensors'), { '<owl>': floats([width], [...rowsOf('owl')]) });
    await writePt(join(folder, 'OldForm.pt'), rowsOf('red fox'));
    writeSafetensors(join(folder, 'wide.safetensors'), { emb_params: floats([1, 8], new Array<number>(8).fill(0)) });
    const opened = await openEmbeddings(folder, model.path);
    expect(opened.found.map(({ name, unfit }) => [name, unfit?.reason ?? null])).toEqual([
      ['file', null],
      ['OldForm', null],
      ['ui-form', null],
      ['wide', 'width'],
    ]);
    // `sha256sum | cut -c1-12` of the file, by its name, whether that or its token is written; what does not fit is not named.
    const sha256 = async (name: string) =>
      createHash('sha256')
        .update(await readFile(join(folder, name)))
        .digest('hex')
        .slice(0, 12);
    expect(embeddingHashes(opened.found, ['a (ui-form:1.2), uiform', '<OWL>, wide'])).toEqual({
      'ui-form': await sha256('ui-form.safetensors'),
      file: await sha256('file.safetensors'),
    });
    words = opened.words!;
    const path = join(model.path, 'text_encoder', graphFile);
    network = await Network.open(path, { quickLoad: true, threads: 1 }, words.extend);
    plainNetwork = await Network.open(path, { quickLoad: true, threads: 1 });
  });
  afterAll(async () => {
    await network?.release();
    await plainNetwork?.release();
    await model?.remove();
  });

  it('reads an embedding as the words whose vectors it holds, in every form of file', async () => {
    const wanted = await hidden('a (red fox:1.2) and an owl');
    expect(await hidden('a (ui-form:1.2) and an <owl>')).toEqual(wanted);
    expect(await hidden('a (oldform:1.2) and an file')).toEqual(wanted);
  });

  it('reads everything else as before', async () => {
    const before = await new TextEncoder(plainNetwork, tokenizer).encodePrompt('a pre-oldform, uiform [wide]');
    expect(await hidden('a pre-oldform, uiform [wide]')).toEqual(before.data);
  });

  it('finds no table of words in another network', async () => {
    expect(readWordTable(await readFile(join(model.path, 'vae_decoder', graphFile)))).toBeNull();
  });

  it('keeps an embedding in one chunk', async () => {
    const filler = Array.from({ length: 74 }, () => 'a').join(' ');
    expect((await hidden(`${filler} ui-form`)).length).toBe(2 * 77 * width);
    expect(await hidden(`${filler} ui-form`)).toEqual(await hidden(`${filler} BREAK red fox`));
  });
});

describe('a file that cannot be used says why', () => {
  const path = (name: string) => join(scratch, name);
  test.each([
    ['xl.safetensors', { clip_g: floats([1, 2], [0, 0]), clip_l: floats([1, 2], [0, 0]) }, 'xl'],
    ['lora.safetensors', { a: floats([1, 2], [0, 0]), b: floats([1, 2], [0, 0]) }, 'kind'],
    ['long.safetensors', { emb_params: floats([76, 1], new Array<number>(76).fill(0)) }, 'kind'],
    ['nan.safetensors', { emb_params: floats([1, width], new Array<number>(width).fill(Number.NaN)) }, 'damaged'],
  ])('%s', async (name, tensors, reason) => {
    const read = await readEmbedding(writeSafetensors(path(name), tensors), width);
    expect('reason' in read && read.reason).toBe(reason);
  });

  it('runs nothing that a pickle asks for', async () => {
    const file = await writePt(path('evil.pt'), new Float32Array(2 * width), 'cos\nsystem\n');
    const read = await readEmbedding(file, width);
    expect('reason' in read && read.reason).toBe('damaged');
    expect('reason' in read && read.detail).toContain('os.system');
  });
});
