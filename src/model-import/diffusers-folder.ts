// Reads a diffusers model folder: which weight file of each part to take, and what its config.json says.
// Layout: https://huggingface.co/docs/diffusers/using-diffusers/other-formats
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { damaged, exists, unsupported } from './byte-source.ts';
import { type Checkpoint, openCheckpoint } from './checkpoint.ts';
import { type TensorMap, textEncoderFromDiffusers, unetFromDiffusers, vaeFromDiffusers } from './key-map.ts';
import { type Networks, type SafetyCheckerNetwork, v1SampleSize, v1Text, v1Unet, v1Vae, v1Vision } from './networks.ts';

export interface DiffusersFolder {
  networks: Networks;
  safetyChecker: SafetyCheckerNetwork | undefined;
  /** Folder with vocab.json and merges.txt, where there is one. */
  tokenizerFolder: string | undefined;
  /** scheduler_config.json as found. */
  scheduler: Record<string, unknown> | undefined;
  /** Weight files in use, with '/' in their names; for the manifest's source hash. */
  files: string[];
  close(): Promise<void>;
}

const heads = z.union([z.int().positive(), z.array(z.int().positive()).min(1)]);
const unetSchema = z.looseObject({
  attention_head_dim: heads.optional(),
  num_attention_heads: heads.nullish(),
  norm_num_groups: z.int().positive().default(v1Unet.normGroups),
  norm_eps: z.number().positive().default(v1Unet.normEpsilon),
  flip_sin_to_cos: z.boolean().default(v1Unet.isCosineFirst),
  freq_shift: z.number().default(v1Unet.frequencyShift),
  cross_attention_dim: z.int().positive().optional(),
  in_channels: z.int().positive().default(4),
  sample_size: z.int().positive().default(v1SampleSize),
  use_linear_projection: z.boolean().default(false),
});
const vaeSchema = z.looseObject({
  norm_num_groups: z.int().positive().default(v1Vae.normGroups),
  scaling_factor: z.number().positive().default(v1Vae.scaleFactor),
});
const activation = z.enum(['quick_gelu', 'gelu']);
const clipSchema = z.looseObject({
  num_attention_heads: z.int().positive(),
  hidden_act: activation.default('quick_gelu'),
  layer_norm_eps: z.number().positive().default(1e-5),
});
const checkerSchema = z.looseObject({ vision_config: z.looseObject({}).default({}) });
const schedulerSchema = z.looseObject({ prediction_type: z.string().default('epsilon') });

