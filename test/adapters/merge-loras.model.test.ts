// LoRAs merged into a real model: every stored block changes by weight · up · down, and the pictures change with it.

import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataFile, type GraphWeight, readGraphWeights } from '../../src/adapters/graph-weights.ts';
import { type Adapters, openAdapters } from '../../src/adapters/open-adapters.ts';
import { StableDiffusion } from '../../src/diffusion/pipeline.ts';
import { readManifest } from '../../src/model-import/manifest.ts';
import { toFloat32 } from '../../src/model-import/tensor.ts';
import { floats, temporaryFolder, writeSafetensors } from '../model-import/files.ts';
import { factorsOf, tinyLayers, writeTinyLora } from '../support/tiny-lora.ts';
import { makeTinyModel, type TinyModel } from '../support/tiny-model.ts';

const scratch = temporaryFolder();
const loras = join(scratch, 'loras');

/** The weight as a matrix in C order, put together from its stored blocks. */
async function matrixOf(folder: string, network: string, weight: GraphWeight): Promise<Float32Array> {
  const data = await readFile(join(folder, network, dataFile));
  const matrix = new Float32Array(weight.rows * weight.columns);
  for (const { offset, bytes, dtype, rows, isTransposed } of weight.blocks) {
    const values = toFloat32(Uint8Array.from(data.subarray(offset, offset + bytes)), dtype);
    const height = rows[1] - rows[0];
    for (const [at, value] of values.entries()) {
      const row = isTransposed ? at % height : Math.floor(at / weight.columns);
      const column = isTransposed ? Math.floor(at / height) : at % weight.columns;
      matrix[(rows[0] + row) * weight.columns + column] = value;
    }
  }
  return matrix;
}

const same = (a: Float32Array, b: Float32Array) => Buffer.from(a.buffer).equals(Buffer.from(b.buffer));

async function openWith(model: TinyModel, mostVariants = 2): Promise<Adapters> {
  const { hash } = await readManifest(model.path);
  return openAdapters({ path: model.path, hash }, { loras, cache: join(scratch, 'cache'), mostVariants });
}

const models: Partial<Record<'fp32' | 'fp16', TinyModel>> = {};

afterAll(async () => {
  for (const model of Object.values(models)) await model.remove();
});

beforeAll(async () => {
  for (const precision of ['fp32', 'fp16'] as const) models[precision] = await makeTinyModel(precision);
  await mkdir(loras, { recursive: true });
  writeTinyLora(join(loras, 'Ink.safetensors'), 'kohya');
  writeTinyLora(join(loras, 'line.safetensors'), 'diffusers');
  writeTinyLora(join(loras, 'other.safetensors'), 'kohya', 6);
  writeSafetensors(join(loras, 'wide.safetensors'), {
    'lora_unet_conv_in.lora_down.weight': floats([1, 9, 3, 3], new Array<number>(81).fill(0)),
    'lora_unet_conv_in.lora_up.weight': floats([32, 1, 1, 1], new Array<number>(32).fill(0)),
  });
});

describe.each(['fp32', 'fp16'] as const)('a model stored as %s', (precision) => {
  it('gets every layer of the LoRA added, and no other', async () => {
    const model = models[precision]!;
    const adapters = await openWith(model);
    const variant = await adapters.variantFor([{ name: 'ink', weight: 0.8 }]);
    for (const network of ['unet', 'text_encoder'] as const) {
      for (const [key, weight] of await readGraphWeights(model.path, network)) {
        if (weight.rows > 10_000) continue; // the words: a megabyte that nothing here touches
        const before = await matrixOf(model.path, network, weight);
        const after = await matrixOf(variant!.folder, network, weight);
        const changed = tinyLayers.find((one) => one.network === network && one.layer === weight.layer);
        if (!changed) {
          expect(same(after, before), key).toBe(true);
          continue;
        }
        const up = factorsOf(changed.layer, 'up', changed.up);
        const down = factorsOf(changed.layer, 'down', changed.down);
        let worst = 0;
        for (let row = 0; row < weight.rows; row++)
          for (let column = 0; column < weight.columns; column++) {
            const at = row * weight.columns + column;
            const change = up[row * 2]! * down[column]! + up[row * 2 + 1]! * down[weight.columns + column]!;
            worst = Math.max(worst, Math.abs(after[at]! - (before[at]! + 0.8 * change)));
          }
        // Half precision keeps eleven bits of numbers below 4.
        expect(worst, key).toBeLessThan(precision === 'fp32' ? 1e-5 : 4e-3);
      }
    }
  });
});

