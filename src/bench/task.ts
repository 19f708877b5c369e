// What bench.ts asks of measure.ts, and what it gets back.
import { z } from 'zod';

export const networkTask = z.object({
  kind: z.literal('network'),
  model: z.string(),
  part: z.enum(['text_encoder', 'unet', 'vae_encoder', 'vae_decoder']),
  file: z.string().default('model.onnx'),
  /** Side of the picture in pixels. */
  size: z.int(),
  batch: z.int(),
  runs: z.int(),
  threads: z.int(),
  provider: z.string().default('cpu'),
  optimization: z.enum(['all', 'disabled']).default('all'),
  /** Include the outputs, for comparisons. */
  wantsOutput: z.boolean().default(false),
});
export const gemmTask = z.object({
  kind: z.literal('gemm'),
  threads: z.int(),
  size: z.int().default(2048),
  runs: z.int(),
});
export const pipelineTask = z.object({
  kind: z.literal('pipeline'),
  model: z.string(),
  size: z.int(),
  steps: z.int(),
  threads: z.int(),
});
const importTask = z.object({
  kind: z.literal('import'),
  source: z.string(),
  outDir: z.string(),
  precision: z.enum(['fp32', 'fp16']),
});
const plainTask = z.object({ kind: z.literal('plain'), source: z.string(), outDir: z.string() });
export const taskSchema = z.discriminatedUnion('kind', [networkTask, gemmTask, pipelineTask, importTask, plainTask]);
export type Task = z.input<typeof taskSchema>;

export const measurementSchema = z.object({
  loadSeconds: z.number(),
  /** Seconds of each run after the first. */
  seconds: z.array(z.number()),
  firstSeconds: z.number(),
  /** Processor time of the same runs, all threads together: what a busy machine cannot stretch. */
  cpuSeconds: z.array(z.number()).default([]),
  peakBytes: z.number(),
  output: z.array(z.number()).optional(),
});
export type Measurement = z.infer<typeof measurementSchema>;
