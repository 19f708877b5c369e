// schedulers.json: diffusers' scheduler classes on a toy network. Each class and configuration is translated into one of our samplers
// and schedules; a configuration that cannot be translated fails by name.

import { z } from 'zod';
import type { BetaSchedule, ScheduleOptions } from '../../diffusion/noise-schedule.ts';
import { makeNoiseTable, makeSchedule, timestepOf } from '../../diffusion/noise-schedule.ts';
import type { SamplerId } from '../../diffusion/samplers/index.ts';
import { samplers } from '../../diffusion/samplers/index.ts';
import type { Area, AreaContext, CaseResult } from '../area.ts';
import { exact, maxAbsDifference, maxRelativeDifference, measured } from '../area.ts';
import { readJson } from '../read.ts';

const area = 'schedulers';
const tolerance = 1e-4;

const runSchema = z.object({
  num_inference_steps: z.int(),
  timesteps: z.array(z.number()),
  sigmas: z.array(z.number()).nullable(),
  init_noise_sigma: z.number(),
  x_start: z.array(z.number()),
  x_after_each_step: z.array(z.array(z.number())),
  final: z.array(z.number()),
  noises: z.array(z.array(z.number())).optional(),
  noise_drawn_per_step: z.array(z.int()).optional(),
  final_denoised: z.array(z.number()).optional(),
});
const settings = z.record(z.string(), z.unknown());
const schedulerSchema = z.object({
  reference_class: z.string(),
  config: settings,
  step_args: settings,
  set_timesteps_args: settings,
  runs: z.array(runSchema.strict()),
});
const fileSchema = z.object({
  base_config: z.object({
    num_train_timesteps: z.int(),
    beta_start: z.number(),
    beta_end: z.number(),
    beta_schedule: z.enum(['linear', 'scaled_linear']),
  }),
  x_unit: z.array(z.number()),
  schedulers: z.record(z.string(), schedulerSchema),
  alphas_cumprod_at: z.record(z.string(), z.number()),
});

type Run = z.infer<typeof runSchema>;
type Scheduler = z.infer<typeof schedulerSchema>;

interface Translation {
  readonly sampler: SamplerId;
  readonly schedule: Omit<ScheduleOptions, 'steps'>;
  /** The class keeps x at unit variance instead of letting it grow with sigma. */
  readonly preserving: boolean;
  readonly eta: number;
}

/** Class -> our sampler, what its steps are, whether x keeps unit variance, and the class's defaults where they matter. */
const classes: Record<string, { sampler: SamplerId; spacing: 'leading' | 'linspace'; end: 'zero' | 'table' }> = {
  DDIMScheduler: { sampler: 'ddim', spacing: 'leading', end: 'zero' },
  PNDMScheduler: { sampler: 'plms', spacing: 'leading', end: 'table' },
  DDPMScheduler: { sampler: 'ddpm', spacing: 'leading', end: 'zero' },
  LMSDiscreteScheduler: { sampler: 'lms', spacing: 'linspace', end: 'zero' },
  EulerDiscreteScheduler: { sampler: 'euler', spacing: 'linspace', end: 'zero' },
  EulerAncestralDiscreteScheduler: { sampler: 'euler-ancestral', spacing: 'linspace', end: 'zero' },
  HeunDiscreteScheduler: { sampler: 'heun', spacing: 'linspace', end: 'zero' },
  KDPM2DiscreteScheduler: { sampler: 'dpm2', spacing: 'linspace', end: 'zero' },
  KDPM2AncestralDiscreteScheduler: { sampler: 'dpm2-ancestral', spacing: 'linspace', end: 'zero' },
  DPMSolverMultistepScheduler: { sampler: 'dpmpp-2m', spacing: 'linspace', end: 'zero' },
  DPMSolverSinglestepScheduler: { sampler: 'dpmpp-2s', spacing: 'linspace', end: 'zero' },
  UniPCMultistepScheduler: { sampler: 'unipc', spacing: 'linspace', end: 'zero' },
  DEISMultistepScheduler: { sampler: 'deis', spacing: 'linspace', end: 'table' },
  LCMScheduler: { sampler: 'lcm', spacing: 'leading', end: 'zero' },
};

/** Ours for theirs, or the sentence that says what has no translation. */
function translate(scheduler: Scheduler): Translation | string {
  const known = classes[scheduler.reference_class];
  if (known === undefined) return `no sampler for ${scheduler.reference_class}`;
  let sampler = known.sampler;
  const { counting } = samplers[sampler];
  const schedule: { -readonly [K in keyof Omit<ScheduleOptions, 'steps'>]: ScheduleOptions[K] } = {
    counting,
    spacing: known.spacing,
    end: known.end,
    offset: 0,
  };
  let eta = 0;
  const all = { ...scheduler.config, ...scheduler.step_args, ...scheduler.set_timesteps_args };
  for (const [key, value] of Object.entries(all)) {
    const setting = `${key}=${JSON.stringify(value)}`;
    if (key === 'timestep_spacing' && (value === 'leading' || value === 'linspace' || value === 'trailing'))
      schedule.spacing = value;
    else if (key === 'steps_offset' && typeof value === 'number') schedule.offset = value;
    else if (key === 'use_karras_sigmas' && value === true) schedule.curve = 'karras';
    else if (key === 'use_exponential_sigmas' && value === true) schedule.curve = 'exponential';
    else if (key === 'set_alpha_to_one' && typeof value === 'boolean') schedule.end = value ? 'zero' : 'table';
    else if (key === 'final_sigmas_type' && (value === 'zero' || value === 'sigma_min')) {
      schedule.end = value === 'zero' ? 'zero' : 'table';
    } else if (key === 'algorithm_type' && value === 'sde-dpmsolver++' && sampler === 'dpmpp-2m')
      sampler = 'dpmpp-2m-sde';
    else if (key === 'original_inference_steps' && typeof value === 'number') schedule.distilledSteps = value;
    else if (key === 'eta' && typeof value === 'number') eta = value;
    else if (!isOurDefault.has(setting)) return `no equal for ${setting}`;
  }
  return { sampler, schedule, preserving: counting !== 'fractional', eta };
}

