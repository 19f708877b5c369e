// The areas of the conformance run, in the order they are printed: a written list.

import type { Area } from '../area.ts';
import { checkpoint } from './checkpoint.ts';
import { clipPreprocess } from './clip-preprocess.ts';
import { diffusersFolder } from './diffusers-folder.ts';
import { safetyChecker } from './safety-checker.ts';
import { samplers } from './samplers.ts';
import { schedulers } from './schedulers.ts';
import { textEncoder } from './text-encoder.ts';
import { tokenizer } from './tokenizer.ts';
import { torchRandn } from './torch-randn.ts';
import { unet } from './unet.ts';
import { vae } from './vae.ts';
import { watermark } from './watermark.ts';

export const areas: readonly Area[] = [
  checkpoint,
  diffusersFolder,
  tokenizer,
  torchRandn,
  schedulers,
  textEncoder,
  unet,
  vae,
  samplers,
  clipPreprocess,
  safetyChecker,
  watermark,
];
