// The engine itself, in whatever thread it is opened: pipeline, checker and finish() put together. Serving processes open it through
// threaded.ts; this file blocks its event loop while a network runs.

import { embeddingHashes } from '../adapters/embedding-file.ts';
import { type Adapters, openAdapters } from '../adapters/open-adapters.ts';
import { openAesthetics, requireWidth } from '../adapters/open-aesthetics.ts';
import type { AestheticsHead } from '../diffusion/aesthetics.ts';
import { type GenerationEvent, StableDiffusion } from '../diffusion/pipeline.ts';
import { readLoras } from '../diffusion/prompt-loras.ts';
import type { InitialPicture } from '../diffusion/request.ts';
import { openSafetyChecker, type SafetyChecker } from '../diffusion/safety-checker.ts';
import { type Tensor, tensor } from '../diffusion/tensor.ts';
import { EaselError, expected } from '../errors.ts';
import { composeGrid } from '../image/grid.ts';
import type { Pixels } from '../image/pixels.ts';
import { createProvenanceSigner } from '../image/provenance.ts';
import { readInit } from '../image/read-init.ts';
import { describePicture } from './describe-picture.ts';
import type {
  Engine,
  Inspection,
  ModelInfo,
  PaintEvent,
  PaintInput,
  PaintResult,
  PlotInput,
  PreviewImage,
  SafetyPolicy,
} from './engine.ts';
import { type FinishDependencies, type FinishedJob, finish, finishPlot, makePreview } from './finish.ts';
import { inspectPicture } from './inspect.ts';
import { judgePicture } from './judge-picture.ts';
import { startPicture } from './start-picture.ts';
import type { EngineOptions } from './thread-messages.ts';

/** Previews never take more than a tenth of the time, and come at most this often. */
const previewEveryMs = 2500;

export class LocalEngine implements Engine {
  readonly warnings: readonly string[];
  readonly #pipeline: StableDiffusion;
  readonly #checker: SafetyChecker;
  readonly #sign: FinishDependencies['sign'];
  readonly #options: EngineOptions;
  readonly #adapters: Adapters | null;
  readonly #aesthetics: AestheticsHead | null;

  private constructor(
    pipeline: StableDiffusion,
    checker: SafetyChecker,
    adapters: Adapters | null,
    aesthetics: AestheticsHead | null,
    options: EngineOptions,
  ) {
    this.#pipeline = pipeline;
    this.#checker = checker;
    this.#adapters = adapters;
    this.#aesthetics = aesthetics;
    this.#options = options;
    this.warnings = pipeline.warnings;
    if (options.provenance) {
      const signer = createProvenanceSigner(options.provenance.certificatePem, options.provenance.keyPem);
      this.#sign = (png) =>
        signer.sign(png, { title: 'AI-generated picture', softwareVersion: options.softwareVersion });
    }
  }

  /** Of the moment: LoRAs and embeddings come and go. */
  get model(): ModelInfo {
    const { name, hash, defaults } = this.#options.model;
    const adapters = this.#adapters;
    return {
      name,
      hash,
      nativeSize: this.#pipeline.folder.nativeSize,
      provider: this.#pipeline.provider,
      hasChecker: true,
      ...(defaults ? { defaults } : {}),
      ...(adapters
        ? {
            loras: adapters.loras().map(({ name, unfit }) => ({ name, unfit })),
            embeddings: adapters.embeddings().found.map(({ name, token, unfit }) => ({ name: token ?? name, unfit })),
          }
        : {}),
    };
  }

  /** Looks at the folders of LoRAs and embeddings again; not while it paints. @returns whether `model` says something else now */
  async refresh(): Promise<boolean> {
    const changed = await this.#adapters?.refresh();
    if (changed?.embeddings) await this.#pipeline.learn(this.#adapters?.embeddings().words ?? undefined);
    return changed !== undefined && (changed.loras || changed.embeddings);
  }

