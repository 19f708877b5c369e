// The areas of the conformance run, in the order they are printed: a written list.

import type { Area } from '../area.ts';
import { samplers } from './samplers.ts';
import { schedulers } from './schedulers.ts';
import { textEncoder } from './text-encoder.ts';
import { tokenizer } from './tokenizer.ts';
import { torchRandn } from './torch-randn.ts';
import { unet } from './unet.ts';
import { vae } from './vae.ts';

export const areas: readonly Area[] = [tokenizer, torchRandn, schedulers, textEncoder, unet, vae, samplers];
