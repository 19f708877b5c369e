// The `parameters` text of a painted picture, with the keys that AUTOMATIC1111's web UI writes and reads.

import { samplers } from '../diffusion/samplers/index.ts';
import { type A1111Parameters, formatParameters } from '../image/a1111-parameters.ts';
import type { ModelInfo, PaintInput } from './engine.ts';

export function paintParameters(
  input: Omit<PaintInput, 'safety' | 'traceIds' | 'preview'>,
  model: Pick<ModelInfo, 'name' | 'hash'>,
  seed: number,
): A1111Parameters {
  return {
    prompt: input.prompt,
    negativePrompt: input.negativePrompt,
    fields: {
      Steps: String(input.steps),
      Sampler: samplers[input.sampler].label,
      'CFG scale': String(input.guidanceScale),
      Seed: String(seed),
      Size: `${input.width}x${input.height}`,
      'Model hash': model.hash.slice(0, 10),
      Model: model.name,
      ...(input.init === undefined ? {} : { 'Denoising strength': String(input.init.strength) }),
      ...(input.clipSkip === 1 ? {} : { 'Clip skip': String(input.clipSkip) }),
      ...(input.seamless ? { Tiling: 'True' } : {}),
      Version: 'Easel',
    },
  };
}

/** For finish(): the text of any picture of one order, by its seed. */
export function describePaint(input: PaintInput, model: Pick<ModelInfo, 'name' | 'hash'>): (seed: number) => string {
  return (seed) => formatParameters(paintParameters(input, model, seed));
}
