// What a model paints with where nobody says otherwise: a model may know better than SD v1's usual numbers. Stands in its easel.json.

import type { z } from 'zod';
import { paintDefaults, paintRequestSchema } from './paint-request.ts';

/** Each may be absent: then the installation's default counts. */
export const modelDefaultsSchema = paintRequestSchema
  .pick({ guidanceScale: true, steps: true, sampler: true })
  .partial();
export type ModelDefaults = z.infer<typeof modelDefaultsSchema>;

export type PaintDefaults = { readonly [name in keyof ModelDefaults]-?: NonNullable<ModelDefaults[name]> };

/** The installation's defaults with the model's in front of them. */
export function defaultsFor(model: ModelDefaults | undefined, rest: PaintDefaults = paintDefaults): PaintDefaults {
  return {
    guidanceScale: model?.guidanceScale ?? rest.guidanceScale,
    steps: model?.steps ?? rest.steps,
    sampler: model?.sampler ?? rest.sampler,
  };
}
