import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeRandomCheckpoint } from '../../src/bench/random-checkpoint.ts';
import { RandomWeights } from '../../src/bench/random-weights.ts';
import { checkpointShapes } from '../../src/bench/sd-v1-shapes.ts';
import { openCheckpoint } from '../../src/model-import/checkpoint.ts';
import { unetGraph } from '../../src/model-import/graphs/unet.ts';
import { vaeDecoderGraph, vaeEncoderGraph } from '../../src/model-import/graphs/vae.ts';
import { importModel } from '../../src/model-import/import.ts';
import { type Manifest, readManifest, verifyModel } from '../../src/model-import/manifest.ts';
import { networksOfCheckpoint } from '../../src/model-import/networks.ts';
import { defaultGraphOptions, type Graph, type GraphOptions } from '../../src/model-import/onnx/graph.ts';
import { writeGraphs } from '../../src/model-import/onnx/write.ts';
import { Weights } from '../../src/model-import/weights.ts';
import {
  failure,
  floats,
  ownSize,
  type StoredTensor,
  smallChecker,
  temporaryFolder,
  writeSafetensors,
} from './files.ts';

const folder = temporaryFolder();
const source = join(folder, 'own.ckpt');
const tokenizer = join(folder, 'words');
const model = join(folder, 'models', 'own');
let manifest: Manifest;

beforeAll(async () => {
  await writeRandomCheckpoint(source, checkpointShapes(ownSize));
  await mkdir(tokenizer);
  await writeFile(
    join(tokenizer, 'vocab.json'),
    JSON.stringify(Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`w${i}`, i]))),
  );
  await writeFile(join(tokenizer, 'merges.txt'), '#version: 0.2\n');
  manifest = await importModel({ source, outDir: model, tokenizer });
});

const random = new RandomWeights(9);
/** Normal numbers. */
const noise = (...dims: number[]) =>
  new ort.Tensor('float32', random.next('noise', [dims.reduce((a, b) => a * b, 1), 1]), dims);
const unetInputs = (batch: number, height: number, width: number, tokens = 77) => ({
  sample: noise(batch, 4, height, width),
  timestep: new ort.Tensor('float32', new Float32Array(batch).fill(321.5), [batch]),
  encoder_hidden_states: noise(batch, tokens, ownSize.text.width),
});
type Feeds = Record<string, ort.Tensor>;

async function run(path: string, feeds: Feeds, output: string): Promise<ort.Tensor> {
  const session = await ort.InferenceSession.create(path, { logSeverityLevel: 3 });
  const result = (await session.run(feeds))[output]!;
  await session.release();
  return result;
}

/** ||a - b|| / ||b|| */
function relativeL2(a: ort.Tensor, b: ort.Tensor): number {
  const [x, y] = [a.data as Float32Array, b.data as Float32Array];
  expect(a.dims).toEqual(b.dims);
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < y.length; i++) {
    difference += (x[i]! - y[i]!) ** 2;
    norm += y[i]! ** 2;
  }
  expect(norm).toBeGreaterThan(0);
  return Math.sqrt(difference / norm);
}

/** Writes one graph of the own model under other options and returns its path. */
async function variant(
  name: string,
  build: (w: ReturnType<typeof networksOfCheckpoint>, o: GraphOptions) => Graph,
  options: Partial<GraphOptions>,
) {
  const checkpoint = await openCheckpoint(source);
  const graph = build(networksOfCheckpoint(checkpoint, false), { ...defaultGraphOptions, ...options });
  await writeGraphs(join(folder, name), { 'model.onnx': graph });
  await checkpoint.close();
  return join(folder, name, 'model.onnx');
}
type Networks = ReturnType<typeof networksOfCheckpoint>;
const unet = ({ unet: { tensors, options } }: Networks, o: GraphOptions) =>
  unetGraph(new Weights('U-Net', tensors), options, o);