  /**
   * Opens a model. One without a safety checker is refused: nothing could ever leave it.
   * @throws EaselError `model-without-checker`, `model-missing`, `model-damaged`, `provider-unavailable`, `bad-config`
   */
  static async open(options: EngineOptions, warn?: (sentence: string) => void): Promise<LocalEngine> {
    const network = {
      ...(options.threads > 0 ? { threads: options.threads } : {}),
      ...(options.deviceId === undefined ? {} : { deviceId: options.deviceId }),
      ...(options.quickLoad ? { quickLoad: true } : {}),
    };
    const aesthetics = options.aesthetics === undefined ? null : await openAesthetics(options.aesthetics);
    const adapters = options.adapters ? await openAdapters(options.model, options.adapters) : null;
    const words = adapters?.embeddings().words;
    const pipeline = await StableDiffusion.open(options.model.path, {
      provider: options.provider,
      ...(warn ? { onSmaller: warn } : {}),
      ...(words ? { learnedWords: words } : {}),
      ...(options.keepLoaded ? { keepLoaded: options.keepLoaded } : {}),
      ...network,
    });
    const checker = await openSafetyChecker(options.model.path, { ...network, provider: pipeline.provider });
    if (aesthetics) {
      try {
        const [measured] = await checker.measure([{ width: 8, height: 8, data: new Uint8Array(8 * 8 * 3) }]);
        requireWidth(aesthetics, measured?.embedding.length ?? 0, options.aesthetics ?? '', options.model.name);
      } catch (error) {
        await pipeline.close();
        await checker.close();
        throw error;
      }
    }
    return new LocalEngine(pipeline, checker, adapters, aesthetics, options);
  }

