// One measurement in a process of its own, so that peak memory is that of one network: started by bench.ts with a task as its argument,
// prints one JSON line. Sessions are made here, with the options the engine uses, because the benchmark must not depend on the engine.
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { z } from 'zod';
import { EaselError } from '../errors.ts';
import { defaultGraphOptions, GraphBuilder } from '../model-import/onnx/graph.ts';
import { opset } from '../model-import/onnx/ops.ts';
import { encodeModel } from '../model-import/onnx/schema.ts';
import { RandomWeights } from './random-weights.ts';

const network = z.object({
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
  /** Include the outputs, for comparisons. */
  wantsOutput: z.boolean().default(false),
});
const gemm = z.object({ kind: z.literal('gemm'), threads: z.int(), size: z.int().default(2048), runs: z.int() });
const pipeline = z.object({
  kind: z.literal('pipeline'),
  model: z.string(),
  size: z.int(),
  steps: z.int(),
  threads: z.int(),
});
export const taskSchema = z.discriminatedUnion('kind', [network, gemm, pipeline]);
export type Task = z.input<typeof taskSchema>;

export const measurementSchema = z.object({
  loadSeconds: z.number(),
  /** Seconds of each run after the first. */
  seconds: z.array(z.number()),
  firstSeconds: z.number(),
  peakBytes: z.number(),
  output: z.array(z.number()).optional(),
});
export type Measurement = z.infer<typeof measurementSchema>;

const contextWidth = 768;
const positions = 77;

async function measure(task: z.infer<typeof taskSchema>): Promise<Measurement> {
  switch (task.kind) {
    case 'network':
      return measureNetwork(task);
    case 'gemm':
      return measureGemm(task);
    case 'pipeline':
      return measurePipeline(task);
  }
}

async function measureNetwork(task: z.infer<typeof network>): Promise<Measurement> {
  const loaded = now();
  const session = await openSession(join(task.model, task.part, task.file), task.threads, task.provider);
  const loadSeconds = now() - loaded;
  const feeds = inputs(task.part, task.size, task.batch);
  const { seconds, outputs } = await timeRuns(session, feeds, task.runs);
  const first = outputs[0];
  return {
    loadSeconds,
    firstSeconds: seconds[0] ?? 0,
    seconds: seconds.slice(1),
    peakBytes: peakBytes(),
    ...(task.wantsOutput && first && { output: [...first] }),
  };
}

/** C = A B with one constant matrix, which ONNX Runtime packs ahead: the best rate its kernels reach. */
async function measureGemm({ threads, size, runs }: z.infer<typeof gemm>): Promise<Measurement> {
  const g = new GraphBuilder('gemm', defaultGraphOptions);
  const a = g.floatInput('a', [size, size]);
  const b = g.floats([...new RandomWeights().next('b', [size, size])], [size, size]);
  g.output('c', g.op('Gemm', [a, b]), [size, size]);
  const { nodes, initializers, inputs: graphInputs, outputs } = g.finish();
  const initializer = initializers.flatMap((item) =>
    item.kind === 'constant'
      ? [{ name: item.name, dims: [...item.dims], dataType: item.dataType, rawData: item.bytes }]
      : [],
  );
  const graph = { name: 'gemm', node: nodes, initializer, input: graphInputs, output: outputs };
  const bytes = encodeModel({ irVersion: 8, graph, opsetImport: [{ domain: '', version: opset }] });
  const session = await ort.InferenceSession.create(bytes, sessionOptions(threads, 'cpu'));
  const { seconds } = await timeRuns(session, { a: randomTensor([size, size]) }, runs);
  return { loadSeconds: 0, firstSeconds: seconds[0] ?? 0, seconds: seconds.slice(1), peakBytes: peakBytes() };
}

/** The networks of one picture in turn, each released before the next is loaded. */
async function measurePipeline({ model, size, steps, threads }: z.infer<typeof pipeline>): Promise<Measurement> {
  const started = now();
  const parts = [
    ['text_encoder', 1],
    ['unet', steps],
    ['vae_decoder', 1],
  ] as const;
  for (const [part, runs] of parts) {
    const session = await openSession(join(model, part, 'model.onnx'), threads, 'cpu');
    await timeRuns(session, inputs(part, size, part === 'vae_decoder' ? 1 : 2), runs - 1);
    await session.release();
  }
  return { loadSeconds: 0, firstSeconds: now() - started, seconds: [], peakBytes: peakBytes() };
}

type Feeds = Record<string, ort.Tensor>;

function inputs(part: z.infer<typeof network>['part'], size: number, batch: number): Feeds {
  const cells = size / 8;
  switch (part) {
    case 'text_encoder':
      return {
        input_ids: new ort.Tensor(
          'int64',
          BigInt64Array.from({ length: batch * positions }, (_, i) => BigInt((i * 37) % 49408)),
          [batch, positions],
        ),
      };
    case 'unet':
      return {
        sample: randomTensor([batch, 4, cells, cells]),
        timestep: new ort.Tensor('float32', new Float32Array(batch).fill(500), [batch]),
        encoder_hidden_states: randomTensor([batch, positions, contextWidth]),
      };
    case 'vae_encoder':
      return { sample: randomTensor([batch, 3, size, size]) };
    case 'vae_decoder':
      return { latent_sample: randomTensor([batch, 4, cells, cells]) };
  }
}

/** Standard normal numbers, the same for the same number of axes. */
function randomTensor(dims: number[]): ort.Tensor {
  const [rows = 1, ...rest] = dims;
  const count = rest.reduce((product, length) => product * length, 1);
  // Declared as [rows * count, 1], which has fan-in 1 and so deviation 1.
  return new ort.Tensor('float32', new RandomWeights(dims.length).next('input', [rows * count, 1]), dims);
}

async function timeRuns(
  session: ort.InferenceSession,
  feeds: Feeds,
  runs: number,
): Promise<{ seconds: number[]; outputs: Float32Array[] }> {
  const seconds: number[] = [];
  let outputs: Float32Array[] = [];
  for (let i = 0; i <= runs; i++) {
    const start = now();
    const result = await session.run(feeds);
    seconds.push(now() - start);
    outputs = Object.values(result).flatMap(({ data }) => (data instanceof Float32Array ? [data] : []));
    if (outputs.some((values) => !values.every(Number.isFinite)))
      throw new EaselError('inference-failed', 'Expected finite numbers from the network but received NaN or infinity');
  }
  return { seconds, outputs };
}

function openSession(path: string, threads: number, provider: string): Promise<ort.InferenceSession> {
  return ort.InferenceSession.create(path, sessionOptions(threads, provider));
}

function sessionOptions(threads: number, provider: string): ort.InferenceSession.SessionOptions {
  return {
    executionProviders: [provider],
    graphOptimizationLevel: 'all',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    enableMemPattern: false,
    logSeverityLevel: 3,
  };
}

function now(): number {
  return performance.now() / 1000;
}

function peakBytes(): number {
  return process.resourceUsage().maxRSS * 1024;
}

const task = process.argv[2];
if (task !== undefined) process.stdout.write(`${JSON.stringify(await measure(taskSchema.parse(JSON.parse(task))))}\n`);
