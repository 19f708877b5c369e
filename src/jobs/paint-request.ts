// A complete picture order as it travels through Redis: seed drawn, defaults applied, so that a retry paints the same picture.

import { z } from 'zod';
import { samplerIds } from '../diffusion/samplers/index.ts';

export const maxSeed = 2 ** 32 - 1;

/** Hard limits; an operator's and a guild's limits lie within them. Pixels are per picture. */
export const hardLimits = {
  promptCharacters: 2000,
  steps: { min: 1, max: 150 },
  guidanceScale: { min: 1, max: 30 },
  count: { min: 1, max: 4 },
  plot: { perAxis: 8, cells: 16 },
  edge: { min: 64, max: 2048, multiple: 8 },
} as const;

/** What a request gets where nobody says otherwise. */
export const paintDefaults = { steps: 25, guidanceScale: 7.5, sampler: 'dpmpp-2m-karras' } as const;

/** How much of the noise a picture to start from gets: the web UI's default; a masked part owes nothing to what it covers. */
export const startStrengths = { picture: 0.75, masked: 1 } as const;

const edge = z.int().min(hardLimits.edge.min).max(hardLimits.edge.max).multipleOf(hardLimits.edge.multiple);

/** Pictures are referred to by their key in the image store, never by URL: links expire. */
export const imageKeySchema = z.string().min(1).max(200);

const shared = {
  prompt: z.string().max(hardLimits.promptCharacters),
  negativePrompt: z.string().max(hardLimits.promptCharacters),
  seed: z.int().min(0).max(maxSeed),
  steps: z.int().min(hardLimits.steps.min).max(hardLimits.steps.max),
  guidanceScale: z.number().min(hardLimits.guidanceScale.min).max(hardLimits.guidanceScale.max),
  sampler: z.enum(samplerIds),
};

/** A labelled sheet instead of a grid: one picture per cell, row by row, each with what it has of its own. */
export const plotSchema = z
  .object({
    columns: z.array(z.string().max(40)).min(1).max(hardLimits.plot.perAxis),
    rows: z.array(z.string().max(40)).min(1).max(hardLimits.plot.perAxis),
    cells: z.array(z.object(shared).partial()).min(1).max(hardLimits.plot.cells),
  })
  .refine(({ columns, rows, cells }) => columns.length * rows.length === cells.length, 'one cell per column and row');

/** Outpainting: where the picture of `init`, scaled to this size, lies on the canvas of the request. Pixels; parts may lie outside. */
const onGrid = z.int().min(-hardLimits.edge.max).max(hardLimits.edge.max).multipleOf(hardLimits.edge.multiple);
export const placementSchema = z.object({
  left: onGrid,
  top: onGrid,
  width: onGrid.min(hardLimits.edge.multiple),
  height: onGrid.min(hardLimits.edge.multiple),
});

export type Placement = z.infer<typeof placementSchema>;

export type Plot = z.infer<typeof plotSchema>;

export const paintRequestSchema = z.object({
  ...shared,
  width: edge,
  height: edge,
  count: z.int().min(hardLimits.count.min).max(hardLimits.count.max),
  clipSkip: z.union([z.literal(1), z.literal(2)]).default(1),
  init: z.object({ imageKey: imageKeySchema, strength: z.number().min(0).max(1) }).optional(),
  maskKey: imageKeySchema.optional(),
  outpaint: placementSchema.optional(),
  seamless: z.boolean().optional(),
  /** Edge in pixels of the overlapping tiles that a picture larger than its model is painted in. */
  tileEdge: z.int().min(64).max(hardLimits.edge.max).multipleOf(16).optional(),
  /** Name of the style whose words are part of prompt and negative prompt already. */
  style: z.string().max(40).optional(),
  plot: plotSchema.optional(),
  /** SHA-256 of the model; the queue is chosen by it. */
  modelHash: z.string().min(8).max(64),
  /** What the model was called then, for people. */
  modelName: z.string().max(100).optional(),
});

export type PaintRequest = z.infer<typeof paintRequestSchema>;
