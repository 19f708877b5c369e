// Textual inversion files: the web UI's (`emb_params` in safetensors, `string_to_param` in .pt), those of diffusers (the token itself as the
// only key, in safetensors or .bin). A pickle is read by model-import's reader, which runs nothing.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { type LearnedWords, learnedWordsInput, splitAtWords } from '../diffusion/learned-words.ts';
import { tensor } from '../diffusion/tensor.ts';
import { EaselError } from '../errors.ts';
import { openCheckpoint } from '../model-import/checkpoint.ts';
import { type LazyTensor, toFloat32 } from '../model-import/tensor.ts';
import { extendTextEncoder, readWordTable } from './extend-text-encoder.ts';
import { graphFile } from './graph-weights.ts';
import { adapterFiles } from './lora-folder.ts';
import { type Unfit, unfit } from './unfit.ts';

/** A prompt's chunk has no room for more. */
const mostVectors = 75;
export const embeddingEndings = ['.safetensors', '.pt', '.bin'];

export interface FoundEmbedding {
  /** The file's name without its ending: what is written in prompts. */
  readonly name: string;
  /** The token that a diffusers file names, where it has one of its own. */
  readonly token: string | null;
  readonly unfit: Unfit | null;
  /** SHA-256 of the file, 12 hexadecimal digits, as the web UI writes in `TI hashes`; empty where it does not fit. */
  readonly hash: string;
}

interface Read {
  readonly token: string | null;
  /** [n, d] */
  readonly vectors: Float32Array;
  readonly count: number;
}

/** @param width of the model's text encoder */
export async function readEmbedding(path: string, width: number): Promise<Read | Unfit> {
  const file = await openCheckpoint(path).catch(asUnfit);
  if ('reason' in file) return file;
  try {
    const { tensors } = file;
    const xl = ['clip_g', 'clip_l'].find((key) => tensors.has(key));
    if (xl !== undefined) return unfit('xl', xl);
    const known = tensors.get('emb_params') ?? tensors.get('*');
    const [only, ...others] = known ? [known] : [...tensors.values()];
    if (!only || others.length > 0) return unfit('kind', [...tensors.keys()].slice(0, 3).join(', '));
    const [count, wide] = only.shape.length === 1 ? [1, only.shape[0]] : only.shape;
    if (only.shape.length > 2 || count === undefined || count < 1 || count > mostVectors)
      return unfit('kind', `[${only.shape}]`);
    if (wide !== width) return unfit('width', `${wide} ≠ ${width}`);
    const vectors = await floats(only);
    if (!vectors.every(Number.isFinite)) return unfit('damaged', only.name);
    return { token: known ? null : only.name, vectors, count };
  } catch (error) {
    return asUnfit(error);
  } finally {
    await file.close();
  }
}

async function floats(one: LazyTensor): Promise<Float32Array> {
  return toFloat32(await one.read(), one.dtype);
}

function asUnfit(error: unknown): Unfit {
  if (error instanceof EaselError && error.code.startsWith('checkpoint-')) return unfit('damaged', error.message);
  throw error;
}

export interface Embeddings {
  readonly found: readonly FoundEmbedding[];
  /** Null where none fits. */
  readonly words: LearnedWords | null;
}

/** Reads every embedding of a folder (there need be none) for a model. */
export async function openEmbeddings(folder: string, modelFolder: string): Promise<Embeddings> {
  const paths = await adapterFiles(folder, embeddingEndings);
  if (paths.length === 0) return { found: [], words: null };
  const table = readWordTable(await readFile(join(modelFolder, 'text_encoder', graphFile)));
  const found: FoundEmbedding[] = [];
  const ids = new Map<string, readonly number[]>();
  const rows: Float32Array[] = [];
  let total = 0;
  for (const path of paths) {
    const name = basename(path, extname(path));
    const read = table ? await readEmbedding(path, table.width) : unfit('model', learnedWordsInput);
    if ('reason' in read) {
      found.push({ name, token: null, unfit: read, hash: '' });
      continue;
    }
    const first = (table?.words ?? 0) + total;
    const own = Array.from({ length: read.count }, (_, row) => first + row);
    for (const word of [name, read.token]) if (word) ids.set(word.toLowerCase(), own);
    rows.push(read.vectors);
    total += read.count;
    // Of at most 75 vectors: small enough to be read whole.
    const hash = createHash('sha256')
      .update(await readFile(path))
      .digest('hex')
      .slice(0, 12);
    found.push({ name, token: read.token, unfit: null, hash });
  }
  if (!table || total === 0) return { found, words: null };
  const data = new Float32Array(total * table.width);
  let at = 0;
  for (const row of rows) {
    data.set(row, at);
    at += row.length;
  }
  return { found, words: { ids, vectors: tensor(data, [total, table.width]), extend: extendTextEncoder } };
}

/** Hashes by name of the embeddings that some of the texts mention, by file name or token. */
export function embeddingHashes(found: readonly FoundEmbedding[], texts: readonly string[]): Record<string, string> {
  const hashes: Record<string, string> = {};
  for (const { name, token, unfit, hash } of found) {
    if (unfit) continue;
    const split = splitAtWords(token === null ? [name] : [name, token]);
    if (texts.some((text) => split(text).some(({ isLearned }) => isLearned))) hashes[name] = hash;
  }
  return hashes;
}