const encoder = ({ vae }: Networks, o: GraphOptions) =>
  vaeEncoderGraph(new Weights('VAE', vae.tensors), vae.normGroups, o);
const decoder = ({ vae }: Networks, o: GraphOptions) =>
  vaeDecoderGraph(new Weights('VAE', vae.tensors), vae.normGroups, o);

describe('a model of other widths, depths and words', () => {
  it('is described by its own numbers', () => {
    expect(manifest.architecture).toMatchObject({
      latentScale: 0.18215,
      latentFactor: 8,
      unet: { widths: [32, 64, 64], heads: [8], contextWidth: 48 },
      textEncoder: { width: 48, layers: 2, words: 300, positions: 77 },
      vae: { widths: [32, 32, 64, 64] },
    });
    expect(manifest).toMatchObject({
      name: 'own',
      precision: 'fp32',
      checker: null,
      source: { name: 'own.ckpt', kind: 'checkpoint', weights: 'plain' },
    });
    expect(manifest.fix).toContain('--safety-checker');
  });

  it('runs at any batch, size and number of text chunks', async () => {
    for (const [batch, height, width, tokens] of [
      [1, 8, 8, 77],
      [3, 16, 8, 154],
      [2, 9, 13, 77], // odd: the way up must return to the sizes of the way down
    ] as const) {
      const out = await run(join(model, 'unet/model.onnx'), unetInputs(batch, height, width, tokens), 'out_sample');
      expect(out.dims).toEqual([batch, 4, height, width]);
      expect((out.data as Float32Array).every(Number.isFinite)).toBe(true);
    }
    const latent = await run(
      join(model, 'vae_encoder/model.onnx'),
      { sample: noise(2, 3, 64, 48) },
      'latent_parameters',
    );
    expect(latent.dims).toEqual([2, 8, 8, 6]);
    const picture = await run(join(model, 'vae_decoder/model.onnx'), { latent_sample: noise(2, 4, 8, 6) }, 'sample');
    expect(picture.dims).toEqual([2, 3, 64, 48]);
  });

  it('takes one timestep for the whole batch or one each', async () => {
    const feeds = unetInputs(2, 8, 8);
    const each = await run(join(model, 'unet/model.onnx'), feeds, 'out_sample');
    const one = { ...feeds, timestep: new ort.Tensor('float32', Float32Array.of(321.5), [1]) };
    expect(relativeL2(await run(join(model, 'unet/model.onnx'), one, 'out_sample'), each)).toBeLessThan(1e-6);
  });

  it('pools the text at its highest id', async () => {
    const ids = new ort.Tensor(
      'int64',
      BigInt64Array.from({ length: 77 }, (_, i) => BigInt(i === 20 ? 299 : i)),
      [1, 77],
    );
    const session = await ort.InferenceSession.create(join(model, 'text_encoder/model.onnx'), { logSeverityLevel: 3 });
    const { last_hidden_state: last, pooler_output: pooled } = await session.run({ input_ids: ids });
    expect([...(pooled!.data as Float32Array)]).toEqual([...(last!.data as Float32Array).subarray(20 * 48, 21 * 48)]);
  });

  it('computes the same in the fused and the plain form', async () => {
    const feeds = unetInputs(2, 16, 16);
    const plain = await run(await variant('plain', unet, { form: 'plain' }), feeds, 'out_sample');
    expect(relativeL2(await run(join(model, 'unet/model.onnx'), feeds, 'out_sample'), plain)).toBeLessThan(1e-5);
  });

  it('stays within fp16 tolerance with half-precision weights, and with half-precision arithmetic', async () => {
    const half = join(folder, 'models', 'half');
    expect((await importModel({ source, outDir: half, tokenizer, precision: 'fp16' })).precision).toBe('fp16');
    const feeds = unetInputs(1, 16, 16);
    const full = await run(join(model, 'unet/model.onnx'), feeds, 'out_sample');
    for (const file of ['model.onnx', 'model_fp16.onnx']) {
      const error = relativeL2(await run(join(half, 'unet', file), feeds, 'out_sample'), full);
      expect(error, file).toBeLessThan(2e-2);
      expect(error, file).toBeGreaterThan(0);
    }
    const bytes = (await readManifest(half)).files['unet/model.onnx_data']!.bytes;
    expect(bytes / manifest.files['unet/model.onnx_data']!.bytes).toBeLessThan(0.65);
  });
});

