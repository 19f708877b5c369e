// An engine that paints nothing: for load, throughput and crash tests of everything around it, chosen by EASEL_PROVIDER=simulated alone.
// Its pictures go through the real finish() with a checker that always fails: so each is the "withheld" tile with the reason
// checker-error, because nobody checked it, and no setting can make this engine post a picture as one that passed.

import { createHash } from 'node:crypto';
import { EaselError } from '../errors.ts';
import type { Engine, Inspection, ModelInfo, PaintEvent, PaintInput, Verdict } from './engine.ts';
import { type FinishDependencies, type FinishedJob, finish } from './finish.ts';

export interface SimulatedEngineOptions {
  /** Milliseconds of one sampling step, whatever the size. */
  readonly stepMs: number;
  /** Milliseconds for everything after the last step. Default: one step. */
  readonly finishMs?: number;
  readonly name?: string;
}

const failingChecker: FinishDependencies['checker'] = {
  measure: async () => {
    throw new EaselError('safety-check-failed', 'Expected a safety checker but this engine is simulated');
  },
  thresholds: { concepts: [], specialCare: [] },
};

const unchecked: Verdict = { outcome: 'withheld', reason: 'checker-error', scores: null, hits: [] };

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancelled = () => reject(new EaselError('cancelled', 'The job was cancelled between two steps'));
    if (signal?.aborted) return cancelled();
    const onAbort = () => {
      clearTimeout(timer);
      cancelled();
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

export function openSimulatedEngine(options: SimulatedEngineOptions): Engine {
  const { stepMs, finishMs = stepMs, name = 'simulated' } = options;
  const model: ModelInfo = {
    name,
    hash: createHash('sha256').update(`simulated model ${name}`).digest('hex'),
    nativeSize: 256,
    provider: 'simulated',
    hasChecker: false,
  };
  /** One job per size and count is finished for real; the others share its files, so that a load test measures the queue. */
  const finishedJobs = new Map<string, Promise<FinishedJob>>();
  let turn: Promise<void> = Promise.resolve();

  async function finished({ width, height, count, seed, plot }: PaintInput): Promise<FinishedJob> {
    const size = `${width}x${height}x${count}`;
    const tile = () => ({ pixels: { width, height, data: new Uint8Array(width * height * 3) }, seed: 0, traceId: 0 });
    const known =
      finishedJobs.get(size) ??
      finish(
        Array.from({ length: count }, tile),
        { checker: failingChecker, describe: () => 'simulated' },
        { adjustment: 0, onFlag: 'withhold' },
        0,
      );
    finishedJobs.set(size, known);
    const { tiles, grid } = await known;
    const [tile0] = tiles;
    if (plot && tile0) return { tiles: [], grid: { ...tile0, kind: 'grid', index: -1, seed } };
    return {
      tiles: tiles.map((image, index) => ({ ...image, seed: (seed + index) >>> 0 })),
      grid: grid && { ...grid, seed },
    };
  }

  async function* paint(
    input: PaintInput,
    { signal }: { signal?: AbortSignal } = {},
  ): AsyncGenerator<PaintEvent, void, void> {
    const before = turn;
    let release: () => void = () => undefined;
    turn = new Promise((resolve) => {
      release = resolve;
    });
    try {
      await before;
      const startedAt = performance.now();
      const steps = Math.max(1, Math.round(input.steps * (input.init?.strength ?? 1)));
      for (let step = 1; step <= steps; step += 1) {
        await pause(stepMs, signal);
        yield { type: 'progress', step, steps, msPerStep: stepMs };
      }
      await pause(finishMs, signal);
      const { tiles, grid } = await finished(input);
      const timings = { totalMs: performance.now() - startedAt, perStepMs: stepMs, decodeMs: 0, finishMs };
      yield { type: 'result', result: { tiles, grid, modelHash: model.hash, timings } };
    } finally {
      release();
    }
  }

  return {
    model,
    paint,
    inspect: async (): Promise<Inspection> => ({
      width: 0,
      height: 0,
      scores: null,
      verdict: unchecked,
      perceptualHash: '0000000000000000',
      embedding: null,
      referenceMark: { found: false, bitAccuracy: 0 },
      traceId: null,
      parameters: null,
      provenance: null,
    }),
    close: async () => undefined,
  };
}
