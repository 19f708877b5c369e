// An engine for end-to-end tests of everything around the networks: its pictures are drawn by arithmetic from the seed, everything after
// that is real (finish, marks, files). The checker's answer stands in the prompt: "(flag 2)" flags the second tile, "(care 1)" the first
// one with special care, "(checker fails)" breaks it, "(paint fails)" breaks the painting. Of pictures that members send, one that is all red
// is flagged, and one that is all green breaks the checker.

import { proceduralPicture } from '../../src/bench/procedural-pictures.ts';
import type { CheckerMeasurement, SafetyChecker } from '../../src/diffusion/safety-checker.ts';
import { EaselError } from '../../src/errors.ts';
import type { Pixels } from '../../src/image/pixels.ts';
import type { InitImage } from '../../src/image/read-init.ts';
import type { Engine, ModelInfo, PaintEvent, PaintInput } from '../../src/inference/engine.ts';
import { finish, finishPlot, makePreview } from '../../src/inference/finish.ts';
import { inspectPicture } from '../../src/inference/inspect.ts';
import { startPicture } from '../../src/inference/start-picture.ts';

/** Most tests ask for the same few seeds: what was drawn is drawn once a process. */
const drawn = new Map<string, Pixels>();
function sketch(seed: number, width: number, height: number): Pixels {
  const key = `${seed} ${width}x${height}`;
  const picture = drawn.get(key) ?? proceduralPicture(seed, width, height);
  if (drawn.size >= 64) drawn.clear();
  drawn.set(key, picture);
  return { ...picture, data: picture.data.slice() };
}

const thresholds = { concepts: Array<number>(17).fill(0.3), specialCare: Array<number>(3).fill(0.4) };

function measurement(kind: 'clean' | 'flagged' | 'care'): CheckerMeasurement {
  const concepts = new Float32Array(17).fill(0.1);
  if (kind !== 'clean') concepts[4] = 0.35;
  const special = new Float32Array(3).fill(0.1);
  if (kind === 'care') special[0] = 0.5;
  return { embedding: Float32Array.of(0.6, 0.8), conceptCosines: concepts, specialCareCosines: special };
}

/** Answers by place in the job. */
function checkerFor(prompt: string): Pick<SafetyChecker, 'measure' | 'thresholds'> {
  const places = (word: string) =>
    [...prompt.matchAll(new RegExp(`\\(${word} (\\d)\\)`, 'g'))].map(([, n]) => Number(n) - 1);
  const flagged = places('flag');
  const care = places('care');
  return {
    thresholds,
    async measure(pictures) {
      if (prompt.includes('(checker fails)')) throw new EaselError('safety-check-failed', 'asked to fail');
      return pictures.map((_, index) =>
        measurement(care.includes(index) ? 'care' : flagged.includes(index) ? 'flagged' : 'clean'),
      );
    },
  };
}

const inputChecker: Pick<SafetyChecker, 'measure' | 'thresholds'> = {
  thresholds,
  async measure(pictures) {
    return pictures.map(({ data }) => {
      const mean = (channel: number) =>
        data.reduce((sum, value, i) => (i % 3 === channel ? sum + value : sum), 0) / (data.length / 3);
      const [red, green, blue] = [mean(0), mean(1), mean(2)];
      if (green > 250 && red + blue < 10) throw new EaselError('safety-check-failed', 'asked to fail');
      return measurement(red > 250 && green + blue < 10 ? 'flagged' : 'clean');
    });
  },
};

/** What a step of noise would do: the start shines through by 1 - strength; what a mask keeps stays as it is. */
function blend(picture: Pixels, start: InitImage | null, strength: number): Pixels {
  if (!start) return picture;
  const { pixels, mask } = start;
  const data = picture.data.map((value, index) => {
    const share = mask ? (strength * (mask[Math.floor(index / 3)] ?? 0)) / 255 : strength;
    return Math.round(value * share + (pixels.data[index] ?? 0) * (1 - share));
  });
  return { ...picture, data };
}

export interface SketchEngineOptions {
  readonly stepMs?: number;
  readonly name?: string;
  /** SHA-256 in hexadecimal digits. */
  readonly hash?: string;
  readonly nativeSize?: number;
  readonly defaults?: NonNullable<ModelInfo['defaults']>;
  /** What it says it could merge; its pictures stay the same. */
  readonly loras?: NonNullable<ModelInfo['loras']>;
  readonly embeddings?: NonNullable<ModelInfo['embeddings']>;
}

