// Takes over a folder of ONNX graphs that Optimum exported or that was imported before: checks that every part can be loaded by our
// names, links or copies the files, adds a safety checker where one is given, and writes the manifest.
import { constants, copyFile, link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { EaselError } from '../errors.ts';
import { exists, unsupported } from './byte-source.ts';
import { checkerCommand, checkerConfig, describeChecker } from './describe.ts';
import { openSafetyChecker } from './diffusers-folder.ts';
import type { ImportOptions } from './import-options.ts';
import { combinedHash, hashFile, listFiles, type Manifest, readManifest, writeManifest } from './manifest.ts';
import type { SafetyCheckerNetwork } from './networks.ts';
import { decodeModel, type ModelProto } from './onnx/schema.ts';
import { writeGraphs } from './onnx/write.ts';
import { planChecker } from './plan.ts';
import { staged } from './staging.ts';

/** Inputs and outputs each part must have; of the alternatives in one row any will do. */
const required: Record<string, { inputs: readonly string[]; outputs: readonly string[] }> = {
  text_encoder: { inputs: ['input_ids'], outputs: ['last_hidden_state'] },
  unet: { inputs: ['sample', 'timestep', 'encoder_hidden_states'], outputs: ['out_sample'] },
  vae_decoder: { inputs: ['latent_sample'], outputs: ['sample'] },
};
const vaeEncoderOutputs = ['latent_parameters', 'latent_sample'];
const checkerOutputs = ['image_embeds', 'cos_dist', 'special_cos_dist'];

/** Throws `checkpoint-unsupported` where a part is missing or has other inputs and outputs. */
export async function adoptOnnxFolder(options: ImportOptions): Promise<Manifest> {
  const { source, outDir } = options;
  for (const [part, names] of Object.entries(required)) {
    const graph = await readGraph(source, part);
    requireNames(source, part, 'input', graph.graph.input, names.inputs);
    requireNames(source, part, 'output', graph.graph.output, names.outputs);
  }
  await requireTokenizer(source, options.tokenizer);
  if (await exists(join(source, 'vae_encoder/model.onnx'))) {
    const outputs = (await readGraph(source, 'vae_encoder')).graph.output.map(({ name }) => name);
    if (!vaeEncoderOutputs.some((name) => outputs.includes(name)))
      throw unsupported(
        `Expected ${vaeEncoderOutputs.join(' or ')} from vae_encoder of ${source} but found ${outputs.join(', ')}`,
      );
  }
  const given = options.safetyChecker === undefined ? undefined : await openSafetyChecker(options.safetyChecker);
  try {
    return await staged(outDir, options.replace ?? false, (folder) => adopt(folder, options, given?.network));
  } finally {
    await given?.close();
  }
}

async function adopt(
  folder: string,
  options: ImportOptions,
  given: SafetyCheckerNetwork | undefined,
): Promise<Manifest> {
  const { source, outDir, signal } = options;
  const own = given ? null : await findChecker(source);
  const names = (await listFiles(source)).filter(
    (name) => !name.startsWith('.') && (own || !name.startsWith('safety_checker/')),
  );
  await bring(source, folder, names);
  if (options.tokenizer !== undefined)
    await bring(options.tokenizer, join(folder, 'tokenizer'), ['vocab.json', 'merges.txt']);
  if (given) {
    await writeGraphs(
      join(folder, 'safety_checker'),
      planChecker(given, options.precision ?? 'fp32'),
      signal ? { signal } : {},
    );
    await writeFile(
      join(folder, 'safety_checker/config.json'),
      `${JSON.stringify(await checkerConfig(given), null, 2)}\n`,
    );
  }
  const files: Manifest['files'] = {};
  for (const name of await listFiles(folder))
    files[name] = await hashFile(join(folder, name), signal ? { signal } : {});
  const hash = combinedHash(files);
  const checker = given ? describeChecker(given) : own;
  // What an earlier import knew about the model still holds.
  const before = await readManifest(source).catch(() => undefined);
  const defaults = options.defaults ?? before?.defaults;
  const bytes = Object.values(files).reduce((sum, file) => sum + file.bytes, 0);
  const manifest: Manifest = {
    format: 1,
    name: options.name ?? before?.name ?? basename(resolve(source)),
    createdWith: 'easel',
    source: before?.source ?? {
      name: options.sourceName ?? basename(resolve(source)),
      kind: 'onnx folder',
      bytes,
      sha256: hash,
      weights: 'plain',
    },
    precision: before?.precision ?? 'other',
    opset: before?.opset ?? null,
    architecture: before?.architecture ?? null,
    checker,
    ...(defaults ? { defaults } : {}),
    fix: checker ? null : checkerCommand(outDir),
    files,
    hash,
  };
  await writeManifest(folder, manifest);
  return manifest;
}

const thresholdsSchema = z.looseObject({
  concept_embeds_weights: z.array(z.number()).min(1),
  special_care_embeds_weights: z.array(z.number()).min(1),
});

/** A checker counts only if it gives scores and its thresholds are known; one that says only yes or no does not. */
async function findChecker(folder: string): Promise<Manifest['checker']> {
  if (!(await exists(join(folder, 'safety_checker/model.onnx')))) return null;
  const outputs = (await readGraph(folder, 'safety_checker')).graph.output.map(({ name }) => name);
  if (!checkerOutputs.every((name) => outputs.includes(name))) return null;
  const text = await readFile(join(folder, 'safety_checker/config.json'), 'utf8').catch(() => '{}');
  const thresholds = thresholdsSchema.safeParse(parseJson(text));
  if (!thresholds.success) return null;
  const { concept_embeds_weights: concepts, special_care_embeds_weights: special } = thresholds.data;
  return { concepts: concepts.length, specialConcepts: special.length, parameters: null };
}

async function readGraph(folder: string, part: string): Promise<ModelProto> {
  const path = join(folder, part, 'model.onnx');
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new EaselError(
      'checkpoint-unsupported',
      `Expected ${part}/model.onnx in ${folder} but it could not be read`,
      { cause },
    );
  });
  try {
    const model = decodeModel(bytes);
    if (!model.graph) throw new TypeError('the message has no graph');
    return model;
  } catch (cause) {
    throw new EaselError('checkpoint-damaged', `Expected an ONNX model in ${path} but it could not be decoded`, {
      cause,
    });
  }
}

function requireNames(
  folder: string,
  part: string,
  what: string,
  found: { name: string }[],
  names: readonly string[],
): void {
  const have = found.map(({ name }) => name);
  const missing = names.find((name) => !have.includes(name));
  if (missing !== undefined)
    throw unsupported(`Expected the ${what} ${missing} of ${part} in ${folder} but found ${have.join(', ')}`);
}

async function requireTokenizer(source: string, tokenizer: string | undefined): Promise<void> {
  const folder = tokenizer ?? join(source, 'tokenizer');
  for (const file of ['vocab.json', 'merges.txt'])
    if (!(await exists(join(folder, file))))
      throw unsupported(
        `Expected ${file} in ${folder} but it is missing: name the tokenizer's folder with --tokenizer`,
      );
}

/** Links where the disk allows it (a model folder is replaced, never written into), copies elsewhere. A file that is there gives way. */
async function bring(from: string, to: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    await mkdir(dirname(join(to, name)), { recursive: true });
    await rm(join(to, name), { force: true });
    await link(join(from, name), join(to, name)).catch(() =>
      copyFile(join(from, name), join(to, name), constants.COPYFILE_FICLONE),
    );
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
