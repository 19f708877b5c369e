// checkpoint/: files that must read to the expected numbers, files that must be refused cleanly, whole models that must agree with one
// another, and the hyper-parameters that model.json lists.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { sizeOf } from '../../diffusion/tensor.ts';
import { EaselError } from '../../errors.ts';
import { openCheckpoint } from '../../model-import/checkpoint.ts';
import { importModel } from '../../model-import/import.ts';
import { readManifest } from '../../model-import/manifest.ts';
import { type DType, toFloat16, toFloat32 } from '../../model-import/tensor.ts';
import type { Area, AreaContext, CaseResult } from '../area.ts';
import { exact, sameNumbers } from '../area.ts';
import { below } from '../fixture-models.ts';
import { readJson, readTensors } from '../read.ts';

const area = 'checkpoint';
const folder = 'checkpoint';
const expectedEnding = '-expected.safetensors';

async function* run(context: AreaContext): AsyncGenerator<CaseResult> {
  const names = below(context.files, folder)
    .map((path) => path.slice(folder.length + 1))
    .filter((name) => /^[^/]*\.(?:ckpt|safetensors)$/.test(name));
  const claim = (name: string) => {
    for (const ending of ['', '.gz'])
      if (context.files.includes(`${folder}/${name}${ending}`)) context.claim(`${folder}/${name}${ending}`);
  };
  const models = await context.models.singleFiles();
  for (const { path } of models) claim(path.slice(folder.length + 1));
  const others = names.filter((name) => !models.some(({ path }) => path === `${folder}/${name}`));
  // What a file is for is told from what is in it: one that agrees with no golden by its tensors' names must be refused.
  const matched = new Set<string>();
  for (const golden of others.filter((name) => name.endsWith(expectedEnding))) {
    matched.add(golden);
    for (const name of others.filter((other) => other !== golden)) {
      const results = await compareTensors(context, name, golden);
      if (results.length > 0) matched.add(name);
      yield* results;
    }
  }
  for (const name of others) {
    claim(name);
    if (!matched.has(name))
      yield await refusedFile(name, await context.models.unpacked(`${folder}/${name}`), context.scratchDir);
  }
  yield* agree(context, models);
  yield* hyperParameters(context);
}

/** Importing must end in one of our errors, and no code from the file may have run. */
async function refusedWith(path: string, scratchDir: string): Promise<string | undefined> {
  try {
    await importModel({ source: path, outDir: join(scratchDir, 'must-not-exist') });
    return 'it was imported';
  } catch (error) {
    if (!(error instanceof EaselError)) return `it failed with ${String(error).split('\n')[0]}`;
    const clean = ['checkpoint-damaged', 'checkpoint-unsafe', 'checkpoint-unsupported'].includes(error.code);
    if (!clean) return `it was refused as ${error.code}`;
    return error.code !== 'checkpoint-unsafe' && (await namesWhatRuns(path))
      ? `it was refused as ${error.code}, not as unsafe`
      : undefined;
  }
}

/** A PyTorch file whose pickle, in the form that PyTorch writes, names something to run. */
async function namesWhatRuns(path: string): Promise<boolean> {
  const text = (await readFile(path)).toString('latin1');
  return (
    ['PK', '\x80\x02', '\x80\x03', '\x80\x04', '\x80\x05'].some((head) => text.startsWith(head)) && callsOut.test(text)
  );
}

/** `c os \n system` of protocols 0 to 3, and the two short strings of later ones. */
const callsOut =
  /(?:os|posix|nt|subprocess|builtins|__builtin__)(?:\n|\x94?\x8c.)(?:system|popen|Popen|eval|exec|__import__)/s;

async function refusedFile(name: string, path: string, scratchDir: string): Promise<CaseResult> {
  const before = await traces(scratchDir);
  const problem =
    (await refusedWith(path, scratchDir)) ?? ((await traces(scratchDir)) === before ? undefined : 'a file appeared');
  return exact(area, `${name} is refused`, problem === undefined, problem);
}

/** What running a malicious file, or half an import, would leave behind: new names where we stand and in the scratch folder. */
async function traces(scratchDir: string): Promise<string> {
  const here = await readdir('.');
  const scratch = await readdir(scratchDir);
  return [...here.filter((name) => /MALICIOUS/i.test(name)), ...scratch].sort().join();
}

async function compareTensors(context: AreaContext, name: string, golden: string): Promise<CaseResult[]> {
  const expected = await readTensors(join(context.fixturesDir, folder, golden));
  const checkpoint = await openCheckpoint(await context.models.unpacked(`${folder}/${name}`)).catch(() => null);
  if (checkpoint === null) return [];
  try {
    if (![...checkpoint.tensors.keys()].every((key) => expected.has(key))) return [];
    const results: CaseResult[] = [];
    for (const [key, wanted] of expected) {
      const tensor = checkpoint.tensors.get(key);
      const same =
        tensor !== undefined &&
        `${tensor.shape}` === `${wanted.shape}` &&
        tensor.dtype === wanted.dtype &&
        Buffer.compare(await tensor.read(), wanted.bytes) === 0;
      results.push(
        exact(
          area,
          `${name} ${key} ${wanted.dtype}[${wanted.shape}]`,
          same,
          tensor ? 'other numbers' : 'it was not found',
        ),
      );
    }
    return results;
  } finally {
    await checkpoint.close();
  }
}

