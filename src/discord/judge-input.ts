// A picture that a request starts from, and its mask: what can be said of them before they are fetched. Pure.

import type { APIAttachment } from 'discord-api-types/v10';
import { defaultReadLimits } from '../image/read-picture.ts';
import { startStrengths } from '../jobs/paint-request.ts';
import type { Ground } from './behaviour.ts';
import { type Refusal, refuse } from './refusal.ts';

export interface GivenInput {
  readonly image?: APIAttachment | undefined;
  /** White is repainted. Without one, the picture's own transparency is. */
  readonly mask?: APIAttachment | undefined;
  /** How much of the noise the picture gets: above 0, at most 1. */
  readonly strength?: number | undefined;
}

export const strengthRange = { min: 0.05, max: 1 } as const;
/** For metrics. */
export const inputReason = 'input-picture';

/** By its type, by its name where a server says none, in doubt yes: what it really is shows when it is read. */
export function isPicture({ content_type: type, filename }: Partial<APIAttachment>): boolean {
  if (type) return type.startsWith('image/');
  return !/\.\w+$/.test(filename ?? '') || /\.(png|jpe?g|webp|gif)$/i.test(filename ?? '');
}

/** What Discord says about a file; what it really is shows later. */
export function judgeFile(
  { installation, texts }: Pick<Ground, 'installation' | 'texts'>,
  file: APIAttachment,
): Refusal | null {
  const { maxBytes, maxPixels } = defaultReadLimits;
  const host = URL.canParse(file.url) ? new URL(file.url).host : null;
  if (host === null || !installation.cdnHosts.includes(host)) return refuse(texts.inputs.foreign, inputReason);
  if (!isPicture(file)) return refuse(texts.failures.unreadable, inputReason);
  if (file.size > maxBytes || (file.width ?? 0) * (file.height ?? 0) > maxPixels) {
    return refuse(texts.failures.tooLarge, inputReason);
  }
  return null;
}

/** @param steps of the wish that takes the fewest */
export function judgeInput(ground: Ground, given: GivenInput, steps: number): Refusal | null {
  const { inputs, commands } = ground.texts;
  const image = commands.imagine.options.image.name;
  if (!given.image) {
    if (given.mask) return refuse(inputs.maskAlone(image), inputReason);
    return given.strength === undefined ? null : refuse(inputs.strengthAlone(image), inputReason);
  }
  for (const file of [given.image, given.mask]) {
    const unfit = file && judgeFile(ground, file);
    if (unfit) return unfit;
  }
  const strength = given.strength ?? (given.mask ? startStrengths.masked : startStrengths.picture);
  // The last int(strength * steps) steps are taken.
  return Math.floor(strength * steps) < 1 ? refuse(inputs.tooWeak, inputReason) : null;
}
