// samplers.json and samplers.safetensors: CompVis' samplers on the fixtures' own U-Net, from given noise to decoded pictures.

import { join } from 'node:path';
import { z } from 'zod';
import { denoise, fromNoise, fromPicture, toUnitVariance } from '../../diffusion/denoise.ts';
import { guidedNoise } from '../../diffusion/guidance.ts';
import { readModelFolder } from '../../diffusion/model-folder.ts';
import type { Schedule } from '../../diffusion/noise-schedule.ts';
import { makeNoiseTable, makeSchedule } from '../../diffusion/noise-schedule.ts';
import { RunLimits } from '../../diffusion/run-limits.ts';
import { samplers as definitions } from '../../diffusion/samplers/index.ts';
import { ancestralSplit } from '../../diffusion/samplers/sampler.ts';
import { Network } from '../../diffusion/session.ts';
import { sizeOf, type Tensor, tensor } from '../../diffusion/tensor.ts';
import { unetFile } from '../../diffusion/unet.ts';
import { decode, encode, samplePosterior, vaeDecoderFile, vaeEncoderFile } from '../../diffusion/vae.ts';
import type { Area, AreaContext, CaseResult } from '../area.ts';
import { exact, maxAbsDifference, measured } from '../area.ts';
import { Goldens } from '../goldens.ts';
import { readJson } from '../read.ts';

const area = 'samplers';
const latentTolerance = 2e-3;
const imageTolerance = 2e-4;
/** For a run's first tenth, before guidance has multiplied rounding errors. */
const earlyTolerance = 1e-4;
const tableTolerance = 1e-6;

const key = z.string();
const caseSchema = z.strictObject({
  sampler: z.enum(['plms', 'ddim']),
  num_steps: z.int(),
  steps_run: z.int(),
  eta: z.number(),
  guidance_scale: z.number(),
  timesteps: z.array(z.int()),
  cond: key,
  uncond: key.nullable(),
  stored_after_steps: z.array(z.int()),
  final: key,
  decoded: key,
  alphas: z.array(z.number()).optional(),
  alphas_prev: z.array(z.number()).optional(),
  sigmas: z.array(z.number()).optional(),
  start_noise: key.optional(),
  step_noise: key.optional(),
  strength: z.number().optional(),
  t_enc: z.int().optional(),
  init_latent: key.optional(),
  noise: key.optional(),
  encoded: key.optional(),
  mask: key.optional(),
  x0: key.optional(),
  q_noise: key.optional(),
  // Facts about the run itself, nothing to compare with.
  rule: z.string().optional(),
  latent_std: z.number().optional(),
  decoded_std: z.number().optional(),
  sensitivity: z.unknown().optional(),
});
const fileSchema = z.object({
  vae_scale_factor: z.number(),
  betas: z.string(),
  cases: z.record(z.string(), caseSchema),
});
type Case = z.infer<typeof caseSchema>;

/** The tables a case lists, ascending as CompVis keeps them, against those our schedule implies. */
function* checkTables(name: string, golden: Case, schedule: Schedule): Generator<CaseResult> {
  const abar = (sigma: number) => 1 / (1 + sigma * sigma);
  const starts = schedule.sigmas.slice(0, -1).reverse();
  const ends = schedule.sigmas.slice(1).reverse();
  const up = starts.map((sigma, i) => ancestralSplit(sigma, ends[i] ?? 0, golden.eta).up / Math.hypot(ends[i] ?? 0, 1));
  const tables = { alphas: starts.map(abar), alphas_prev: ends.map(abar), sigmas: up };
  for (const table of ['alphas', 'alphas_prev', 'sigmas'] as const) {
    const listed = golden[table];
    if (listed === undefined) continue;
    yield measured(area, `${name} ${table}`, maxAbsDifference(tables[table], listed), tableTolerance);
  }
}

/** A mask [b or 1, c or 1, h, w] as one number for each of the latents' [B, C, h, w]. */
function spread(mask: Tensor, dims: readonly number[]): Float32Array {
  const [, channels = 1, h = 1, w = 1] = dims;
  const [masks = 1, layers = 1] = mask.dims;
  const cells = h * w;
  return Float32Array.from({ length: sizeOf(dims) }, (_, i) => {
    const layer = (Math.floor(i / cells) % channels) % layers;
    const item = Math.floor(i / (cells * channels)) % masks;
    return mask.data[(item * layers + layer) * cells + (i % cells)] ?? Number.NaN;
  });
}

interface Networks {
  readonly folder: string;
  readonly unet: Network;
  readonly decoder: Network;
}

