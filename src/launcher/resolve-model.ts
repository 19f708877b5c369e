// Which model: EASEL_MODEL by name or folder, else the built-in miniature, which is imported into the models folder at first use
// and again when a shipped file changed.

import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, isAbsolute, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../config/schema.ts';
import { EaselError } from '../errors.ts';
import { type ModelDefaults, modelDefaultsSchema } from '../jobs/model-defaults.ts';
import { importModel } from '../model-import/import.ts';
import {
  combinedHash,
  hashFile,
  listFiles,
  type Manifest,
  manifestFile,
  readManifest,
  verifyModel,
  writeManifest,
} from '../model-import/manifest.ts';
import { packageRoot } from './package-root.ts';

export interface ResolvedModel {
  readonly path: string;
  readonly manifest: Manifest;
}

export interface ResolveModelOptions {
  /** One plain sentence when something slow happens. */
  readonly say?: (line: string) => void;
  readonly signal?: AbortSignal;
  /** Compares every file's SHA-256 with the manifest, not only sizes. Default false. */
  readonly verify?: boolean;
  /** Instead of EASEL_MODEL. */
  readonly name?: string;
}

type ModelConfig = Pick<Config, 'EASEL_DATA_DIR' | 'EASEL_MODELS_DIR' | 'EASEL_MODEL'>;

export const miniatureName = 'miniature';
/** Pixels: what it was trained at. */
const miniatureSize = 256;

export function modelsDir(config: ModelConfig): string {
  return config.EASEL_MODELS_DIR ?? join(config.EASEL_DATA_DIR, 'models');
}

/** The shipped checkpoint of the miniature and what belongs to it. */
export function miniatureSource() {
  const folder = join(packageRoot(), 'models', miniatureName);
  return {
    checkpoint: join(folder, 'miniature.safetensors'),
    tokenizer: join(folder, 'tokenizer'),
    safetyChecker: join(folder, 'safety_checker'),
    defaults: join(folder, 'defaults.json'),
  };
}

/** Every imported model in the models folder. */
export async function listModels(config: ModelConfig): Promise<ResolvedModel[]> {
  const folder = modelsDir(config);
  const names = await readdir(folder).catch(() => []);
  const found = names.sort().filter((name) => existsSync(join(folder, name, manifestFile)));
  return Promise.all(
    found.map(async (name) => ({ path: join(folder, name), manifest: await readManifest(join(folder, name)) })),
  );
}

/**
 * Finds the model and checks it against its manifest.
 * @throws EaselError `model-missing` with the command that fixes it, `model-damaged` when a file differs.
 */
export async function resolveModel(config: ModelConfig, options: ResolveModelOptions = {}): Promise<ResolvedModel> {
  const name = options.name ?? config.EASEL_MODEL ?? miniatureName;
  const path = isAbsolute(name) || existsSync(join(name, manifestFile)) ? name : join(modelsDir(config), name);
  if (name === miniatureName) await importMiniature(path, options);
  if (!existsSync(join(path, manifestFile))) {
    throw new EaselError(
      'model-missing',
      `Expected an imported model ${JSON.stringify(name)} but there is none in ${path}. Import one: npm run easel -- import <checkpoint> --name ${name}`,
    );
  }
  const manifest = await verifyModel(path, {
    quick: !options.verify,
    ...(options.signal ? { signal: options.signal } : {}),
  });
  return { path, manifest };
}

async function miniatureDefaults(): Promise<ModelDefaults> {
  const text = await readFile(miniatureSource().defaults, 'utf8').catch(() => '{}');
  return modelDefaultsSchema.parse(JSON.parse(text));
}

/** Of all that is imported beside the checkpoint: a checker that changed alone must not wait for the next checkpoint. */
async function companionsHash(): Promise<string> {
  const { tokenizer, safetyChecker } = miniatureSource();
  const hashes: Record<string, { sha256: string }> = {};
  for (const folder of [tokenizer, safetyChecker]) {
    for (const name of await listFiles(folder)) {
      hashes[`${basename(folder)}/${name}`] = await hashFile(join(folder, name));
    }
  }
  return combinedHash(hashes);
}

async function importMiniature(path: string, { say, signal }: ResolveModelOptions): Promise<void> {
  const shipped = miniatureSource();
  if (!existsSync(shipped.checkpoint)) return;
  const { sha256 } = await hashFile(shipped.checkpoint);
  const known = await readManifest(path).catch(() => undefined);
  const companions = await companionsHash();
  const defaults = await miniatureDefaults();
  if (known?.source.sha256 === sha256 && known.companions === companions) {
    if (!isDeepStrictEqual(known.defaults ?? {}, defaults)) await writeManifest(path, { ...known, defaults });
    return;
  }
  say?.('Preparing the built-in miniature model (once) ...');
  await importModel({
    source: shipped.checkpoint,
    outDir: path,
    name: miniatureName,
    nativeSize: miniatureSize,
    tokenizer: shipped.tokenizer,
    safetyChecker: shipped.safetyChecker,
    defaults,
    companions,
    replace: true,
    ...(signal ? { signal } : {}),
  });
}
