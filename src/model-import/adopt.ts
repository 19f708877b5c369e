// Takes over a folder of ONNX graphs that Optimum (or an earlier import) exported: checks that every part can be loaded with our names,
// links or copies the files and writes the manifest.
import { constants, copyFile, link, mkdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { EaselError } from '../errors.ts';
import { exists, unsupported } from './byte-source.ts';
import type { ImportOptions } from './import.ts';
import { combinedHash, hashFile, listFiles, type Manifest, writeManifest } from './manifest.ts';
import { decodeModel, type ModelProto } from './onnx/schema.ts';
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
  const checker = await findChecker(source);
  return staged(outDir, options.replace ?? false, async (folder) => {
    const names = (await listFiles(source)).filter(
      (name) => !name.startsWith('.') && !name.startsWith('safety_checker/'),
    );
    const checkerNames = checker ? (await listFiles(source)).filter((name) => name.startsWith('safety_checker/')) : [];
    await bring(source, folder, [...names, ...checkerNames]);
    if (options.tokenizer !== undefined)
      for (const file of ['vocab.json', 'merges.txt']) {
        await mkdir(join(folder, 'tokenizer'), { recursive: true });
        await copyFile(join(options.tokenizer, file), join(folder, 'tokenizer', file));
      }
    const files: Manifest['files'] = {};
    let bytes = 0;
    for (const name of await listFiles(folder)) {
      const file = await hashFile(join(folder, name), options.signal ? { signal: options.signal } : {});
      files[name] = file;
      bytes += file.bytes;
    }
    const hash = combinedHash(files);
    const manifest: Manifest = {
      format: 1,
      name: options.name ?? basename(resolve(source)),
      createdWith: 'easel',
      source: {
        name: options.sourceName ?? basename(resolve(source)),
        kind: 'onnx folder',
        bytes,
        sha256: hash,
        weights: 'plain',
      },
      precision: 'other',
      opset: null,
      architecture: null,
      checker,
      fix: checker
        ? null
        : 'import the model from its checkpoint or diffusers folder with --safety-checker <folder or file>',
      files,
      hash,
    };
    await writeManifest(folder, manifest);
    return manifest;
  });
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

/** Hard links where the disk allows it (a model folder is never written again), copies elsewhere. */
async function bring(from: string, to: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    await mkdir(dirname(join(to, name)), { recursive: true });
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
