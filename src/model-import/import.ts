// Turns a checkpoint or a diffusers folder into a model folder of ONNX graphs, weight by weight: see manifest.ts for what is recorded
// and plan.ts for the files. Folders that hold ONNX already are adopted (adopt.ts).
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { BETA_END, BETA_START, LATENT_FACTOR, TRAIN_TIMESTEPS } from '../diffusion/architecture.ts';
import { EaselError } from '../errors.ts';
import { adoptOnnxFolder } from './adopt.ts';
import { exists, unsupported } from './byte-source.ts';
import { openCheckpoint } from './checkpoint.ts';
import { checkerCommand, checkerConfig, describeChecker, describeNetworks, partConfigs } from './describe.ts';
import { openDiffusersFolder, openSafetyChecker } from './diffusers-folder.ts';
import type { ImportOptions, ImportProgress } from './import-options.ts';
import { combinedHash, hashFile, listFiles, type Manifest, writeManifest } from './manifest.ts';
import { type Networks, networksOfCheckpoint, type SafetyCheckerNetwork, usesClipVocabulary } from './networks.ts';
import type { Graph } from './onnx/graph.ts';
import { opset } from './onnx/ops.ts';
import { type WrittenFile, writeGraphs } from './onnx/write.ts';
import { planGraphs } from './plan.ts';
import { requireSpace, staged } from './staging.ts';
import { countElements, elementSize } from './tensor.ts';
import { copyTokenizer, writeClipTokenizer } from './tokenizer-files.ts';

/** What `importModel` reads from, opened. */
interface Source {
  kind: 'checkpoint' | 'diffusers folder';
  networks: Networks;
  safetyChecker: SafetyCheckerNetwork | undefined;
  tokenizerFolder: string | undefined;
  scheduler: Record<string, unknown> | undefined;
  /** Paths of all files in use. */
  files: string[];
  close(): Promise<void>;
}

/**
 * Imports a model and returns its manifest. Nothing is left behind unless it succeeds. Throws `checkpoint-unsupported`,
 * `checkpoint-damaged`, `checkpoint-unsafe`, `model-missing` (no such source), `bad-request` (destination exists, disk full) or `cancelled`.
 */
export async function importModel(options: ImportOptions): Promise<Manifest> {
  const info = await stat(options.source).catch(() => undefined);
  if (!info)
    throw new EaselError(
      'model-missing',
      `Expected a checkpoint file or a model folder but ${options.source} does not exist`,
    );
  if (info.isDirectory() && (await exists(join(options.source, 'unet/model.onnx')))) return adoptOnnxFolder(options);
  const source = info.isDirectory() ? await folderSource(options) : await fileSource(options);
  const own = options.safetyChecker === undefined ? undefined : await openSafetyChecker(options.safetyChecker);
  try {
    const checker = own?.network ?? source.safetyChecker;
    return await staged(options.outDir, options.replace ?? false, (folder) =>
      convert(folder, source, checker, options),
    );
  } finally {
    await own?.close();
    await source.close();
  }
}

async function fileSource({ source, ema = false }: ImportOptions): Promise<Source> {
  const checkpoint = await openCheckpoint(source);
  try {
    const networks = networksOfCheckpoint(checkpoint, ema);
    const rest = { safetyChecker: undefined, tokenizerFolder: undefined, scheduler: undefined };
    return { kind: 'checkpoint', networks, ...rest, files: [source], close: () => checkpoint.close() };
  } catch (error) {
    await checkpoint.close();
    throw error;
  }
}

async function folderSource({ source, ema = false, variant }: ImportOptions): Promise<Source> {
  if (!(await exists(join(source, 'unet'))))
    throw unsupported(`Expected a diffusers folder or an ONNX folder in ${source} but it has no unet folder`);
  if (ema)
    throw new EaselError(
      'bad-request',
      `Expected a single-file checkpoint with --ema but received a folder: it has one set of weights per variant`,
    );
  const folder = await openDiffusersFolder(source, variant);
  return { kind: 'diffusers folder', ...folder, files: folder.files.map((file) => join(source, file)) };
}