/** Whole models tell the same story in every file: fp32 ones byte for byte, others after rounding. */
async function* agree(
  context: AreaContext,
  models: readonly { path: string; dtype: string }[],
): AsyncGenerator<CaseResult> {
  const reference = models.find(({ path, dtype }) => dtype === 'F32' && path.endsWith('.safetensors'));
  if (reference === undefined) return;
  const wanted = await openCheckpoint(await context.models.unpacked(reference.path));
  for (const { path } of models.filter((model) => model !== reference)) {
    const other = await openCheckpoint(await context.models.unpacked(path));
    const differing: string[] = [];
    for (const [key, tensor] of wanted.tensors) {
      const found = other.tensors.get(key);
      if (found === undefined || `${found.shape}` !== `${tensor.shape}`) differing.push(key);
      else if (found.dtype === tensor.dtype) {
        if (Buffer.compare(await found.read(), await tensor.read()) !== 0) differing.push(key);
      } else {
        const rounded = roundedTo(found.dtype, toFloat32(await tensor.read(), tensor.dtype));
        if (!sameNumbers(toFloat32(await found.read(), found.dtype), rounded)) differing.push(key);
      }
    }
    await other.close();
    const name = `${path.slice(folder.length + 1)} agrees with ${reference.path.slice(folder.length + 1)}`;
    const note = `${differing.length} of ${wanted.tensors.size} differ, first ${differing[0]}`;
    yield exact(area, name, differing.length === 0 && other.tensors.size === wanted.tensors.size, note);
  }
  await wanted.close();
}

/** What a format keeps of 32-bit floats. */
function roundedTo(dtype: DType, values: Float32Array): Float32Array {
  if (dtype === 'F16') return toFloat32(new Uint8Array(toFloat16(values).buffer), 'F16');
  if (dtype !== 'BF16') return values;
  const bits = new Uint32Array(Float32Array.from(values).buffer).map(
    (b) => (b + 0x7fff + ((b >>> 16) & 1)) & 0xffff0000,
  );
  return new Float32Array(bits.buffer);
}

const modelSchema = z.object({
  unet: z.object({
    model_channels: z.int(),
    channel_mult: z.array(z.int()),
    num_heads_fixed: z.int(),
    context_dim: z.int(),
  }),
  text: z.object({
    hidden_size: z.int(),
    layers: z.int(),
    num_heads_fixed: z.int(),
    positions: z.int(),
    vocab: z.int(),
  }),
  vae: z.object({ ch: z.int(), ch_mult: z.array(z.int()), scale_factor: z.number() }),
  parameters: z.int(),
});

async function* hyperParameters(context: AreaContext): AsyncGenerator<CaseResult> {
  const path = `${folder}/model.json`;
  if (!context.files.includes(path)) return;
  context.claim(path);
  const { unet, text, vae, parameters } = await readJson(context, path, modelSchema);
  const { architecture: ours } = await readManifest(await context.models.fp32());
  if (ours === null) return;
  const times = (base: number, factors: readonly number[]) => factors.map((factor) => base * factor);
  const pairs: [string, unknown, unknown][] = [
    ['U-Net widths', ours.unet.widths, times(unet.model_channels, unet.channel_mult)],
    ['U-Net heads', [...new Set(ours.unet.heads)], [unet.num_heads_fixed]],
    ['U-Net context', ours.unet.contextWidth, unet.context_dim],
    ['text width', ours.textEncoder.width, text.hidden_size],
    ['text layers', ours.textEncoder.layers, text.layers],
    ['text heads', ours.textEncoder.heads, text.num_heads_fixed],
    ['text positions', ours.textEncoder.positions, text.positions],
    ['text vocabulary', ours.textEncoder.words, text.vocab],
    ['VAE widths', ours.vae.widths, times(vae.ch, vae.ch_mult)],
    ['latent scale', ours.latentScale, vae.scale_factor],
    ['numbers but for shadow weights', await countNumbers(context), parameters],
  ];
  for (const [name, found, wanted] of pairs)
    yield exact(area, `model.json ${name} ${wanted}`, `${found}` === `${wanted}`, `found ${found}`);
}

/** All numbers of the fp32 single file, buffers included, EMA copies not. */
async function countNumbers(context: AreaContext): Promise<number> {
  const file = (await context.models.singleFiles()).find(({ dtype }) => dtype === 'F32');
  if (file === undefined) return Number.NaN;
  const opened = await openCheckpoint(await context.models.unpacked(file.path));
  let count = 0;
  for (const { name, shape } of opened.tensors.values()) if (!name.startsWith('model_ema.')) count += sizeOf(shape);
  await opened.close();
  return count;
}

export const checkpoint: Area = { name: area, run };
