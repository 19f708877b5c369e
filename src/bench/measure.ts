// One task in a process of its own, so that peak memory is that of one network: started by bench.ts with a task as its argument,
// prints one JSON line. Sessions are made here, with the options the engine uses, because the benchmark must not depend on the engine.
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import type { z } from 'zod';
import { EaselError } from '../errors.ts';
import { openCheckpoint } from '../model-import/checkpoint.ts';
import { unetGraph } from '../model-import/graphs/unet.ts';
import { importModel } from '../model-import/import.ts';
import { networksOfCheckpoint } from '../model-import/networks.ts';
import { defaultGraphOptions, GraphBuilder } from '../model-import/onnx/graph.ts';
import { opset } from '../model-import/onnx/ops.ts';
import { encodeModel } from '../model-import/onnx/schema.ts';
import { writeGraphs } from '../model-import/onnx/write.ts';
import { Weights } from '../model-import/weights.ts';
import { RandomWeights } from './random-weights.ts';
import { type gemmTask, type Measurement, type networkTask, type pipelineTask, taskSchema } from './task.ts';

type NetworkTask = z.infer<typeof networkTask>;

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
    case 'import':
      return timed(() => importModel({ ...task, replace: true }));
    case 'plain':
      return timed(() => writePlainUnet(task.source, task.outDir));
  }
}

async function timed(run: () => Promise<unknown>): Promise<Measurement> {
  const started = now();
  await run();
  return { loadSeconds: 0, firstSeconds: now() - started, seconds: [], cpuSeconds: [], peakBytes: peakBytes() };
}

/** The U-Net in both forms over one data file: `model.onnx` and `model_plain.onnx`. */
async function writePlainUnet(source: string, outDir: string): Promise<void> {
  const checkpoint = await openCheckpoint(source);
  const { tensors, options } = networksOfCheckpoint(checkpoint, false).unet;
  const graph = (form: 'fused' | 'plain') =>
    unetGraph(new Weights('U-Net', tensors), options, { ...defaultGraphOptions, form });
  await writeGraphs(join(outDir, 'unet'), { 'model.onnx': graph('fused'), 'model_plain.onnx': graph('plain') });
  await checkpoint.close();
}

async function measureNetwork(task: NetworkTask): Promise<Measurement> {
  const loaded = now();
  const session = await openSession(
    join(task.model, task.part, task.file),
    task.threads,
    task.provider,
    task.optimization,
  );
  const loadSeconds = now() - loaded;
  const feeds = inputs(task.part, task.size, task.batch);
  const { outputs, ...times } = await timeRuns(session, feeds, task.runs);
  const first = outputs[0];
  return {
    loadSeconds,
    ...times,
    peakBytes: peakBytes(),
    ...(task.wantsOutput && first && { output: [...first] }),
  };
}

/** C = A B with one constant matrix, which ONNX Runtime packs ahead: the best rate its kernels reach. */
async function measureGemm({ threads, size, runs }: z.infer<typeof gemmTask>): Promise<Measurement> {
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
  const { outputs: _, ...times } = await timeRuns(session, { a: randomTensor([size, size]) }, runs);
  return { loadSeconds: 0, ...times, peakBytes: peakBytes() };
}

/** The networks of one picture in turn, each released before the next is loaded. */
async function measurePipeline({ model, size, steps, threads }: z.infer<typeof pipelineTask>): Promise<Measurement> {
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
  return { loadSeconds: 0, firstSeconds: now() - started, seconds: [], cpuSeconds: [], peakBytes: peakBytes() };
}

type Feeds = Record<string, ort.Tensor>;

function inputs(part: NetworkTask['part'], size: number, batch: number): Feeds {
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

async function timeRuns(session: ort.InferenceSession, feeds: Feeds, runs: number) {
  const seconds: number[] = [];
  const cpuSeconds: number[] = [];
  let outputs: Float32Array[] = [];
  for (let i = 0; i <= runs; i++) {
    const start = now();
    const cpu = process.cpuUsage();
    const result = await session.run(feeds);
    const { user, system } = process.cpuUsage(cpu);
    seconds.push(now() - start);
    cpuSeconds.push((user + system) / 1e6);
    outputs = Object.values(result).flatMap(({ data }) => (data instanceof Float32Array ? [data] : []));
    if (outputs.some((values) => !values.every(Number.isFinite)))
      throw new EaselError('inference-failed', 'Expected finite numbers from the network but received NaN or infinity');
  }
  const [firstSeconds = 0, ...rest] = seconds;
  return { firstSeconds, seconds: rest, cpuSeconds: cpuSeconds.slice(1), outputs };
}

function openSession(
  path: string,
  threads: number,
  provider: string,
  optimization: 'all' | 'disabled' = 'all',
): Promise<ort.InferenceSession> {
  return ort.InferenceSession.create(path, {
    ...sessionOptions(threads, provider),
    graphOptimizationLevel: optimization,
  });
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
