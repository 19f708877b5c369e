// Reading goldens: JSON through a schema, tensors from safetensors (8 byte header length, JSON header, raw little-endian data).
// Deliberately not the importer's reader, which is itself under test.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { EaselError } from '../errors.ts';
import type { AreaContext } from './area.ts';

export interface GoldenTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** Throws ZodError where the file has another structure than the schema. */
export async function readJson<T>(context: AreaContext, path: string, schema: z.ZodType<T>): Promise<T> {
  return schema.parse(JSON.parse(await readFile(join(context.fixturesDir, path), 'utf8')));
}

export async function readTensors(path: string): Promise<Map<string, GoldenTensor>> {
  const file = await readFile(path);
  const headerBytes = Number(file.readBigUInt64LE(0));
  const header: unknown = JSON.parse(file.subarray(8, 8 + headerBytes).toString('utf8'));
  const tensors = new Map<string, GoldenTensor>();
  for (const [name, entry] of Object.entries(header as Record<string, TensorHeader>)) {
    if (name === '__metadata__') continue;
    const [from, to] = entry.data_offsets;
    const bytes = new Uint8Array(file.subarray(8 + headerBytes + from, 8 + headerBytes + to));
    tensors.set(name, { dtype: entry.dtype, shape: entry.shape, bytes });
  }
  return tensors;
}

interface TensorHeader {
  readonly dtype: string;
  readonly shape: number[];
  readonly data_offsets: [number, number];
}

/** The numbers of an F32, F64, I64, I32 or U8 tensor. */
export function numbers(tensor: GoldenTensor): Float32Array | Float64Array | Uint8Array {
  const { buffer } = tensor.bytes;
  if (tensor.dtype === 'F32') return new Float32Array(buffer);
  if (tensor.dtype === 'F64') return new Float64Array(buffer);
  if (tensor.dtype === 'I64') return Float64Array.from(new BigInt64Array(buffer), Number);
  if (tensor.dtype === 'I32') return Float64Array.from(new Int32Array(buffer));
  if (tensor.dtype === 'U8') return tensor.bytes;
  throw new EaselError(
    'internal',
    `Expected F32, F64, I64, I32 or U8 for a golden tensor but received ${tensor.dtype}`,
  );
}

/** The numbers of an F32 tensor that must be there. */
export function floats(tensors: ReadonlyMap<string, GoldenTensor>, name: string): Float32Array {
  const tensor = tensors.get(name);
  if (tensor?.dtype !== 'F32') {
    throw new EaselError(
      'internal',
      `Expected an F32 tensor for golden ${name} but received ${tensor?.dtype ?? 'none'}`,
    );
  }
  return new Float32Array(tensor.bytes.buffer);
}