  /** The prompt as the text encoder reads it, and the variant with the LoRAs it asks for; `hashes` for the picture's text. */
  async #words(
    prompt: string,
  ): Promise<{ prompt: string; variant?: string; hashes: Readonly<Record<string, string>> }> {
    const { words, loras } = readLoras(prompt);
    if (loras.length === 0) return { prompt: words === '' ? prompt : words, hashes: {} };
    if (!this.#adapters)
      throw new EaselError('bad-request', 'Expected a folder of LoRAs but this engine has none', {
        userMessage: 'A LoRA of this request is not at hand.',
      });
    const variant = await this.#adapters.variantFor(loras);
    return { prompt: words, ...(variant ? { variant: variant.folder } : {}), hashes: variant?.hashes ?? {} };
  }

  async *paint(input: PaintInput, options: { signal?: AbortSignal } = {}): AsyncGenerator<PaintEvent, void, void> {
    const started = performance.now();
    const wanted = input.count > 1 ? input.count + 1 : 1;
    if (input.traceIds.length < wanted)
      throw new EaselError('bad-request', expected(`${wanted} trace ids`, 'a paint', input.traceIds.length));
    if (input.init?.strength === 0 && !input.mask) {
      yield { type: 'result', result: await this.#finishOnly(input, input.init.bytes, started) };
      return;
    }
    if (input.plot) {
      yield* this.#paintPlot(input, input.plot, started, options);
      return;
    }
    const start = await this.#start(input);
    if (input.preview === 'blurred') await this.#pipeline.preparePreview();
    const { hashes, ...words } = await this.#words(input.prompt);
    const request = {
      ...words,
      negativePrompt: input.negativePrompt,
      width: input.width,
      height: input.height,
      seed: input.seed,
      count: input.count,
      steps: input.steps,
      guidanceScale: input.guidanceScale,
      sampler: input.sampler,
      clipSkip: input.clipSkip,
      ...start,
      ...(input.tileEdge === undefined ? {} : { tileEdge: input.tileEdge }),
      ...(input.seamless ? { seamless: true } : {}),
    };
    let stepsBegan = performance.now();
    let firstStepMs = 0;
    let steps = 0;
    let previewAt = 0;
    let previewCostMs = 0;
    let result: Extract<GenerationEvent, { type: 'result' }> | undefined;
    let lastStepAt = stepsBegan;
    for await (const event of this.#pipeline.generate(request, options)) {
      if (event.type === 'result') {
        result = event;
        break;
      }
      steps = event.step;
      lastStepAt = performance.now();
      // The first step includes loading: the pace is measured from the second on.
      if (steps === 1) {
        firstStepMs = lastStepAt - stepsBegan;
        stepsBegan = lastStepAt;
      }
      const msPerStep = steps > 1 ? (lastStepAt - stepsBegan - previewCostMs) / (steps - 1) : firstStepMs;
      yield { type: 'progress', step: event.step, steps: event.steps, msPerStep };
      const isDue = lastStepAt - previewAt > Math.max(previewEveryMs, 10 * (previewCostMs / Math.max(1, steps)));
      if (input.preview === 'blurred' && isDue && event.step < event.steps) {
        previewAt = performance.now();
        const preview = await this.#preview(event.x0Preview, input);
        previewCostMs += performance.now() - previewAt;
        if (preview) yield { type: 'preview', step: event.step, preview };
      }
    }
    if (!result)
      throw new EaselError('inference-failed', 'Expected a picture from the pipeline but it ended without one');
    const decoded = performance.now();
    const finished = await this.#finish(toPictures(result.images), input, hashes);
    const now = performance.now();
    yield {
      type: 'result',
      result: {
        ...finished,
        modelHash: this.model.hash,
        timings: {
          totalMs: now - started,
          perStepMs: steps > 1 ? (lastStepAt - stepsBegan - previewCostMs) / (steps - 1) : firstStepMs,
          decodeMs: decoded - lastStepAt,
          finishMs: now - decoded,
        },
      },
    };
  }

  /** Cell after cell, each a picture of its own; progress counts the steps of all. */
  async *#paintPlot(
    input: PaintInput,
    plot: PlotInput,
    started: number,
    options: { signal?: AbortSignal },
  ): AsyncGenerator<PaintEvent, void, void> {
    const orders = plot.cells.map((cell) => ({
      prompt: cell.prompt ?? input.prompt,
      negativePrompt: cell.negativePrompt ?? input.negativePrompt,
      width: input.width,
      height: input.height,
      seed: cell.seed ?? input.seed,
      count: 1,
      steps: cell.steps ?? input.steps,
      guidanceScale: cell.guidanceScale ?? input.guidanceScale,
      sampler: cell.sampler ?? input.sampler,
      clipSkip: input.clipSkip,
      ...(input.seamless ? { seamless: true } : {}),
    }));
    const steps = orders.reduce((sum, order) => sum + order.steps, 0);
    const pictures: Pixels[] = [];
    let done = 0;
    let paintingMs = 0;
    const loraHashes: Record<string, string> = {};
    for (const order of orders) {
      const began = performance.now();
      let images: Tensor | undefined;
      const { hashes, ...words } = await this.#words(order.prompt);
      Object.assign(loraHashes, hashes);
      for await (const event of this.#pipeline.generate({ ...order, ...words }, options)) {
        if (event.type === 'result') {
          images = event.images;
          break;
        }
        const spent = paintingMs + performance.now() - began;
        // A sampler may take more or fewer steps than asked for: the sum stays what was said.
        const step = Math.min(steps, done + Math.min(order.steps, event.step));
        yield { type: 'progress', step, steps, msPerStep: spent / Math.max(1, step) };
      }
      if (!images)
        throw new EaselError('inference-failed', 'Expected a picture from the pipeline but it ended without one');
      pictures.push(...toPictures(images));
      done += order.steps;
      paintingMs += performance.now() - began;
    }
    const decoded = performance.now();
    const grid = await finishPlot(pictures, plot, this.#dependencies(input, loraHashes), input.safety, {
      seed: input.seed,
      traceId: input.traceIds[0] ?? 0,
    });
    const now = performance.now();
    const timings = { totalMs: now - started, perStepMs: paintingMs / steps, decodeMs: 0, finishMs: now - decoded };
    yield { type: 'result', result: { tiles: [], grid, modelHash: this.model.hash, timings } };
  }

  #dependencies(input: PaintInput, loras: Readonly<Record<string, string>>): FinishDependencies {
    const cells = input.plot?.cells ?? [];
    const texts = [input, ...cells].flatMap(({ prompt, negativePrompt }) => [prompt ?? '', negativePrompt ?? '']);
    const hashes = { loras, embeddings: embeddingHashes(this.#adapters?.embeddings().found ?? [], texts) };
    return {
      checker: this.#checker,
      describe: (seed: number) => describePicture(input, seed, this.model, this.#options.softwareVersion, hashes),
      ...(this.#aesthetics ? { aesthetics: this.#aesthetics.score } : {}),
      ...(this.#sign ? { sign: this.#sign } : {}),
    };
  }

  #finish(
    pictures: readonly Pixels[],
    input: PaintInput,
    loraHashes: Readonly<Record<string, string>> = {},
  ): Promise<FinishedJob> {
    const tiles = pictures.map((pixels, n) => ({
      pixels,
      seed: (input.seed + n) % 2 ** 32,
      traceId: input.traceIds[n] ?? 0,
    }));
    return finish(tiles, this.#dependencies(input, loraHashes), input.safety, input.traceIds[input.count]);
  }

  /** At strength 0 nothing is painted: the picture (a tile cut out of a posted grid) is checked, marked and written anew. */
  async #finishOnly(input: PaintInput, bytes: Uint8Array, started: number): Promise<PaintResult> {
    const { pixels } = await readInit(bytes, input.width, input.height);
    const read = performance.now();
    const finished = await this.#finish(
      Array.from({ length: input.count }, () => pixels),
      input,
    );
    const now = performance.now();
    const timings = { totalMs: now - started, perStepMs: 0, decodeMs: read - started, finishMs: now - read };
    return { ...finished, modelHash: this.model.hash, timings };
  }

  inspect(bytes: Uint8Array, safety: SafetyPolicy): Promise<Inspection> {
    const { provenance, trustPem = '' } = this.#options;
    // What this installation signs is known to it, whoever issued the certificate.
    return inspectPicture(bytes, this.#checker, safety, {
      trustPem: `${provenance?.certificatePem ?? ''}\n${trustPem}`,
    });
  }

  async close(): Promise<void> {
    await this.#pipeline.close();
    await this.#checker.close();
  }

  /** The picture and mask to start from. A picture that the checker does not pass is not painted on. */
  async #start(input: PaintInput): Promise<{ init?: InitialPicture; mask?: Tensor; hold?: Tensor }> {
    if (!input.init) {
      if (input.mask) throw new EaselError('bad-request', 'Expected an input picture with the mask but received none');
      return {};
    }
    const { width, height } = input;
    const inspection = await this.inspect(input.init.bytes, { ...input.safety, onFlag: 'withhold' });
    if (inspection.verdict.outcome !== 'posted') {
      throw new EaselError(
        'safety-check-failed',
        `Expected a harmless input picture but the verdict is ${inspection.verdict.reason}`,
        {
          userMessage: 'The safety checker did not accept the input picture, so nothing was painted on it.',
        },
      );
    }
    const picture = await startPicture(input);
    if (!picture) return {};
    const init = { picture: fromPicture(picture.pixels), strength: input.init.strength };
    if (!picture.mask) return { init };
    return {
      init,
      mask: tensor(
        Float32Array.from(picture.mask, (value) => 1 - value / 255),
        [1, 1, height, width],
      ),
      ...(picture.hold ? { hold: tensor(picture.hold, [1, 1, height / 8, width / 8]) } : {}),
    };
  }

  /** Null where a tile may not be shown, even small and blurred. */
  async #preview(x0: Tensor, input: PaintInput): Promise<PreviewImage | null> {
    const pictures = Array.from({ length: input.count }, (_, n) => this.#pipeline.previewOf(x0, n));
    const tiles = pictures.filter((picture) => picture !== undefined);
    if (tiles.length < input.count) return null;
    try {
      if (tiles.length > 1) {
        const measurements = await this.#checker.measure(tiles);
        const verdicts = measurements.map((measurement) =>
          judgePicture({ measurement, perceptualHash: '0'.repeat(16) }, this.#checker.thresholds, {
            ...input.safety,
            takedowns: [],
          }),
        );
        if (verdicts.length < tiles.length || verdicts.some((verdict) => verdict.outcome !== 'posted')) return null;
      }
      const sheet = tiles.length > 1 ? composeGrid(tiles) : tiles[0];
      return sheet ? await makePreview(sheet, { checker: this.#checker }, input.safety) : null;
    } catch {
      return null; // a preview is never worth a job
    }
  }
}

/** [n, 3, h, w] in -1..1 -> n pictures of 8 bit. */
function toPictures(images: Tensor): Pixels[] {
  const [n, , height, width] = images.dims as [number, number, number, number];
  const plane = width * height;
  return Array.from({ length: n }, (_, index) => {
    const data = new Uint8Array(plane * 3);
    for (let c = 0; c < 3; c++) {
      const from = (index * 3 + c) * plane;
      for (let i = 0; i < plane; i++) data[i * 3 + c] = Math.round(((images.data[from + i] ?? 0) + 1) * 127.5);
    }
    return { width, height, data };
  });
}

/** 8 bit -> [1, 3, h, w] in -1..1. */
function fromPicture({ width, height, data }: Pixels): Tensor {
  const plane = width * height;
  const values = new Float32Array(plane * 3);
  for (let c = 0; c < 3; c++)
    for (let i = 0; i < plane; i++) values[c * plane + i] = (data[i * 3 + c] ?? 0) / 127.5 - 1;
  return tensor(values, [1, 3, height, width]);
}
