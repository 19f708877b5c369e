// The oracle fixtures lie beside the repository on the machines that built it; users have none, so tests that need them skip.

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import type { RgbPixels } from '../../src/diffusion/rgb-pixels.ts';

const root = fileURLToPath(new URL('../../../shared/fixtures/', import.meta.url));

export const hasFixtures = existsSync(root);
/** For `describe` titles, so that a skip says why. */
export const fixturesNote = hasFixtures ? '' : ' (skipped: ../shared/fixtures is absent)';
export const fixturePath = (path: string): string => root + path;

export function fixtureJson<T>(path: string): T {
  return JSON.parse(readFileSync(fixturePath(path), 'utf8')) as T;
}

/** Any picture file as 8-bit RGB. */
export async function loadPicture(source: string | Uint8Array): Promise<RgbPixels> {
  const { data, info } = await sharp(source)
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8Array(data) };
}

export interface FixtureTensor {
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
  readonly floats: Float32Array;
}

/** Every tensor of a small safetensors file. */
export function fixtureTensors(path: string): Record<string, FixtureTensor> {
  const file = readFileSync(fixturePath(path));
  const headerLength = Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.toString('utf8', 8, 8 + headerLength)) as Record<
    string,
    { dtype: string; shape: number[]; data_offsets: [number, number] }
  >;
  const tensors: Record<string, FixtureTensor> = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const [from, to] = entry.data_offsets;
    const bytes = Uint8Array.from(file.subarray(8 + headerLength + from, 8 + headerLength + to));
    const floats = entry.dtype === 'F32' ? new Float32Array(bytes.buffer) : new Float32Array(0);
    tensors[name] = { shape: entry.shape, bytes, floats };
  }
  return tensors;
}