describe('averaged weights', () => {
  it('replace those of the U-Net, and of nothing else, when asked for', async () => {
    const shapes = checkpointShapes(ownSize);
    const averaged = new Map(shapes);
    for (const [name, shape] of shapes)
      if (name.startsWith('model.'))
        averaged.set(`model_ema.${name.slice('model.'.length).replaceAll('.', '')}`, shape);
    const path = join(folder, 'ema.ckpt');
    await writeRandomCheckpoint(path, averaged);
    const plain = await importModel({ source: path, outDir: join(folder, 'models', 'no-ema'), tokenizer });
    const ema = await importModel({ source: path, outDir: join(folder, 'models', 'ema'), tokenizer, ema: true });
    const data = (part: string) => `${part}/model.onnx_data`;
    expect(plain.source.weights).toBe('plain');
    expect(ema.source.weights).toBe('ema');
    expect(plain.files[data('unet')]).toEqual(manifest.files[data('unet')]);
    expect(ema.files[data('unet')]).not.toEqual(plain.files[data('unet')]);
    for (const part of ['text_encoder', 'vae_encoder', 'vae_decoder'])
      expect(ema.files[data(part)]).toEqual(plain.files[data(part)]);

    const checkpoint = await openCheckpoint(path);
    const { tensors } = networksOfCheckpoint(checkpoint, true).unet;
    const stored = checkpoint.tensors.get('model_ema.diffusion_modeltime_embed0weight');
    expect(await tensors.get('time_embedding.linear_1.weight')?.read()).toEqual(await stored?.read());
    await checkpoint.close();
  });
});

describe('circular borders', () => {
  /** Moves a picture round its edges. */
  const rolled = ({ dims, data }: ort.Tensor, down: number, right: number): ort.Tensor => {
    const [n, c, h, w] = dims as [number, number, number, number];
    const from = data as Float32Array;
    const to = new Float32Array(from.length);
    for (let plane = 0; plane < n * c; plane++)
      for (let y = 0; y < h; y++)
        for (let x = 0; x < w; x++)
          to[(plane * h + ((y + down) % h)) * w + ((x + right) % w)] = from[(plane * h + y) * w + x]!;
    return new ort.Tensor('float32', to, dims);
  };

  it.each([
    // A shift must be a multiple of the strides: 4 cells in three levels, 8 pixels in four.
    ['unet', unet, 'out_sample', () => unetInputs(1, 16, 16), 'sample', 4, 1],
    ['vae_encoder', encoder, 'latent_parameters', () => ({ sample: noise(1, 3, 64, 64) }), 'sample', 16, 1 / 8],
    ['vae_decoder', decoder, 'sample', () => ({ latent_sample: noise(1, 4, 8, 8) }), 'latent_sample', 2, 8],
  ] as const)(
    'make the %s blind to where the picture begins',
    async (name, build, output, inputs, input, shift, scale) => {
      const feeds: Feeds = inputs();
      const moved = { ...feeds, [input]: rolled(feeds[input]!, shift, 2 * shift) };
      const circular = await variant(`circular-${name}`, build, { padding: 'circular' });
      const expected = rolled(await run(circular, feeds, output), shift * scale, 2 * shift * scale);
      expect(relativeL2(await run(circular, moved, output), expected)).toBeLessThan(1e-4);
      const zeros = join(model, name, 'model.onnx');
      const seam = rolled(await run(zeros, feeds, output), shift * scale, 2 * shift * scale);
      expect(relativeL2(await run(zeros, moved, output), seam)).toBeGreaterThan(1e-2);
    },
  );
});

