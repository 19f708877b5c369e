// Models made from a fixture folder's checkpoints by our own importer, each unpacked and imported at most once.

import { createReadStream, createWriteStream } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { EaselError } from '../errors.ts';
import { openCheckpoint } from '../model-import/checkpoint.ts';
import { importModel } from '../model-import/import.ts';
import type { FixtureModels } from './area.ts';

/** A whole model in one file: `path` without `.gz`, and how its U-Net is stored. */
export interface SingleFile {
  readonly path: string;
  readonly dtype: string;
}

export function makeFixtureModels(fixturesDir: string, scratchDir: string, files: readonly string[]): FixtureModels {
  const work = new Map<string, Promise<unknown>>();
  const once = <T>(key: string, make: () => Promise<T>): Promise<T> => {
    const known = work.get(key) as Promise<T> | undefined;
    const made = known ?? make();
    work.set(key, made);
    return made;
  };

  const unpacked = (path: string) =>
    once(`unpack ${path}`, async () => {
      const target = join(scratchDir, 'unpacked', path);
      await mkdir(dirname(target), { recursive: true });
      const packed = files.includes(`${path}.gz`);
      if (packed) {
        const source = createReadStream(join(fixturesDir, `${path}.gz`));
        await pipeline(source, createGunzip(), createWriteStream(target));
      } else await copyFile(join(fixturesDir, path), target);
      return target;
    });

  const unpackedFolder = async (folder: string) => {
    for (const path of below(files, folder)) await unpacked(path);
    return join(scratchDir, 'unpacked', folder);
  };

  const singleFiles = () =>
    once('single files', async () => {
      const found: SingleFile[] = [];
      for (const path of below(files, 'checkpoint')) {
        const name = path.slice('checkpoint/'.length);
        if (name.includes('/') || !/\.(?:ckpt|safetensors)$/.test(name)) continue;
        const checkpoint = await openCheckpoint(await unpacked(path)).catch(() => undefined);
        const weight = [...(checkpoint?.tensors.values() ?? [])].find((one) =>
          one.name.startsWith('model.diffusion_model.'),
        );
        await checkpoint?.close();
        if (weight !== undefined) found.push({ path, dtype: weight.dtype });
      }
      return found;
    });

  const imported = (path: string, precision: 'fp32' | 'fp16') =>
    once(`import ${path} ${precision}`, async () => {
      const isFile = /\.(?:ckpt|safetensors)$/.test(path);
      const source = isFile ? await unpacked(path) : await unpackedFolder(path);
      const outDir = join(scratchDir, 'models', `${path.replaceAll('/', '-')}-${precision}`);
      const checker = folderOf(files, 'safety_checker/config.json');
      const tokenizer = folderOf(files, 'tokenizer/vocab.json');
      await importModel({
        source,
        outDir,
        precision,
        ...(tokenizer === undefined || !isFile ? {} : { tokenizer: await unpackedFolder(tokenizer) }),
        ...(checker === undefined || !isFile ? {} : { safetyChecker: await unpackedFolder(checker) }),
      });
      return outDir;
    });

  const single = async (dtype: string, precision: 'fp32' | 'fp16') => {
    // A .safetensors before a .ckpt, where both are there.
    const [chosen] = (await singleFiles())
      .filter((file) => file.dtype === dtype)
      .sort((a, b) => (a.path < b.path ? 1 : -1));
    if (chosen === undefined)
      throw new EaselError(
        'model-missing',
        `Expected a checkpoint of ${dtype} weights in ${fixturesDir} but found none`,
      );
    return imported(chosen.path, precision);
  };

  return {
    fp32: () => single('F32', 'fp32'),
    fp16Weights: () => single('F16', 'fp32'),
    fp16: () => single('F32', 'fp16'),
    unpacked,
    unpackedFolder,
    singleFiles,
    imported,
  };
}

/** Files in a folder, without the `.gz` of packed ones. */
export function below(files: readonly string[], folder: string): string[] {
  return files.filter((path) => path.startsWith(`${folder}/`)).map((path) => path.replace(/\.gz$/, ''));
}

/** The folder that holds the first file with this ending. */
export function folderOf(files: readonly string[], ending: string): string | undefined {
  const path = files.find((file) => file.endsWith(`/${ending}`));
  return path === undefined ? undefined : dirname(path);
}