/** Settings that say what our samplers do anyway. */
const isOurDefault = new Set([
  'clip_sample=false',
  'skip_prk_steps=true',
  'algorithm_type="dpmsolver++"',
  'algorithm_type="deis"',
  'solver_order=2',
  'use_karras_sigmas=false',
  'use_exponential_sigmas=false',
  'prediction_type="epsilon"',
]);

async function* checkRun(
  name: string,
  translation: Translation,
  run: Run,
  betas: BetaSchedule,
): AsyncGenerator<CaseResult> {
  const table = makeNoiseTable(betas);
  const schedule = makeSchedule(table, { ...translation.schedule, steps: run.num_inference_steps });
  const first = schedule.sigmas[0] ?? 0;
  const scaleOf = (sigma: number) => (translation.preserving ? 1 / Math.hypot(sigma, 1) : 1);
  const noises = run.noises ?? [];
  const times: number[] = [];
  const rows: Float32Array[] = [];
  const drawn: number[] = [];
  let draws = 0;
  let denoised: Float32Array = new Float32Array();
  const steps = samplers[translation.sampler].sample({
    ...schedule,
    x: Float32Array.from(run.x_start, (value) => value / scaleOf(first)),
    eta: translation.eta,
    timestepOf: (sigma) => timestepOf(table, sigma),
    noise: () => Float32Array.from(noises[draws++] ?? [Number.NaN]),
    predictNoise: (x, sigma, timestep) => {
      times.push(timestep);
      return Promise.resolve(x.map((value) => (0.3 * value) / Math.hypot(sigma, 1) + 0.1 * Math.sin(timestep / 100)));
    },
  });
  for await (const step of steps) {
    rows.push(step.x.map((value) => value * scaleOf(step.sigma)));
    drawn.push(draws - drawn.reduce((a, b) => a + b, 0));
    denoised = step.denoised;
  }
  yield measured(area, `${name} timesteps`, maxAbsDifference(times, run.timesteps), tolerance);
  if (run.sigmas !== null) {
    // Two-call samplers list a sigma twice; the order of distinct ones is what counts.
    const distinct = (sigmas: readonly number[]) => sigmas.filter((sigma, i) => sigma !== sigmas[i - 1]);
    yield measured(
      area,
      `${name} sigmas`,
      maxAbsDifference(distinct(schedule.sigmas), distinct(run.sigmas)),
      tolerance,
    );
  }
  const initial = schedule.initialScale * scaleOf(first);
  yield measured(area, `${name} first scale`, Math.abs(initial - run.init_noise_sigma), tolerance);
  const worst = rows.map((row, i) => maxRelativeDifference(row, run.x_after_each_step[i] ?? []));
  const short = rows.length === run.x_after_each_step.length ? 0 : Number.POSITIVE_INFINITY;
  yield measured(
    area,
    `${name} x after each of ${run.x_after_each_step.length}`,
    Math.max(short, ...worst),
    tolerance,
    'rel',
  );
  yield measured(area, `${name} final`, maxRelativeDifference(rows.at(-1) ?? [], run.final), tolerance, 'rel');
  if (run.final_denoised !== undefined) {
    yield measured(
      area,
      `${name} final denoised`,
      maxRelativeDifference(denoised, run.final_denoised),
      tolerance,
      'rel',
    );
  }
  if (run.noise_drawn_per_step !== undefined) {
    const note = `drew ${draws} of ${noises.length}`;
    yield exact(
      area,
      `${name} noise draws`,
      draws === noises.length && `${drawn}` === `${run.noise_drawn_per_step}`,
      note,
    );
  }
}

async function* run(context: AreaContext): AsyncGenerator<CaseResult> {
  const path = 'schedulers.json';
  if (!context.files.includes(path)) return;
  context.claim(path);
  const file = await readJson(context, path, fileSchema);
  const base = file.base_config;
  const betas: BetaSchedule = {
    trainTimesteps: base.num_train_timesteps,
    betaStart: base.beta_start,
    betaEnd: base.beta_end,
    shape: base.beta_schedule,
  };
  const table = makeNoiseTable(betas);
  const indices = Object.keys(file.alphas_cumprod_at);
  const ours = indices.map((t) => table.alphasCumprod[Number(t)] ?? Number.NaN);
  yield measured(area, 'alphas_cumprod', maxAbsDifference(ours, Object.values(file.alphas_cumprod_at)), 1e-6);
  for (const [name, scheduler] of Object.entries(file.schedulers)) {
    const translation = translate(scheduler);
    if (typeof translation === 'string') {
      yield exact(area, name, false, translation);
      continue;
    }
    for (const golden of scheduler.runs) {
      yield* checkRun(`${name} ${golden.num_inference_steps}`, translation, golden, betas);
    }
  }
}

export const schedulers: Area = { name: area, run };
