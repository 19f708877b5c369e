// A small safetensors file, whole, as 32-bit floats.

import { openBytes } from '../model-import/byte-source.ts';
import { readSafetensors } from '../model-import/safetensors.ts';
import { toFloat32 } from '../model-import/tensor.ts';

export interface Weight {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export async function readWeights(file: string): Promise<ReadonlyMap<string, Weight>> {
  const source = await openBytes(file);
  try {
    const { tensors } = await readSafetensors(source);
    const entries = [...tensors].map(
      async ([name, tensor]) =>
        [name, { shape: tensor.shape, data: toFloat32(await tensor.read(), tensor.dtype) }] as const,
    );
    return new Map(await Promise.all(entries));
  } finally {
    await source.close();
  }
}
