// A Stable Diffusion v1 of random weights and the narrowest widths its norms and heads allow (a few megabytes, milliseconds a step),
// imported by our own importer: real ONNX sessions on a fresh machine. It paints noise; it is for tests of plumbing.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeRandomCheckpoint } from '../../src/bench/random-checkpoint.ts';
import { checkpointShapes } from '../../src/bench/sd-v1-shapes.ts';
import { importModel } from '../../src/model-import/import.ts';

export interface TinyModel {
  /** The model folder. */
  readonly path: string;
  remove(): Promise<void>;
}

export async function makeTinyModel(precision: 'fp32' | 'fp16' = 'fp32'): Promise<TinyModel> {
  const folder = await mkdtemp(join(tmpdir(), 'easel-tiny-'));
  const source = join(folder, 'tiny.ckpt');
  const shapes = checkpointShapes({
    unet: { channels: 32, multipliers: [1, 1, 1, 1], resnets: 1, attentionLevels: [0, 1, 2] },
    text: { width: 24, layers: 2, words: 49408, positions: 77 },
    vae: { channels: 32, multipliers: [1, 1, 1, 1], resnets: 1 },
  });
  await writeRandomCheckpoint(source, shapes);
  const path = join(folder, 'model');
  await importModel({ source, outDir: path, precision });
  return { path, remove: () => rm(folder, { recursive: true, force: true }) };
}
