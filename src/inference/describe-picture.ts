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

export interface AdapterHashes {
  readonly loras?: Readonly<Record<string, string>>;
  readonly embeddings?: Readonly<Record<string, string>>;
}

/** `name: hash, name: hash`; a name cannot hold what separates them. */
function hashField(field: string, hashes: Readonly<Record<string, string>> = {}): Record<string, string> {
  const pairs = Object.entries(hashes).map(([name, hash]) => `${name.replace(/[:,]/g, '')}: ${hash}`);
  return pairs.length > 0 ? { [field]: pairs.join(', ') } : {};
}

/**
 * @param seed of this picture, not of the whole order
 * @param hashes of LoRAs and embeddings by name, as the web UI writes them beside the prompt, whose words and tags stay in it
 */
export function describePicture(
  input: PaintInput,
  seed: number,
  model: Pick<ModelInfo, 'name' | 'hash'>,
  softwareVersion: string,
  hashes: AdapterHashes = {},
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
    ...outpaintFields(input),
    ...(input.tileEdge ? { 'Tiled diffusion': `${input.tileEdge}x${input.tileEdge}` } : {}),
    ...(input.clipSkip === 2 ? { 'Clip skip': '2' } : {}),
    ...(input.seamless ? { Tiling: 'True' } : {}),
    ...hashField('Lora hashes', hashes.loras),
    ...hashField('TI hashes', hashes.embeddings),
    Version: `Easel ${softwareVersion}`,
  };
  return formatParameters({ prompt: input.prompt, negativePrompt: input.negativePrompt, fields });
}
