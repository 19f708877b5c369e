// Writes a model's U-Net and text encoder with LoRAs merged into their weights: the graphs as they are, beside a copy of the data file in
// which the changed blocks are written anew. One weight is in memory at a time.

import { constants } from 'node:fs';
import { copyFile, type FileHandle, mkdir, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type MatrixProduct, openMatrixProduct } from '../diffusion/matrix-product.ts';
import { EaselError } from '../errors.ts';
import { toFloat16, toFloat32 } from '../model-import/tensor.ts';
import { dataFile, type GraphWeights, type WeightBlock } from './graph-weights.ts';
import { addFactors, type LoraFactors, readFactors } from './lora-delta.ts';
import type { LoraFile, LoraLayer } from './lora-file.ts';
import type { LoraNetwork } from './lora-names.ts';

export interface WeightedLora {
  readonly file: LoraFile;
  readonly weight: number;
}

/**
 * Merges `loras`, which fit, into `target` (made by the caller): one folder per network that changes. Throws `checkpoint-damaged` where a
 * file holds NaN or infinity.
 */
export async function mergeLoras(
  modelFolder: string,
  weights: Readonly<Record<LoraNetwork, GraphWeights>>,
  loras: readonly WeightedLora[],
  target: string,
): Promise<void> {
  const product = await openMatrixProduct();
  try {
    for (const network of ['text_encoder', 'unet'] as const) {
      const changes = changesOf(loras, network);
      if (changes.size > 0)
        await mergeNetwork(join(modelFolder, network), weights[network], changes, join(target, network), product);
    }
  } finally {
    await product.close();
  }
}

interface Change {
  readonly layer: LoraLayer;
  readonly weight: number;
  readonly fileAlpha: number | undefined;
}

function changesOf(loras: readonly WeightedLora[], network: LoraNetwork): Map<string, Change[]> {
  const changes = new Map<string, Change[]>();
  for (const { file, weight } of loras)
    for (const layer of file.layers)
      if (layer.network === network)
        changes.set(layer.layer, [
          ...(changes.get(layer.layer) ?? []),
          { layer, weight, fileAlpha: file.alphas[network] },
        ]);
  return changes;
}

async function mergeNetwork(
  source: string,
  weights: GraphWeights,
  changes: ReadonlyMap<string, readonly Change[]>,
  target: string,
  product: MatrixProduct,
): Promise<void> {
  await mkdir(target, { recursive: true });
  // Where the file system can, the copy shares what stays the same.
  for (const name of await readdir(source))
    if (name.endsWith('.onnx') || name === dataFile)
      await copyFile(join(source, name), join(target, name), constants.COPYFILE_FICLONE);
  const data = await open(join(target, dataFile), 'r+');
  try {
    for (const [name, layers] of changes) {
      const factors = await Promise.all(
        layers.map(({ layer, weight, fileAlpha }) => readFactors(layer, weight, fileAlpha)),
      );
      if (factors.some(({ up, down }) => !finite(up) || !finite(down)))
        throw new EaselError('checkpoint-damaged', `Expected finite numbers in the LoRA layer ${name}`);
      for (const block of weights.get(name)?.blocks ?? []) await rewrite(data, block, factors, product);
    }
    await data.sync();
  } finally {
    await data.close();
  }
}

async function rewrite(
  data: FileHandle,
  block: WeightBlock,
  factors: readonly LoraFactors[],
  product: MatrixProduct,
): Promise<void> {
  const bytes = Buffer.allocUnsafeSlow(block.bytes);
  for (let done = 0; done < bytes.length; ) {
    const { bytesRead } = await data.read(bytes, done, bytes.length - done, block.offset + done);
    if (bytesRead === 0)
      throw new EaselError('model-damaged', `Expected ${block.bytes} bytes at ${block.offset} of ${dataFile}`);
    done += bytesRead;
  }
  const values = toFloat32(bytes, block.dtype);
  for (const each of factors) await addFactors(values, block, each, product);
  const stored = block.dtype === 'F16' ? toFloat16(values) : values;
  const written = new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
  for (let done = 0; done < written.length; )
    done += (await data.write(written, done, written.length - done, block.offset + done)).bytesWritten;
}

function finite(values: Float32Array): boolean {
  return values.every(Number.isFinite);
}
