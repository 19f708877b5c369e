// What the `parameters` text of a picture says, in our terms: as far as it names things that we have too.

import { type SamplerId, samplerIds, samplers } from '../diffusion/samplers/index.ts';
import type { A1111Parameters } from '../image/a1111-parameters.ts';
import { hardLimits, maxSeed, type PaintRequest } from '../jobs/paint-request.ts';

export type KnownSettings = Pick<PaintRequest, 'prompt' | 'negativePrompt'> &
  Partial<
    Pick<PaintRequest, 'width' | 'height' | 'seed' | 'steps' | 'guidanceScale' | 'sampler' | 'clipSkip' | 'seamless'>
  >;

const plainName = (name: string) => name.toLowerCase().replace(/[^a-z0-9+]/g, '');
/** Names that the web UI has for samplers that we name after their paper or library. */
const otherNames: ReadonlyMap<string, SamplerId> = new Map<string, SamplerId>([
  ['eulera', 'euler-ancestral'],
  ['dpm2a', 'dpm2-ancestral'],
]);

/** Newer web UIs name the curve apart, as `Schedule type`. */
export function samplerNamed(sampler: string, schedule = ''): SamplerId | null {
  const isKarras = /karras/i.test(sampler) || /karras/i.test(schedule);
  const name = plainName(sampler.replace(/karras/i, ''));
  const base =
    otherNames.get(name) ?? samplerIds.find((id) => !id.endsWith('-karras') && plainName(samplers[id].label) === name);
  if (base === undefined) return null;
  return (isKarras ? samplerIds.find((id) => id === `${base}-karras`) : undefined) ?? base;
}

function numberIn(text: string | undefined, min: number, max: number): number | undefined {
  const value = Number(text?.trim() || 'none');
  return value >= min && value <= max ? value : undefined;
}

function wholeIn(text: string | undefined, min: number, max: number): number | undefined {
  const value = numberIn(text, min, max);
  return value !== undefined && Number.isInteger(value) ? value : undefined;
}

export function settingsFrom({ prompt, negativePrompt, fields }: A1111Parameters): KnownSettings {
  const { steps: stepRange, guidanceScale: guidanceRange, edge } = hardLimits;
  const [, w, h] = /^(\d+)x(\d+)$/.exec(fields.Size ?? '') ?? [];
  const [width, height] = [wholeIn(w, edge.min, edge.max), wholeIn(h, edge.min, edge.max)];
  const seed = wholeIn(fields.Seed, 0, maxSeed);
  const steps = wholeIn(fields.Steps, stepRange.min, stepRange.max);
  const guidanceScale = numberIn(fields['CFG scale'], guidanceRange.min, guidanceRange.max);
  const sampler = fields.Sampler === undefined ? null : samplerNamed(fields.Sampler, fields['Schedule type']);
  return {
    prompt: prompt.slice(0, hardLimits.promptCharacters),
    negativePrompt: negativePrompt.slice(0, hardLimits.promptCharacters),
    ...(width && height && (width | height) % edge.multiple === 0 ? { width, height } : {}),
    ...(seed === undefined ? {} : { seed }),
    ...(steps === undefined ? {} : { steps }),
    ...(guidanceScale === undefined ? {} : { guidanceScale }),
    ...(sampler === null ? {} : { sampler }),
    ...(fields['Clip skip'] === '2' ? { clipSkip: 2 as const } : {}),
    ...(fields.Tiling === 'True' ? { seamless: true } : {}),
  };
}
