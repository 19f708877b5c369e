// The samplers by name: a written list, so that zod, slash choices and the README table are all checked against it.
// Plain arithmetic only: this file travels to the bot, which never loads onnxruntime.

import type { Counting, SigmaCurve } from '../noise-schedule.ts';
import { ddim } from './ddim.ts';
import { ddpm } from './ddpm.ts';
import { deis } from './deis.ts';
import { dpm2, dpm2Ancestral } from './dpm2.ts';
import { dpmpp2m, dpmpp2mSde } from './dpmpp-2m.ts';
import { dpmpp2s } from './dpmpp-2s.ts';
import { euler, eulerAncestral } from './euler.ts';
import { heun } from './heun.ts';
import { lcm } from './lcm.ts';
import { lms } from './lms.ts';
import { plms } from './plms.ts';
import type { Sampler } from './sampler.ts';
import { unipc } from './unipc.ts';

export const samplerIds = [
  'plms',
  'ddim',
  'ddpm',
  'euler',
  'euler-karras',
  'euler-ancestral',
  'heun',
  'heun-karras',
  'lms',
  'lms-karras',
  'dpm2',
  'dpm2-karras',
  'dpm2-ancestral',
  'dpm2-ancestral-karras',
  'dpmpp-2s',
  'dpmpp-2s-karras',
  'dpmpp-2m',
  'dpmpp-2m-karras',
  'dpmpp-2m-sde',
  'dpmpp-2m-sde-karras',
  'unipc',
  'unipc-karras',
  'deis',
  'deis-karras',
  'lcm',
] as const;

export type SamplerId = (typeof samplerIds)[number];

export interface SamplerDefinition {
  /** What a person reads in a list. */
  readonly label: string;
  readonly sample: Sampler;
  /** Draws fresh noise on the way (DDIM does so only with eta above 0). */
  readonly stochastic: boolean;
  /** Order of the method. */
  readonly order: number;
  /** Network calls a step, once under way. */
  readonly callsPerStep: 1 | 2;
  readonly counting: Counting;
  readonly curve: SigmaCurve;
  readonly end: 'zero' | 'table';
}

type Shape = Omit<SamplerDefinition, 'label' | 'sample' | 'curve'>;

const whole: Shape = { stochastic: false, order: 1, callsPerStep: 1, counting: 'whole', end: 'table' };
const fractional: Shape = { ...whole, counting: 'fractional', end: 'zero' };
const twice: Shape = { ...fractional, order: 2, callsPerStep: 2 };
const solver: Shape = { ...whole, order: 2, counting: 'solver', end: 'zero' };
const noisy = { stochastic: true } as const;

function define(label: string, sample: Sampler, shape: Shape, curve: SigmaCurve = 'table'): SamplerDefinition {
  return { label: curve === 'karras' ? `${label} Karras` : label, sample, curve, ...shape };
}

export const samplers: Readonly<Record<SamplerId, SamplerDefinition>> = {
  plms: define('PLMS', plms, { ...whole, order: 4 }),
  ddim: define('DDIM', ddim, whole),
  ddpm: define('DDPM', ddpm, { ...whole, ...noisy, end: 'zero' }),
  euler: define('Euler', euler, fractional),
  'euler-karras': define('Euler', euler, fractional, 'karras'),
  'euler-ancestral': define('Euler a', eulerAncestral, { ...fractional, ...noisy }),
  heun: define('Heun', heun, twice),
  'heun-karras': define('Heun', heun, twice, 'karras'),
  lms: define('LMS', lms, { ...fractional, order: 4 }),
  'lms-karras': define('LMS', lms, { ...fractional, order: 4 }, 'karras'),
  dpm2: define('DPM2', dpm2, twice),
  'dpm2-karras': define('DPM2', dpm2, twice, 'karras'),
  'dpm2-ancestral': define('DPM2 a', dpm2Ancestral, { ...twice, ...noisy }),
  'dpm2-ancestral-karras': define('DPM2 a', dpm2Ancestral, { ...twice, ...noisy }, 'karras'),
  'dpmpp-2s': define('DPM++ 2S', dpmpp2s, solver),
  'dpmpp-2s-karras': define('DPM++ 2S', dpmpp2s, solver, 'karras'),
  'dpmpp-2m': define('DPM++ 2M', dpmpp2m, solver),
  'dpmpp-2m-karras': define('DPM++ 2M', dpmpp2m, solver, 'karras'),
  'dpmpp-2m-sde': define('DPM++ 2M SDE', dpmpp2mSde, { ...solver, ...noisy }),
  'dpmpp-2m-sde-karras': define('DPM++ 2M SDE', dpmpp2mSde, { ...solver, ...noisy }, 'karras'),
  unipc: define('UniPC', unipc, solver),
  'unipc-karras': define('UniPC', unipc, solver, 'karras'),
  deis: define('DEIS', deis, { ...solver, end: 'table' }),
  'deis-karras': define('DEIS', deis, { ...solver, end: 'table' }, 'karras'),
  lcm: define('LCM', lcm, { ...whole, ...noisy, counting: 'distilled', end: 'zero' }),
};