describe('the imported folder', () => {
  it('lists and verifies every file, and names the one that changed', async () => {
    expect((await verifyModel(model)).hash).toBe(manifest.hash);
    const copy = join(folder, 'models', 'changed');
    await importModel({ source: model, outDir: copy });
    const path = join(copy, 'tokenizer/merges.txt');
    const text = await readFile(path, 'utf8');
    await rm(path); // adopted files may be links: replace, do not write through
    await writeFile(path, text.replace('0.2', '0.3'));
    expect(await failure(verifyModel(copy))).toMatch(/^model-damaged: .*tokenizer\/merges\.txt/);
    await verifyModel(copy, { quick: true });
    await rm(path);
    expect(await failure(verifyModel(copy, { quick: true }))).toMatch(/^model-damaged: .*no file/);
  });

  it('has the same hash when the same source is imported again', async () => {
    const again = await importModel({ source, outDir: join(folder, 'models', 'again'), tokenizer });
    expect(again.hash).toBe(manifest.hash);
    expect(again.source).toEqual(manifest.source);
  });

  it('is adopted as an ONNX folder, files and hash unchanged', async () => {
    const adopted = await importModel({ source: model, outDir: join(folder, 'models', 'adopted'), name: 'mine' });
    expect(adopted).toEqual({ ...manifest, name: 'mine', fix: adopted.fix });
    await rm(join(folder, 'models', 'adopted', 'easel.json'));
    const foreign = await importModel({
      source: join(folder, 'models', 'adopted'),
      outDir: join(folder, 'models', 'foreign'),
    });
    expect(foreign).toMatchObject({
      source: { kind: 'onnx folder' },
      checker: null,
      architecture: null,
      hash: manifest.hash,
    });
  });

  it('gets a safety checker by the command that its manifest names', async () => {
    const checkerFile = writeSafetensors(join(folder, 'checker.safetensors'), smallChecker());
    const whole = join(folder, 'models', 'whole');
    const before = await importModel({ source, outDir: whole, tokenizer });
    expect(before.fix).toBe(
      `npm run easel -- import ${whole} --out ${whole} --replace --safety-checker <folder or file>`,
    );
    const after = await importModel({ source: whole, outDir: whole, replace: true, safetyChecker: checkerFile });
    expect(after).toMatchObject({
      fix: null,
      checker: { concepts: 17, specialConcepts: 3 },
      architecture: before.architecture,
    });
    await verifyModel(whole);
    const checked = await run(
      join(whole, 'safety_checker/model.onnx'),
      { clip_input: noise(2, 3, 224, 224) },
      'cos_dist',
    );
    expect(checked.dims).toEqual([2, 17]);
    const config = JSON.parse(await readFile(join(whole, 'safety_checker/config.json'), 'utf8'));
    expect(config.concept_embeds_weights).toHaveLength(17);
  });

  it('is adopted with its checker only if that gives scores', async () => {
    const yesNo = join(folder, 'models', 'yes-no');
    await importModel({ source: model, outDir: yesNo });
    await mkdir(join(yesNo, 'safety_checker'));
    await writeFile(join(yesNo, 'safety_checker/model.onnx'), await readFile(join(model, 'vae_decoder/model.onnx')));
    const adopted = await importModel({ source: yesNo, outDir: join(folder, 'models', 'adopted-yes-no') });
    expect(adopted.checker).toBeNull();
    expect(Object.keys(adopted.files).filter((name) => name.startsWith('safety_checker'))).toEqual([]);
  });

  it('is refused where a part has other inputs', async () => {
    const odd = join(folder, 'models', 'odd');
    await importModel({ source: model, outDir: odd });
    await rm(join(odd, 'unet/model.onnx'));
    await writeFile(join(odd, 'unet/model.onnx'), await readFile(join(model, 'vae_decoder/model.onnx')));
    expect(await failure(importModel({ source: odd, outDir: join(folder, 'models', 'x') }))).toMatch(
      /^checkpoint-unsupported: Expected the input sample of unet .* but found latent_sample/,
    );
  });
});

