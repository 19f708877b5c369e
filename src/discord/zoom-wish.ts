// What the form behind Custom Zoom asks for, and the plan that comes of it. Pure.

import { ratioRange, readRatio, sizeOfRatio } from '../prompt/flags.ts';
import type { Ground, Scene } from './behaviour.ts';
import type { Submitted } from './define-component.ts';
import { type FormWords, readFormWords, typedIn } from './form-words.ts';
import { code } from './message-body.ts';
import { zoomOnto } from './outpaint-geometry.ts';
import { composedEdgeOf, type PictureSize, workingSize } from './picture-size.ts';
import { type Refusal, refuse } from './refusal.ts';
import { countFor, outpaintStrength, type Plan, soleOf } from './single-picture.ts';

export const zoomFields = { zoom: 'zoom', ratio: 'ratio', prompt: 'prompt' } as const;
/** As Midjourney has it. */
export const zoomRange = { min: '1.0', max: '2.0' } as const;

export interface ZoomWish {
  readonly factor: number;
  /** Null: the picture's own. */
  readonly ratio: PictureSize | null;
  readonly words: FormWords['changes'];
}

/** `1.5`, `1,5` and `1.5x`. */
function readFactor(text: string): number | null {
  const [, digits = ''] = /^[x×]?\s*(\d(?:[.,]\d{1,3})?)\s*[x×]?$/iu.exec(text) ?? [];
  const factor = digits === '' ? Number.NaN : Number(digits.replace(',', '.'));
  return factor >= Number(zoomRange.min) && factor <= Number(zoomRange.max) ? factor : null;
}

/** The field for the ratio counts before `--ar` among the words. */
export function readZoom(ground: Ground, input: Submitted): ZoomWish | Refusal {
  const { forms } = ground.texts;
  const zoom = typedIn(input, zoomFields.zoom);
  const factor = readFactor(zoom);
  if (factor === null) return refuse(forms.zoomRange(code(zoom) || ' ', zoomRange.min, zoomRange.max), 'option');
  const ratio = typedIn(input, zoomFields.ratio);
  const shape = ratio === '' ? null : readRatio(ratio.replace(/\s+/g, ''));
  if (ratio !== '' && !shape) return refuse(forms.ratioRange(code(ratio), ratioRange), 'option');
  const words = readFormWords(ground, typedIn(input, zoomFields.prompt), ['ar']);
  if ('refuse' in words) return words;
  return { factor, ratio: shape ?? words.flags.ar ?? null, words: words.changes };
}

/** About as many pixels as the picture has, so that the canvas stays within what the model composes well. */
function canvasOf(scene: Scene, size: PictureSize, ratio: PictureSize | null): PictureSize {
  if (!ratio) return size;
  return sizeOfRatio(ratio, Math.sqrt(size.width * size.height), composedEdgeOf(scene));
}

/** The plan for the picture that the form was opened under, or why there is none. */
export function planZoom(scene: Scene, input: Submitted): { readonly plan: Plan } | Refusal {
  const wish = readZoom(scene, input);
  if ('refuse' in wish) return wish;
  const { factor, ratio, words } = wish;
  const picture = soleOf(scene);
  const size = picture && workingSize(scene, picture);
  const zoomed = size && zoomOnto(size, canvasOf(scene, size, ratio), factor);
  if (!zoomed) return refuse(scene.texts.forms.nothingToPaint(zoomRange.min), 'option');
  const changes = { ...words, ...zoomed, count: countFor(scene) };
  return { plan: { kind: 'zoom', strength: outpaintStrength, changes } };
}