async function* checkCase(
  name: string,
  golden: Case,
  goldens: Goldens,
  networks: Networks,
): AsyncGenerator<CaseResult> {
  const folder = await readModelFolder(networks.folder);
  const table = makeNoiseTable(folder.betas);
  const { counting, end } = definitions[golden.sampler];
  const whole = makeSchedule(table, { steps: golden.num_steps, counting, end, spacing: 'compvis' });
  yield* checkTables(name, golden, whole);

  const begin = goldens.floats(golden.start_noise ?? golden.noise ?? `${name}.x_T`);
  const start =
    golden.init_latent === undefined
      ? fromNoise(whole, begin.data)
      : fromPicture(
          whole,
          golden.sampler,
          goldens.floats(golden.init_latent).data,
          begin.data,
          golden.strength ?? 1,
          golden.num_steps,
        );
  yield exact(
    area,
    `${name} timesteps`,
    `${start.schedule.timesteps}` === `${golden.timesteps}`,
    `got ${start.schedule.timesteps}`,
  );
  yield exact(
    area,
    `${name} steps`,
    start.schedule.timesteps.length === golden.steps_run,
    `${start.schedule.timesteps.length} steps`,
  );
  if (golden.t_enc !== undefined) {
    yield exact(
      area,
      `${name} t_enc`,
      start.schedule.timesteps.length === golden.t_enc,
      `${start.schedule.timesteps.length}`,
    );
  }
  if (golden.encoded !== undefined) {
    const unit = toUnitVariance(start.x, start.schedule.sigmas[0] ?? 0);
    yield measured(
      area,
      `${name} noised start`,
      maxAbsDifference(unit, goldens.floats(golden.encoded).data),
      earlyTolerance,
    );
  }

  const size = sizeOf(begin.dims);
  const listed = golden.q_noise ?? golden.step_noise;
  const noises = listed === undefined ? new Float32Array() : goldens.floats(listed).data;
  let drawn = 0;
  const conditional = goldens.floats(golden.cond);
  const steps = denoise({
    table,
    sampler: golden.sampler,
    ...start,
    eta: golden.eta,
    noise: () => {
      drawn += size;
      return noises.subarray(drawn - size, drawn);
    },
    keep:
      golden.mask === undefined || golden.x0 === undefined
        ? undefined
        : { original: goldens.floats(golden.x0).data, mask: spread(goldens.floats(golden.mask), begin.dims) },
    predictNoise: guidedNoise({
      unet: networks.unet,
      conditional,
      unconditional: golden.uncond === null ? conditional : goldens.floats(golden.uncond),
      scale: golden.guidance_scale,
      dims: begin.dims,
      limits: new RunLimits(begin.dims[0] ?? 1),
    }),
  });
  let latent = begin;
  for await (const step of steps) {
    if (!step.complete) continue;
    latent = tensor(toUnitVariance(step.x, step.sigma), begin.dims);
    if (!golden.stored_after_steps.includes(step.step)) continue;
    const stored = goldens.floats(`${name}.x_after_step_${`${step.step}`.padStart(2, '0')}`).data;
    const tolerance = step.step <= Math.max(1, golden.steps_run / 10) ? earlyTolerance : latentTolerance;
    yield measured(area, `${name} after step ${step.step}`, maxAbsDifference(latent.data, stored), tolerance);
  }
  yield measured(
    area,
    `${name} final latent`,
    maxAbsDifference(latent.data, goldens.floats(golden.final).data),
    latentTolerance,
  );
  const image = await decode(networks.decoder, latent, folder.latentScale);
  yield measured(
    area,
    `${name} decoded`,
    maxAbsDifference(image.data, goldens.floats(golden.decoded).data),
    imageTolerance,
  );
}

async function* run(context: AreaContext): AsyncGenerator<CaseResult> {
  const goldens = await Goldens.open(context, 'samplers.safetensors');
  if (goldens === undefined) return;
  context.claim('samplers.json');
  const file = await readJson(context, 'samplers.json', fileSchema);
  const folder = await context.models.fp32();
  const { latentScale } = await readModelFolder(folder);
  yield measured(area, 'latent scale', Math.abs(latentScale - file.vae_scale_factor), 0);

  const encoder = await Network.open(join(folder, vaeEncoderFile));
  for (const name of goldens.matching(/^(.*)\.init_image$/)) {
    const posterior = await encode(encoder, goldens.floats(`${name}.init_image`));
    const latent = samplePosterior(posterior, latentScale, goldens.floats(`${name}.posterior_noise`).data);
    yield measured(
      area,
      `${name} initial latent`,
      maxAbsDifference(latent.data, goldens.floats(`${name}.init_latent`).data),
      earlyTolerance,
    );
  }
  await encoder.release();

  const unet = await Network.open(join(folder, unetFile));
  const decoder = await Network.open(join(folder, vaeDecoderFile));
  for (const [name, golden] of Object.entries(file.cases))
    yield* checkCase(name, golden, goldens, { folder, unet, decoder });
  await unet.release();
  await decoder.release();
  yield* goldens.unused(area);
}

export const samplers: Area = { name: area, run };