describe('an import that cannot finish', () => {
  const leftovers = async () =>
    (await readdir(join(folder, 'models'))).filter((name) => name.startsWith('.') || name === 'broken');

  it('leaves nothing behind when it is cancelled', async () => {
    const abort = new AbortController();
    const seen: number[] = [];
    const text = await failure(
      importModel({
        source,
        outDir: join(folder, 'models', 'broken'),
        tokenizer,
        signal: abort.signal,
        onProgress: ({ step, done, total }) => {
          seen.push(done / total);
          if (step === 'unet') abort.abort();
        },
      }),
    );
    expect(text).toMatch(/^cancelled: /);
    expect(seen.every((share, i) => share <= 1 && share >= (seen[i - 1] ?? 0))).toBe(true);
    expect(await leftovers()).toEqual([]);
  });

  it('removes what a killed import left', async () => {
    const dead = join(folder, 'models', '.broken.importing-999999999-abcd');
    await mkdir(dead);
    await failure(importModel({ source, outDir: join(folder, 'models', 'broken') }));
    expect(await leftovers()).toEqual([]);
  });

  it('asks for a tokenizer where the vocabulary is not that of CLIP', async () => {
    const text = await failure(importModel({ source, outDir: join(folder, 'models', 'broken') }));
    expect(text).toMatch(/^checkpoint-unsupported: .*--tokenizer/);
  });

  it('does not overwrite a model unless told to', async () => {
    expect(await failure(importModel({ source, outDir: model, tokenizer }))).toMatch(/^bad-request: .*exists already/);
    const replaced = await importModel({ source, outDir: model, tokenizer, replace: true });
    expect(replaced.hash).toBe(manifest.hash);
    expect(await leftovers()).toEqual([]);
  });

  it('says how many averaged weights are there when --ema finds too few', async () => {
    expect(
      await failure(importModel({ source, outDir: join(folder, 'models', 'broken'), tokenizer, ema: true })),
    ).toMatch(
      /^checkpoint-unsupported: Expected averaged \(EMA\) weights for all \d+ tensors .* but found 0: import it without --ema/,
    );
  });

  it('refuses weights that are not finite, and for fp16 those that a half cannot hold', async () => {
    const checkpoint = await openCheckpoint(source);
    const tensors: Record<string, StoredTensor> = {};
    for (const [name, tensor] of checkpoint.tensors)
      tensors[name] = { dtype: tensor.dtype, shape: tensor.shape, bytes: await tensor.read() };
    await checkpoint.close();
    const name = 'first_stage_model.decoder.conv_in.bias';
    for (const [value, expected] of [
      [Number.NaN, /^checkpoint-damaged: Expected finite numbers in tensor decoder\.conv_in\.bias/],
      [
        70_000,
        /^checkpoint-unsupported: Expected numbers below 65520 in tensor decoder\.conv_in\.bias for fp16 but found 70000/,
      ],
    ] as const) {
      new DataView(tensors[name]!.bytes.buffer, tensors[name]!.bytes.byteOffset).setFloat32(4, value, true);
      const odd = writeSafetensors(join(folder, 'odd.safetensors'), tensors);
      const outDir = join(folder, 'models', 'broken');
      expect(await failure(importModel({ source: odd, outDir, tokenizer, precision: 'fp16' }))).toMatch(expected);
    }
    expect(await leftovers()).toEqual([]);
  });

  it('takes no other file for a safety checker', async () => {
    const other = writeSafetensors(join(folder, 'other.safetensors'), { w: floats([1], [1]) });
    const text = await failure(
      importModel({ source, outDir: join(folder, 'models', 'broken'), tokenizer, safetyChecker: other }),
    );
    expect(text).toMatch(/^checkpoint-unsupported: Expected the Stable Diffusion safety checker/);
  });
});