async function convert(
  folder: string,
  source: Source,
  checker: SafetyCheckerNetwork | undefined,
  options: ImportOptions,
): Promise<Manifest> {
  const { precision = 'fp32', signal, onProgress } = options;
  if (options.nativeSize !== undefined) source.networks.unet.sampleSize = options.nativeSize / LATENT_FACTOR;
  const plan = planGraphs(source.networks, checker, precision);
  const tokenizer = options.tokenizer ?? source.tokenizerFolder;
  if (tokenizer === undefined && !usesClipVocabulary(source.networks.textEncoder))
    throw unsupported(
      `Expected CLIP's vocabulary in ${options.source} but found another one: name its tokenizer's folder with --tokenizer`,
    );
  await requireSpace(folder, outputBytes(plan));

  let sourceBytes = 0;
  for (const file of source.files) sourceBytes += (await stat(file)).size;
  const total = sourceBytes + Object.values(plan).reduce((sum, graphs) => sum + weightBytes(graphs), 0);
  let done = 0;
  const progress = (step: ImportProgress['step']) => (bytes: number) => {
    done += bytes;
    onProgress?.({ step, done: Math.min(done, total), total });
  };
  const work = { ...(signal && { signal }) };

  const hashes: Record<string, { bytes: number; sha256: string }> = {};
  for (const file of source.files)
    hashes[file] = await hashFile(file, { ...work, onBytes: progress('reading the source') });

  const files: Manifest['files'] = {};
  for (const [part, graphs] of Object.entries(plan)) {
    const written = await writeGraphs(join(folder, part), graphs, {
      ...work,
      onBytes: progress(part as ImportProgress['step']),
    });
    for (const file of written) files[`${part}/${file.name}`] = record(file);
  }
  if (tokenizer === undefined) await writeClipTokenizer(join(folder, 'tokenizer'));
  else {
    const words = source.networks.textEncoder.tensors.get('embeddings.token_embedding.weight')?.shape[0] ?? 0;
    await copyTokenizer(tokenizer, join(folder, 'tokenizer'), words);
  }
  await writeConfigs(folder, source, checker);
  for (const file of await listFiles(folder)) files[file] ??= await hashFile(join(folder, file));

  const manifest: Manifest = {
    format: 1,
    name: options.name ?? basename(options.source).replace(/\.(?:safetensors|ckpt|pt|pth|bin)$/i, ''),
    createdWith: 'easel',
    source: {
      name: options.sourceName ?? basename(resolve(options.source)),
      kind: source.kind,
      bytes: sourceBytes,
      sha256: sourceHash(options.source, source.kind, hashes),
      weights: options.ema ? 'ema' : 'plain',
    },
    precision,
    opset,
    architecture: describeNetworks(source.networks),
    checker: checker ? describeChecker(checker) : null,
    ...(options.defaults ? { defaults: options.defaults } : {}),
    ...(options.companions ? { companions: options.companions } : {}),
    fix: checker ? null : checkerCommand(options.outDir),
    files,
    hash: combinedHash(files),
  };
  await writeManifest(folder, manifest);
  return manifest;
}

/** The files beside the graphs that loaders of Optimum folders expect. */
async function writeConfigs(folder: string, source: Source, checker: SafetyCheckerNetwork | undefined): Promise<void> {
  const configs: Record<string, object> = {
    ...partConfigs(source.networks),
    'model_index.json': {
      _class_name: 'ORTStableDiffusionPipeline',
      scheduler: ['diffusers', String(source.scheduler?._class_name ?? v1Scheduler._class_name)],
      text_encoder: ['optimum', 'ORTModelTextEncoder'],
      tokenizer: ['transformers', 'CLIPTokenizer'],
      unet: ['optimum', 'ORTModelUnet'],
      vae_decoder: ['optimum', 'ORTModelVaeDecoder'],
      vae_encoder: ['optimum', 'ORTModelVaeEncoder'],
      safety_checker: checker ? ['easel', 'SafetyChecker'] : [null, null],
    },
    'scheduler/scheduler_config.json': source.scheduler ?? v1Scheduler,
  };
  if (checker) configs['safety_checker/config.json'] = await checkerConfig(checker);
  for (const [name, config] of Object.entries(configs)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), `${JSON.stringify(config, null, 2)}\n`);
  }
}

/** SD v1's own scheduler_config.json. */
const v1Scheduler = {
  _class_name: 'PNDMScheduler',
  num_train_timesteps: TRAIN_TIMESTEPS,
  beta_start: BETA_START,
  beta_end: BETA_END,
  beta_schedule: 'scaled_linear',
  steps_offset: 1,
  set_alpha_to_one: false,
  skip_prk_steps: true,
  clip_sample: false,
  prediction_type: 'epsilon',
};

function sourceHash(source: string, kind: Source['kind'], hashes: Record<string, { sha256: string }>): string {
  const relative = Object.fromEntries(Object.entries(hashes).map(([file, hash]) => [file.slice(source.length), hash]));
  return kind === 'checkpoint' ? (Object.values(hashes)[0]?.sha256 ?? '') : combinedHash(relative);
}

function record({ bytes, sha256 }: WrittenFile): { bytes: number; sha256: string } {
  return { bytes, sha256 };
}

/** Bytes of source tensors that a part's first graph reads; its variants reuse them. */
function weightBytes(graphs: Record<string, Graph>): number {
  let bytes = 0;
  for (const item of Object.values(graphs)[0]?.initializers ?? [])
    if (item.kind === 'weight') bytes += countElements(item.dims, item.name) * elementSize[item.tensor.dtype];
  return bytes;
}

/** Bytes of all weights as stored, with a tenth of a GiB for everything else. */
function outputBytes(plan: Record<string, Record<string, Graph>>): number {
  let bytes = 0.1 * 2 ** 30;
  for (const graphs of Object.values(plan))
    for (const item of Object.values(graphs)[0]?.initializers ?? [])
      if (item.kind === 'weight') bytes += countElements(item.dims, item.name) * (item.precision === 'fp16' ? 2 : 4);
  return bytes;
}