/** Opens the weights of every part. The caller closes. Throws `checkpoint-unsupported` for anything but Stable Diffusion v1. */
export async function openDiffusersFolder(folder: string, variant?: string): Promise<DiffusersFolder> {
  const open: Checkpoint[] = [];
  const files: string[] = [];
  const close = async () => {
    for (const checkpoint of open) await checkpoint.close();
  };
  const part = async (name: string): Promise<TensorMap> => {
    const file = await weightFile(join(folder, name), variant);
    files.push(`${name}/${file}`);
    const checkpoint = await openCheckpoint(join(folder, name, file));
    open.push(checkpoint);
    return checkpoint.tensors;
  };
  try {
    const unetConfig = await readConfig(folder, 'unet/config.json', unetSchema);
    const vaeConfig = await readConfig(folder, 'vae/config.json', vaeSchema);
    const textConfig = await readConfig(
      folder,
      'text_encoder/config.json',
      clipSchema.partial({ num_attention_heads: true }),
    );
    const scheduler = await readConfig(folder, 'scheduler/scheduler_config.json', schedulerSchema);
    requireVersion1(folder, unetConfig, scheduler.prediction_type, await exists(join(folder, 'text_encoder_2')));
    // What early diffusers called attention_head_dim is the number of heads; later configs also say num_attention_heads.
    const perLevel = unetConfig.num_attention_heads ?? unetConfig.attention_head_dim ?? v1Unet.heads;
    return {
      networks: {
        textEncoder: {
          tensors: textEncoderFromDiffusers(await part('text_encoder')),
          clip: {
            heads: textConfig.num_attention_heads ?? v1Text.heads,
            activation: textConfig.hidden_act,
            epsilon: textConfig.layer_norm_eps,
          },
        },
        unet: {
          tensors: unetFromDiffusers(await part('unet')),
          options: {
            heads: typeof perLevel === 'number' ? [perLevel] : perLevel,
            normGroups: unetConfig.norm_num_groups,
            normEpsilon: unetConfig.norm_eps,
            isCosineFirst: unetConfig.flip_sin_to_cos,
            frequencyShift: unetConfig.freq_shift,
          },
          sampleSize: unetConfig.sample_size,
        },
        vae: {
          tensors: vaeFromDiffusers(await part('vae')),
          normGroups: vaeConfig.norm_num_groups,
          scaleFactor: vaeConfig.scaling_factor,
        },
      },
      safetyChecker: (await hasWeights(join(folder, 'safety_checker')))
        ? await checkerNetwork(join(folder, 'safety_checker'), await part('safety_checker'))
        : undefined,
      tokenizerFolder: (await exists(join(folder, 'tokenizer/vocab.json'))) ? join(folder, 'tokenizer') : undefined,
      scheduler: (await exists(join(folder, 'scheduler/scheduler_config.json'))) ? scheduler : undefined,
      files,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Opens a safety checker by itself: its folder, a diffusers model's folder that has one, or its weight file. The caller closes. */
export async function openSafetyChecker(
  path: string,
): Promise<{ network: SafetyCheckerNetwork; close(): Promise<void> }> {
  const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
  const folder = isFolder && (await exists(join(path, 'safety_checker'))) ? join(path, 'safety_checker') : path;
  const checkpoint = await openCheckpoint(isFolder ? join(folder, await weightFile(folder)) : path);
  try {
    if (!checkpoint.tensors.has('concept_embeds'))
      throw unsupported(
        `Expected the Stable Diffusion safety checker in ${checkpoint.file} but found a file without concept_embeds`,
      );
    const network = await checkerNetwork(isFolder ? folder : join(path, '..'), checkpoint.tensors);
    return { network, close: () => checkpoint.close() };
  } catch (error) {
    await checkpoint.close();
    throw error;
  }
}

async function checkerNetwork(folder: string, tensors: TensorMap): Promise<SafetyCheckerNetwork> {
  const config = await readConfig(folder, 'config.json', checkerSchema);
  const vision = clipSchema.partial({ num_attention_heads: true }).safeParse(config.vision_config);
  if (!vision.success)
    throw damaged(`Expected a vision_config in ${join(folder, 'config.json')} but it is damaged`, vision.error);
  return {
    tensors: new Map([...tensors].filter(([name]) => !name.endsWith('position_ids'))),
    clip: {
      heads: vision.data.num_attention_heads ?? v1Vision.heads,
      activation: vision.data.hidden_act,
      epsilon: vision.data.layer_norm_eps,
    },
  };
}

function requireVersion1(
  folder: string,
  unet: z.infer<typeof unetSchema>,
  prediction: string,
  hasSecondEncoder: boolean,
): void {
  const width = unet.cross_attention_dim;
  const found = hasSecondEncoder
    ? 'a Stable Diffusion XL folder'
    : unet.use_linear_projection || width === 1024
      ? 'a Stable Diffusion 2.x folder'
      : unet.in_channels !== 4
        ? `an inpainting model or another one with ${unet.in_channels} input channels`
        : prediction !== 'epsilon'
          ? `a model that predicts ${prediction} instead of the noise`
          : undefined;
  if (found) throw unsupported(`Expected a Stable Diffusion v1 model in ${folder} but found ${found}`);
}

/** The weight file to use of a part's files: safetensors before pickles, the named variant first, full precision before half. */
export function chooseWeightFile(files: readonly string[], variant?: string): string | undefined {
  for (const middle of [...(variant === undefined ? [] : [`.${variant}`]), '', '.fp16', '.non_ema'])
    for (const [stem, extension] of weightStems) {
      const file = `${stem}${middle}${extension}`;
      if (files.includes(file)) return file;
    }
  return undefined;
}

async function weightFile(folder: string, variant?: string): Promise<string> {
  const files: string[] = await readdir(folder).catch(() => []);
  const chosen = chooseWeightFile(files, variant);
  if (chosen !== undefined) return chosen;
  const index = files.find((file) => file.endsWith('.index.json'));
  if (index)
    throw unsupported(`Expected one weight file in ${folder} but found a set of parts (${index}): join them first`);
  throw unsupported(`Expected model weights (.safetensors or .bin) in ${folder} but found none`);
}

const weightStems = [
  ['diffusion_pytorch_model', '.safetensors'],
  ['model', '.safetensors'],
  ['diffusion_pytorch_model', '.bin'],
  ['pytorch_model', '.bin'],
] as const;

async function hasWeights(folder: string): Promise<boolean> {
  return (await readdir(folder).catch(() => [])).some((file) => /\.(?:safetensors|bin)$/.test(file));
}

/** A missing config means the defaults; a damaged one is an error. */
async function readConfig<T>(folder: string, name: string, schema: z.ZodType<T>): Promise<T> {
  const path = join(folder, name);
  const text = await readFile(path, 'utf8').catch(() => '{}');
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw damaged(`Expected a model configuration in ${path} but it could not be read`, cause);
  }
}
