// Small files for the import's tests, made on the spot: a fresh machine needs no fixtures.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { RandomWeights } from '../../src/bench/random-weights.ts';
import type { ModelSize } from '../../src/bench/sd-v1-shapes.ts';
import type { ByteSource } from '../../src/model-import/byte-source.ts';
import type { LazyTensor } from '../../src/model-import/tensor.ts';

/** A folder that is removed after the file's tests. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'easel-import-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Unlike SD v1 in everything that shapes show: three U-Net levels, one resnet per level, 300 words. */
export const ownSize: ModelSize = {
  unet: { channels: 32, multipliers: [1, 2, 2], resnets: 1, attentionLevels: [0, 1] },
  text: { width: 48, layers: 2, words: 300, positions: 77 },
  vae: { channels: 32, multipliers: [1, 1, 2, 2], resnets: 1 },
};

export interface StoredTensor {
  dtype: string;
  shape: readonly number[];
  bytes: Uint8Array;
}

export function floats(shape: readonly number[], values: readonly number[]): StoredTensor {
  return { dtype: 'F32', shape, bytes: new Uint8Array(Float32Array.from(values).buffer) };
}

/** A zero tensor of two bytes per element: only its shape matters. */
export function shaped(...shape: number[]): StoredTensor {
  return { dtype: 'F16', shape, bytes: new Uint8Array(2 * shape.reduce((product, length) => product * length, 1)) };
}

/** A safety checker of one layer: 2 by 2 patches, 17 and 3 concepts. */
export function smallChecker(): Record<string, StoredTensor> {
  const [width, projection] = [32, 8];
  const random = new RandomWeights(4);
  const tensors: Record<string, StoredTensor> = {};
  const add = (name: string, ...shape: number[]) => {
    tensors[name] = { dtype: 'F32', shape, bytes: new Uint8Array(random.next(name, shape).buffer) };
  };
  const tower = 'vision_model.vision_model';
  const layer = `${tower}.encoder.layers.0`;
  add(`${tower}.embeddings.class_embedding`, width);
  add(`${tower}.embeddings.patch_embedding.weight`, width, 3, 112, 112);
  add(`${tower}.embeddings.position_embedding.weight`, 5, width);
  const vectors = [`${tower}.pre_layrnorm`, `${tower}.post_layernorm`, `${layer}.layer_norm1`, `${layer}.layer_norm2`];
  for (const name of vectors) for (const part of ['weight', 'bias']) add(`${name}.${part}`, width);
  const linears: [string, number, number][] = [
    ...['q_proj', 'k_proj', 'v_proj', 'out_proj'].map((name): [string, number, number] => [
      `self_attn.${name}`,
      width,
      width,
    ]),
    ['mlp.fc1', width, 4 * width],
    ['mlp.fc2', 4 * width, width],
  ];
  for (const [name, inputs, outputs] of linears) {
    add(`${layer}.${name}.weight`, outputs, inputs);
    add(`${layer}.${name}.bias`, outputs);
  }
  add('visual_projection.weight', projection, width);
  add('concept_embeds', 17, projection);
  add('special_care_embeds', 3, projection);
  add('concept_embeds_weights', 17);
  add('special_care_embeds_weights', 3);
  return tensors;
}

export function safetensorsBytes(
  tensors: Record<string, StoredTensor>,
  change?: (header: Record<string, unknown>) => void,
): Buffer {
  const header: Record<string, unknown> = {};
  let at = 0;
  for (const [name, { dtype, shape, bytes }] of Object.entries(tensors)) {
    header[name] = { dtype, shape, data_offsets: [at, at + bytes.length] };
    at += bytes.length;
  }
  change?.(header);
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, ...Object.values(tensors).map(({ bytes }) => bytes)]);
}

export function writeSafetensors(path: string, tensors: Record<string, StoredTensor>): string {
  writeFileSync(path, safetensorsBytes(tensors));
  return path;
}

export async function values(tensor: LazyTensor | undefined, start?: number, end?: number): Promise<number[]> {
  if (!tensor) throw new Error('no such tensor');
  return [...new Float32Array((await tensor.read(start, end)).slice().buffer)];
}

/** Code and message of the error that `run` fails with. */
export async function failure(run: Promise<unknown>): Promise<string> {
  try {
    await run;
  } catch (error) {
    return error instanceof Error && 'code' in error
      ? `${error.code}: ${error.message}`
      : `not an EaselError: ${error}`;
  }
  return 'no failure';
}

/** A source that trusts its caller: what is read must have been checked before. */
export function memoryBytes(bytes: Uint8Array): ByteSource {
  return {
    name: 'test.safetensors',
    size: bytes.length,
    read: async (offset, length) => {
      if (offset < 0 || length < 0 || offset + length > bytes.length) throw new Error('read beyond the end');
      return new Uint8Array(bytes.subarray(offset, offset + length));
    },
    close: async () => {},
  };
}
