// The LoRAs of an operator's folder: every .safetensors below it, known by its file name, held against the model. Only headers are read.

import { readdir, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { EaselError } from '../errors.ts';
import { type ByteSource, openBytes } from '../model-import/byte-source.ts';
import { readSafetensors } from '../model-import/safetensors.ts';
import type { GraphWeights } from './graph-weights.ts';
import { type LoraFile, readLora, unfitFor } from './lora-file.ts';
import type { LoraNetwork } from './lora-names.ts';
import { type Unfit, unfit } from './unfit.ts';

export interface FoundLora {
  /** The file's name without its ending: what is written in prompts. */
  readonly name: string;
  readonly path: string;
  /** Why it cannot be used with this model; null where it can. */
  readonly unfit: Unfit | null;
}

export const loraEndings = ['.safetensors'];

/** Adapters beyond so many are not listed. */
const mostFiles = 200;

/** By name; a folder that is not there holds none. */
export async function listLoras(
  folder: string,
  weights: Readonly<Record<LoraNetwork, GraphWeights>>,
): Promise<FoundLora[]> {
  const found: FoundLora[] = [];
  for (const path of await adapterFiles(folder, loraEndings)) {
    const problem = await withLora(path, async (lora) => unfitFor(lora, weights));
    found.push({ name: basename(path, extname(path)), path, unfit: problem });
  }
  return found;
}

/** Files below `folder` with one of the endings, the first of each name, sorted. */
export async function adapterFiles(folder: string, endings: readonly string[]): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const byName = new Map<string, string>();
  for (const entry of entries.sort((a, b) => a.name.localeCompare(b.name))) {
    const ending = extname(entry.name).toLowerCase();
    const name = basename(entry.name, extname(entry.name)).toLowerCase();
    if (entry.isDirectory() || !endings.includes(ending) || name.startsWith('.') || byName.has(name)) continue;
    byName.set(name, join(entry.parentPath, entry.name));
  }
  return [...byName.values()].slice(0, mostFiles);
}

/** Names, sizes and times of a folder's files as one text: another one where something was added, taken away or written anew. */
export async function lookOf(folder: string, endings: readonly string[]): Promise<string> {
  const paths = await adapterFiles(folder, endings);
  const looks = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        ({ size, mtimeMs }) => `${path} ${size} ${mtimeMs}`,
        () => path,
      ),
    ),
  );
  return looks.join('\n');
}

/** Opens a LoRA for as long as `use` takes; what cannot be read is an `Unfit`. */
export async function withLora<T>(
  path: string,
  use: (lora: LoraFile, source: ByteSource) => Promise<T>,
): Promise<T | Unfit> {
  const source = await openBytes(path);
  try {
    const { tensors, metadata } = await readSafetensors(source);
    const lora = readLora(tensors, metadata);
    return 'reason' in lora ? lora : await use(lora, source);
  } catch (error) {
    if (error instanceof EaselError && error.code.startsWith('checkpoint-')) return unfit('damaged', error.message);
    throw error;
  } finally {
    await source.close();
  }
}
