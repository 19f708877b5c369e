// A model on disk, in the layout Optimum writes (and our importer too): which parts there are and the few numbers beside them.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { EaselError } from '../errors.ts';
import { LATENT_FACTOR, LATENT_SCALE } from './architecture.ts';
import type { BetaSchedule } from './noise-schedule.ts';
import { stableDiffusionBetas } from './noise-schedule.ts';

export interface ModelFolder {
  readonly path: string;
  /** Between the U-Net's latents and the autoencoder's. */
  readonly latentScale: number;
  readonly betas: BetaSchedule;
  /** Pixels: the edge the model was trained at. */
  readonly nativeSize: number;
}

const vaeSchema = z.object({ scaling_factor: z.number().positive().optional() });
const manifestSchema = z.object({ architecture: z.object({ latentScale: z.number().positive() }).nullish() });
const unetSchema = z.object({ sample_size: z.int().positive().optional() });
const schedulerSchema = z.object({
  num_train_timesteps: z.int().positive().optional(),
  beta_start: z.number().positive().optional(),
  beta_end: z.number().positive().optional(),
  beta_schedule: z.enum(['linear', 'scaled_linear']).optional(),
  prediction_type: z.literal('epsilon').optional(),
});

/** Configuration files may be missing (then SD v1's numbers hold); throws `model-damaged` for ones that say something else. */
export async function readModelFolder(path: string): Promise<ModelFolder> {
  const [manifest, vae, decoder, unet, scheduler] = await Promise.all([
    readConfig(join(path, 'easel.json'), manifestSchema),
    readConfig(join(path, 'vae', 'config.json'), vaeSchema),
    readConfig(join(path, 'vae_decoder', 'config.json'), vaeSchema),
    readConfig(join(path, 'unet', 'config.json'), unetSchema),
    readConfig(join(path, 'scheduler', 'scheduler_config.json'), schedulerSchema),
  ]);
  return {
    path,
    latentScale: manifest.architecture?.latentScale ?? decoder.scaling_factor ?? vae.scaling_factor ?? LATENT_SCALE,
    nativeSize: (unet.sample_size ?? 64) * LATENT_FACTOR,
    betas: {
      trainTimesteps: scheduler.num_train_timesteps ?? stableDiffusionBetas.trainTimesteps,
      betaStart: scheduler.beta_start ?? stableDiffusionBetas.betaStart,
      betaEnd: scheduler.beta_end ?? stableDiffusionBetas.betaEnd,
      shape: scheduler.beta_schedule ?? stableDiffusionBetas.shape,
    },
  };
}

async function readConfig<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const text = await readFile(path, 'utf8').catch(() => '{}');
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new EaselError(
      'model-damaged',
      `Expected a Stable Diffusion v1 configuration in ${path} but received another`,
      { cause },
    );
  }
}
