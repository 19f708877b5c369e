// The benchmark: a full-size Stable Diffusion v1 of random weights, each network measured in a process of its own (measure.ts).
// What random weights cannot change: the arithmetic, the memory and the load time are those of any SD v1 checkpoint.
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EaselError } from '../errors.ts';
import { writeRandomCheckpoint } from './random-checkpoint.ts';
import { checkpointShapes, countParameters, sdV1Size } from './sd-v1-shapes.ts';
import { type Measurement, measurementSchema, type Task } from './task.ts';

export interface BenchOptions {
  /** Where the random model lies; kept if given, and used again if it is there. Default: a temporary folder (12 GB). */
  folder?: string;
  /** Timed runs per network, after one that is not counted. Default 3. */
  runs?: number;
  /** Threads of one run. Default: the number of processors. */
  threads?: number;
  precisions?: readonly ('fp32' | 'fp16')[];
  /** Also compare the U-Net with its plain, unoptimised form. Default true. */
  compare?: boolean;
  /** Takes each line of the report as it is known. */
  write: (line: string) => void;
  signal?: AbortSignal;
}

export interface BenchReport {
  gemmFlopsPerSecond: number;
  /** Seconds that a guided step takes at the machine's best GEMM rate. */
  floorSeconds: number;
  parts: { precision: string; part: string; seconds: number; loadSeconds: number; peakBytes: number }[];
  importPeakBytes: number;
  pipelinePeakBytes: number;
  /** ||fused - plain|| / ||plain|| of the U-Net; null where it was not compared. */
  relativeL2: number | null;
}

/** One guided step at 512x512: batch 2 of 4x64x64 latents. 2 x multiply-accumulates of every convolution, product and attention. */
const guidedStepFlops = 1.607e12;
const pictureSize = 512;
const gemmSize = 2048;
/** Rombach et al. 2022, table 12, and the published checkpoints. */
const published = {
  'model.diffusion_model.': 859_520_964,
  'cond_stage_model.': 123_060_480,
  'first_stage_model.': 83_653_863,
};

const parts = [
  { part: 'text_encoder', batch: 2, label: 'text encoder, prompt and negative prompt' },
  { part: 'unet', batch: 2, label: 'guided U-Net step' },
  { part: 'vae_decoder', batch: 1, label: 'VAE decoder' },
  { part: 'vae_encoder', batch: 1, label: 'VAE encoder' },
] as const;

/** Throws `internal` where the model is not of the published size, `inference-failed` where a measurement fails, or `cancelled`. */
export async function runBench(options: BenchOptions): Promise<BenchReport> {
  const { runs = 3, threads = cpus().length, precisions = ['fp32', 'fp16'], compare = true, write, signal } = options;
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'easel-bench-')));
  const task = (input: Task) => measure(input, signal);
  try {
    await mkdir(folder, { recursive: true });
    write(
      `${cpus()[0]?.model ?? 'unknown processor'}, ${threads} threads, ${gib(totalmem())} memory, Node ${process.version}`,
    );
    const checkpoint = await randomModel(folder, write);
    let importPeakBytes = 0;
    for (const precision of precisions) {
      const imported = await task({ kind: 'import', source: checkpoint, outDir: join(folder, precision), precision });
      importPeakBytes = Math.max(importPeakBytes, imported.peakBytes);
      write(`import as ${precision}: ${seconds(imported.firstSeconds)}, peak ${gib(imported.peakBytes)}`);
    }

    const gemm = async () =>
      (2 * gemmSize ** 3) / Math.min(...(await task({ kind: 'gemm', threads, size: gemmSize, runs: 20 })).seconds);
    const before = await gemm();
    const report: BenchReport['parts'] = [];
    for (const precision of precisions)
      for (const { part, batch, label } of parts) {
        const found = await task({
          kind: 'network',
          model: join(folder, precision),
          part,
          batch,
          size: pictureSize,
          runs,
          threads,
        });
        const row = {
          precision,
          part,
          seconds: median(found.seconds),
          loadSeconds: found.loadSeconds,
          peakBytes: found.peakBytes,
        };
        report.push(row);
        write(
          `${precision} ${label}: ${seconds(row.seconds)} (first ${seconds(found.firstSeconds)}), load ${seconds(row.loadSeconds)}, peak ${gib(row.peakBytes)}`,
        );
      }
    const gemmFlopsPerSecond = Math.max(before, await gemm());
    const floorSeconds = guidedStepFlops / gemmFlopsPerSecond;
    write(
      `best GEMM rate ${(gemmFlopsPerSecond / 1e9).toFixed(0)} GFLOP/s, so a guided step takes at least ${seconds(floorSeconds)}`,
    );
    for (const { precision, part, seconds: time } of report)
      if (part === 'unet') write(`${precision} guided step: ${(time / floorSeconds).toFixed(2)} times its floor`);

    const first = precisions[0] ?? 'fp32';
    const whole = await task({ kind: 'pipeline', model: join(folder, first), size: pictureSize, steps: 2, threads });
    write(`${first} whole pipeline, parts loaded in turn: peak ${gib(whole.peakBytes)}`);
    const relativeL2 = compare ? await comparePlain(folder, checkpoint, threads, task) : null;
    if (relativeL2 !== null) write(`fused against plain U-Net: relative L2 ${relativeL2.toExponential(1)}`);
    return {
      gemmFlopsPerSecond,
      floorSeconds,
      parts: report,
      importPeakBytes,
      pipelinePeakBytes: whole.peakBytes,
      relativeL2,
    };
  } finally {
    if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
  }
}