export function openSketchEngine(options: SketchEngineOptions = {}): Engine {
  const { stepMs = 5, name = 'sketch', hash = 'cd'.repeat(32), nativeSize = 256 } = options;
  const { loras, embeddings, defaults } = options;
  const model: ModelInfo = {
    name,
    hash,
    nativeSize,
    provider: 'test',
    hasChecker: true,
    ...(defaults ? { defaults } : {}),
    ...(loras ? { loras } : {}),
    ...(embeddings ? { embeddings } : {}),
  };
  let turn: Promise<void> = Promise.resolve();

  async function* paint(
    input: PaintInput,
    { signal }: { signal?: AbortSignal } = {},
  ): AsyncGenerator<PaintEvent, void, void> {
    const before = turn;
    let release = () => {};
    turn = new Promise((resolve) => {
      release = resolve;
    });
    try {
      await before;
      if (input.prompt.includes('(paint fails)')) {
        throw new EaselError('inference-failed', 'secret detail of the runtime', {
          userMessage: 'The picture could not be painted.',
        });
      }
      const startedAt = performance.now();
      if (input.plot) {
        const { plot } = input;
        const pictures: Pixels[] = [];
        for (const [step, cell] of plot.cells.entries()) {
          await new Promise((resolve) => setTimeout(resolve, stepMs));
          if (signal?.aborted) throw new EaselError('cancelled', 'cancelled between two steps');
          yield { type: 'progress', step: step + 1, steps: plot.cells.length, msPerStep: stepMs };
          // The seed alone draws here; other settings are shown by shifting it.
          const seed = (cell.seed ?? input.seed) + (cell.steps ?? 0) + Math.round(10 * (cell.guidanceScale ?? 0));
          pictures.push(sketch(seed, input.width, input.height));
        }
        let at = 0;
        const perPlace = checkerFor(input.prompt);
        // Cells are checked one by one: the place in the job is counted here.
        const cellChecker = {
          thresholds,
          measure: async (some: readonly Pixels[]) => {
            const all = await perPlace.measure(pictures);
            at += some.length;
            return all.slice(at - some.length, at);
          },
        };
        const describe = (seed: number) => `${input.prompt}, seed ${seed}`;
        const mark = { seed: input.seed, traceId: input.traceIds[0] ?? 0 };
        const grid = await finishPlot(pictures, plot, { checker: cellChecker, describe }, input.safety, mark);
        const timings = { totalMs: performance.now() - startedAt, perStepMs: stepMs, decodeMs: 0, finishMs: 0 };
        yield { type: 'result', result: { tiles: [], grid, modelHash: model.hash, timings } };
        return;
      }
      const start = await startPicture(input);
      const checker = checkerFor(input.prompt);
      const steps = input.init?.strength === 0 ? 0 : input.steps;
      for (let step = 1; step <= steps; step += 1) {
        await new Promise((resolve) => setTimeout(resolve, stepMs));
        if (signal?.aborted) throw new EaselError('cancelled', 'cancelled between two steps');
        yield { type: 'progress', step, steps, msPerStep: stepMs };
        if (input.preview === 'blurred' && step === Math.ceil(steps / 2)) {
          const preview = await makePreview(sketch(input.seed, input.width, input.height), { checker }, input.safety);
          if (preview) yield { type: 'preview', step, preview };
        }
      }
      const tiles = Array.from({ length: input.count }, (_, index) => {
        const seed = (input.seed + index) >>> 0;
        const picture = sketch(seed, input.width, input.height);
        const painted = blend(picture, start, input.init?.strength ?? 1);
        return { pixels: painted, seed, traceId: input.traceIds[index] ?? 0 };
      });
      const describe = (seed: number) => `${input.prompt}, seed ${seed}`;
      const finished = await finish(tiles, { checker, describe }, input.safety, input.traceIds[input.count]);
      const timings = {
        totalMs: performance.now() - startedAt,
        perStepMs: steps > 0 ? stepMs : 0,
        decodeMs: 0,
        finishMs: 0,
      };
      yield { type: 'result', result: { ...finished, modelHash: model.hash, timings } };
    } finally {
      release();
    }
  }

  return {
    model,
    paint,
    inspect: (bytes, safety) => inspectPicture(bytes, inputChecker, safety),
    close: async () => undefined,
  };
}
