// Merged variants of one model on disk, each made when first asked for and kept until `most` others were used after it. A variant is a folder
// with the networks that differ from the model's own; loading one takes the memory of those networks and no more.

import { createHash } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { EaselError } from '../errors.ts';
import type { ByteSource } from '../model-import/byte-source.ts';
import type { GraphWeights } from './graph-weights.ts';
import type { LoraFile } from './lora-file.ts';
import { type FoundLora, withLora } from './lora-folder.ts';
import type { LoraNetwork } from './lora-names.ts';
import { mergeLoras } from './merge-loras.ts';

export interface VariantOptions {
  readonly modelFolder: string;
  readonly modelHash: string;
  readonly weights: Readonly<Record<LoraNetwork, GraphWeights>>;
  /** Made when needed. */
  readonly cacheFolder: string;
  /** How many variants stay on disk, at least 1. */
  readonly most: number;
}

export interface ChosenLora {
  readonly lora: FoundLora;
  readonly weight: number;
}

export interface Variant {
  readonly folder: string;
  /** By name, 12 hexadecimal digits each: SHA-256 of the tensors without the header, as the web UI writes in `Lora hashes`. */
  readonly hashes: Readonly<Record<string, string>>;
}

export interface Variants {
  /** Throws `bad-request` for a LoRA that does not fit (or changed since), `checkpoint-damaged` for one with unusable numbers. */
  open(chosen: readonly ChosenLora[]): Promise<Variant>;
}

export function createVariants(options: VariantOptions): Variants {
  const { modelFolder, modelHash, weights, cacheFolder, most } = options;
  const home = join(cacheFolder, modelHash.slice(0, 16));
  const hashes = new Map<string, string>();

  async function hashOf(lora: FoundLora): Promise<string> {
    const { size, mtimeMs } = await stat(lora.path);
    const id = `${lora.path} ${size} ${mtimeMs}`;
    const known = hashes.get(id);
    if (known !== undefined) return known;
    const hash = await withLora(lora.path, (_, source) => hashOfTensors(source));
    if (typeof hash !== 'string') throw refused(lora.name, `${hash.reason} ${hash.detail}`);
    hashes.set(id, hash);
    return hash;
  }

  async function merge(chosen: readonly ChosenLora[], target: string): Promise<void> {
    const [next, ...others] = chosen;
    /** Every file stays open while all are merged in one pass. */
    const opened: { file: LoraFile; weight: number }[] = [];
    const go = async (first: ChosenLora | undefined, rest: readonly ChosenLora[]): Promise<void> => {
      if (!first) return mergeLoras(modelFolder, weights, opened, target);
      const problem = await withLora(first.lora.path, async (file) => {
        opened.push({ file, weight: first.weight });
        await go(rest[0], rest.slice(1));
        return null;
      });
      if (problem) throw refused(first.lora.name, `${problem.reason} ${problem.detail}`);
    };
    await go(next, others);
  }

  return {
    async open(chosen) {
      const byName: Record<string, string> = {};
      for (const { lora } of chosen) byName[lora.name] = (await hashOf(lora)).slice(0, 12);
      const recipe = [modelHash, ...chosen.map(({ lora, weight }) => `${byName[lora.name]} ${weight}`).sort()];
      const key = createHash('sha256').update(recipe.join('\n')).digest('hex').slice(0, 24);
      const folder = join(home, key);
      if (await isThere(folder)) await utimes(folder, new Date(), new Date());
      else {
        await mkdir(home, { recursive: true });
        const staging = join(home, `.${key}-${process.pid}`);
        try {
          await mkdir(staging);
          await makeRoom(home, most - 1);
          await merge(chosen, staging);
          // Another worker of this host may have been first: then its folder is as good.
          await rename(staging, folder).catch(async (error: unknown) => {
            if (!(await isThere(folder))) throw error;
          });
        } finally {
          await rm(staging, { recursive: true, force: true });
        }
      }
      return { folder, hashes: byName };
    },
  };
}

/** Removes the variants used longest ago until `kept` are left, and what a crash left behind. */
async function makeRoom(home: string, kept: number): Promise<void> {
  const dayMs = 86_400_000;
  const entries = await Promise.all(
    (await readdir(home)).map(async (name) => ({
      name,
      usedAt: (await stat(join(home, name)).catch(() => null))?.mtimeMs ?? 0,
    })),
  );
  const stale = entries.filter(({ name, usedAt }) => name.startsWith('.') && Date.now() - usedAt > dayMs);
  const variants = entries.filter(({ name }) => !name.startsWith('.')).sort((a, b) => b.usedAt - a.usedAt);
  for (const { name } of [...stale, ...variants.slice(Math.max(0, kept))])
    await rm(join(home, name), { recursive: true, force: true }).catch(() => undefined); // in use, on Windows
}

async function isThere(folder: string): Promise<boolean> {
  return (await stat(folder).catch(() => null)) !== null;
}

async function hashOfTensors(source: ByteSource): Promise<string> {
  const header = new DataView((await source.read(0, 8)).buffer).getBigUint64(0, true);
  const hash = createHash('sha256');
  const piece = 2 ** 24;
  for (let at = 8 + Number(header); at < source.size; at += piece)
    hash.update(await source.read(at, Math.min(piece, source.size - at)));
  return hash.digest('hex');
}

function refused(name: string, why: string): EaselError {
  return new EaselError('bad-request', `Expected a LoRA that fits the model for ${name} but it does not: ${why}`, {
    userMessage: 'A LoRA of this request does not fit the model.',
  });
}