/** Writes the checkpoint unless it is there, and compares its size with the published one. */
async function randomModel(folder: string, write: BenchOptions['write']): Promise<string> {
  const shapes = checkpointShapes(sdV1Size);
  for (const [prefix, parameters] of Object.entries(published)) {
    const found = countParameters(shapes, prefix);
    if (found !== parameters)
      throw new EaselError('internal', `Expected ${parameters} parameters below ${prefix} but found ${found}`);
    write(`${prefix.slice(0, -1)}: ${(found / 1e6).toFixed(1)} M parameters`);
  }
  const path = join(folder, 'sd-v1-random.ckpt');
  const bytes = (await stat(path).catch(() => undefined))?.size ?? (await writeRandomCheckpoint(path, shapes));
  write(`checkpoint of random weights: ${gib(bytes)}`);
  return path;
}

async function comparePlain(
  folder: string,
  source: string,
  threads: number,
  task: (input: Task) => Promise<Measurement>,
): Promise<number> {
  const outDir = join(folder, 'compare');
  await task({ kind: 'plain', source, outDir });
  const run = async (file: string, optimization: 'all' | 'disabled') => {
    const input = {
      kind: 'network',
      model: outDir,
      part: 'unet',
      file,
      size: pictureSize,
      batch: 1,
      runs: 0,
      threads,
    } as const;
    return (await task({ ...input, optimization, wantsOutput: true })).output ?? [];
  };
  const fused = await run('model.onnx', 'all');
  const plain = await run('model_plain.onnx', 'disabled');
  await rm(outDir, { recursive: true, force: true });
  let difference = 0;
  let norm = 0;
  for (const [i, value] of plain.entries()) {
    difference += ((fused[i] ?? Number.NaN) - value) ** 2;
    norm += value ** 2;
  }
  return Math.sqrt(difference / norm);
}

/** Runs a task in a process of its own. */
async function measure(input: Task, signal: AbortSignal | undefined): Promise<Measurement> {
  // The sources run under tsx, the build under plain Node: the same kind of file either way.
  const script = fileURLToPath(new URL(`./measure${extname(import.meta.url)}`, import.meta.url));
  const child = spawn(process.execPath, [...process.execArgv, script, JSON.stringify(input)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(signal && { signal }),
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (errors = (errors + chunk).slice(-2000)));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).catch((cause: unknown) => {
    throw new EaselError('cancelled', 'The benchmark was cancelled', { cause });
  });
  if (code !== 0)
    throw new EaselError(
      'inference-failed',
      `Expected a measurement of ${input.kind} but its process ended with ${code}: ${errors}`,
    );
  return measurementSchema.parse(JSON.parse(output));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function seconds(value: number): string {
  return `${value.toFixed(value < 1 ? 3 : 2)} s`;
}

function gib(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(2)} GiB`;
}
