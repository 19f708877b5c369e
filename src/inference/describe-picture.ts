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

/** What was painted around a picture that lay there already. */
function outpaintFields({ outpaint }: PaintInput): Record<string, string> {
  if (!outpaint) return {};
  const { left, top, width, height } = outpaint;
  return { Outpainting: `around ${width}x${height} at ${left}, ${top}` };
}

/**
 * @param seed of this picture, not of the whole order
 * @param loraHashes by name, as the web UI writes them beside the prompt, whose tags stay in it
 */
export function describePicture(
  input: PaintInput,
  seed: number,
  model: Pick<ModelInfo, 'name' | 'hash'>,
  softwareVersion: string,
  loraHashes: Readonly<Record<string, string>> = {},
): string {
  const loras = Object.entries(loraHashes).map(([name, hash]) => `${name}: ${hash}`);
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
    ...outpaintFields(input),
    ...(input.tileEdge ? { 'Tiled diffusion': `${input.tileEdge}x${input.tileEdge}` } : {}),
    ...(input.clipSkip === 2 ? { 'Clip skip': '2' } : {}),
    ...(input.seamless ? { Tiling: 'True' } : {}),
    ...(loras.length > 0 ? { 'Lora hashes': loras.join(', ') } : {}),
    Version: `Easel ${softwareVersion}`,
  };
  return formatParameters({ prompt: input.prompt, negativePrompt: input.negativePrompt, fields });
}