describe('variants', () => {
  let model: TinyModel;
  let pipeline: StableDiffusion;
  beforeAll(async () => {
    model = models.fp32!;
    pipeline = await StableDiffusion.open(model.path, { quickLoad: true, threads: 1 });
  });
  afterAll(() => pipeline.close());

  async function latents(variant?: string): Promise<Float32Array> {
    const request = { prompt: 'a fox', width: 64, height: 64, seed: 1, steps: 1, guidanceScale: 1 } as const;
    const events = pipeline.generate({ ...request, sampler: 'euler', ...(variant ? { variant } : {}) });
    for await (const event of events) if (event.type === 'result') return event.latents.data;
    throw new Error('no picture');
  }

  it('paint other pictures, the same ones by either family of names, and the model stays as it was', async () => {
    const adapters = await openWith(model);
    const plain = await latents();
    const ink = await adapters.variantFor([{ name: 'Ink', weight: 1 }]);
    const line = await adapters.variantFor([{ name: 'line', weight: 1 }]);
    const inked = await latents(ink!.folder);
    expect(inked).not.toEqual(plain);
    expect(await latents(line!.folder)).toEqual(inked);
    expect(await latents()).toEqual(plain);
    expect(ink!.hashes.Ink).toMatch(/^[0-9a-f]{12}$/);
  });

  it('of two LoRAs at once carry both changes, in whatever order they are named', async () => {
    const adapters = await openWith(model);
    const both = await adapters.variantFor([
      { name: 'Ink', weight: 0.5 },
      { name: 'other', weight: -0.5 },
    ]);
    const turned = await adapters.variantFor([
      { name: 'other', weight: -0.5 },
      { name: 'Ink', weight: 0.5 },
    ]);
    expect(turned!.folder).toBe(both!.folder);
    expect(await latents(both!.folder)).not.toEqual(await latents());
  });

  it('stay on disk until others were used after them', async () => {
    const adapters = await openWith(model, 2);
    const open = async (weight: number) => (await adapters.variantFor([{ name: 'Ink', weight }]))!.folder;
    const first = await open(0.1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const second = await open(0.2);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await open(0.1)).toBe(first);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const third = await open(0.3);
    const kept = (await readdir(join(first, '..'))).map((name) => join(first, '..', name)).sort();
    expect(kept).toEqual([first, third].sort());
    expect(kept).not.toContain(second);
  });

  it('are refused where a LoRA is not there or does not fit', async () => {
    const adapters = await openWith(model);
    expect(adapters.loras().find(({ name }) => name === 'wide')?.unfit).toEqual({
      reason: 'width',
      detail: 'conv_in: 32×81 ≠ 32×36',
    });
    await expect(adapters.variantFor([{ name: 'wide', weight: 1 }])).rejects.toMatchObject({ code: 'bad-request' });
    await expect(adapters.variantFor([{ name: 'none', weight: 1 }])).rejects.toMatchObject({ code: 'bad-request' });
  });

  it('are read again where files came, changed or went, and only then', async () => {
    const adapters = await openWith(model);
    const names = () => adapters.loras().map(({ name, unfit }) => `${name}${unfit ? ` ${unfit.reason}` : ''}`);
    const before = names();
    expect(await adapters.refresh()).toEqual({ loras: false, embeddings: false });
    const file = join(loras, 'late.safetensors');
    await writeFile(file, 'half a file');
    expect((await adapters.refresh()).loras).toBe(true);
    expect(names()).toContain('late damaged');
    writeTinyLora(file, 'kohya');
    await adapters.refresh();
    expect(names()).toContain('late');
    await rm(file);
    await adapters.refresh();
    expect(names()).toEqual(before);
  });
});
