// What a picture says about itself: AUTOMATIC1111's `parameters` text, so that other tools read how it was made.

import { samplers } from '../diffusion/samplers/index.ts';
import { formatParameters } from '../image/a1111-parameters.ts';
import type { ModelInfo, PaintInput, PlotInput } from './engine.ts';

/** As the web UI's X/Y/Z script writes what a sheet varies. */
function plotFields({ columns, rows }: PlotInput): Record<string, string> {
  return {
    Script: 'X/Y/Z plot',
    'X Values': columns.join(', '),
    ...(rows.length > 1 ? { 'Y Values': rows.join(', ') } : {}),
  };
}

/** @param seed of this picture, not of the whole order */
export function describePicture(
  input: PaintInput,
  seed: number,
  model: Pick<ModelInfo, 'name' | 'hash'>,
  softwareVersion: string,
): string {
  const fields: Record<string, string> = {
    Steps: String(input.steps),
    Sampler: samplers[input.sampler].label,
    'CFG scale': String(input.guidanceScale),
    Seed: String(seed),
    Size: `${input.width}x${input.height}`,
    'Model hash': model.hash.slice(0, 10),
    Model: model.name,
    ...(input.plot ? plotFields(input.plot) : {}),
    ...(input.init ? { 'Denoising strength': String(input.init.strength) } : {}),
    ...(input.mask ? { 'Mask mode': 'Inpaint masked' } : {}),
    ...(input.clipSkip === 2 ? { 'Clip skip': '2' } : {}),
    ...(input.seamless ? { Tiling: 'True' } : {}),
    Version: `Easel ${softwareVersion}`,
  };
  return formatParameters({ prompt: input.prompt, negativePrompt: input.negativePrompt, fields });
}
