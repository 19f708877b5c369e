// Stable Diffusion v1 from a prompt to pictures in -1..1: text-to-image, image-to-image and inpainting as one async generator that
// yields after every step. Checking, marking and encoding of what comes out happen elsewhere, always.

import { join } from 'node:path';
import { LATENT_CHANNELS, LATENT_FACTOR } from './architecture.ts';
import type { Start } from './denoise.ts';
import { denoise, fromNoise, fromPicture, throwIfCancelled, toUnitVariance } from './denoise.ts';
import { guidedNoise } from './guidance.ts';
import { latentMask, pasteOriginal } from './inpaint.ts';
import type { PreviewMap } from './latent-preview.ts';
import { fitPreviewMap, previewFromLatents } from './latent-preview.ts';
import type { LearnedWords } from './learned-words.ts';
import { matchBorder } from './match-border.ts';
import type { ModelFolder } from './model-folder.ts';
import { readModelFolder } from './model-folder.ts';
import type { NoiseTable } from './noise-schedule.ts';
import { makeNoiseTable, makeSchedule } from './noise-schedule.ts';
import type { KeepLoaded } from './parts.ts';
import { Parts } from './parts.ts';
import { TorchGenerator } from './random.ts';
import type { GenerationRequest } from './request.ts';
import { checkRequest } from './request.ts';
import type { RgbPixels } from './rgb-pixels.ts';
import { RunLimits } from './run-limits.ts';
import { samplers } from './samplers/index.ts';
import { decodeWrapped, rolling } from './seamless.ts';
import type { NetworkOptions, ProviderChoice, ProviderName, StartedProvider } from './session.ts';
import { startProvider } from './session.ts';
import type { Tensor } from './tensor.ts';
import { concatenate, sizeOf, tensor } from './tensor.ts';
import type { ClipSkip } from './text-encoder.ts';
import { padContexts, TextEncoder } from './text-encoder.ts';
import { tiledNoise } from './tiled-noise.ts';
import { ClipTokenizer } from './tokenizer.ts';
import { decode, encode, samplePosterior } from './vae.ts';

export interface PipelineOptions extends Omit<NetworkOptions, 'provider'> {
  /** Default cpu. `auto` takes the best that starts and says in `warnings` what did not. */
  readonly provider?: ProviderChoice;
  /** Default all. `one` holds a full-size model under 6.5 GiB at the price of reloading. */
  readonly keepLoaded?: KeepLoaded;
  /** Pictures of one request that share a U-Net run. Default: 1 on the CPU, where sharing only costs memory; all elsewhere. */
  readonly picturesPerRun?: number;
  /** Hears one sentence whenever memory did not suffice and less is run at once from then on. */
  readonly onSmaller?: (sentence: string) => void;
  /** Textual inversion: words with vectors of their own. */
  readonly learnedWords?: LearnedWords;
}

export interface StepEvent {
  readonly type: 'step';
  /** Steps done, of how many. */
  readonly step: number;
  readonly steps: number;
  /** What the U-Net was told in this step. */
  readonly timestep: number;
  /** [n, 4, h/8, w/8] at unit variance: the state, still noisy. */
  readonly latents: Tensor;
  /** [n, 4, h/8, w/8]: the picture as the network sees it so far; for previewOf. */
  readonly x0Preview: Tensor;
}

export interface ResultEvent {
  readonly type: 'result';
  /** [n, 3, h, w] in -1..1, clamped. */
  readonly images: Tensor;
  /** [n, 4, h/8, w/8], finished: may be the start of a variation. */
  readonly latents: Tensor;
}

export type GenerationEvent = StepEvent | ResultEvent;

/** Contexts kept by prompt; each is some hundred kilobytes. */
const maxCachedPrompts = 16;

export class StableDiffusion {
  readonly provider: ProviderName;
  readonly warnings: readonly string[];
  readonly folder: ModelFolder;
  readonly #parts: Parts;
  readonly #tokenizer: ClipTokenizer;
  #learnedWords: LearnedWords | undefined;
  readonly #table: NoiseTable;
  readonly #limits: RunLimits;
  readonly #contexts = new Map<string, Tensor>();
  #previewMap: PreviewMap | undefined;

  private constructor(
    folder: ModelFolder,
    tokenizer: ClipTokenizer,
    started: StartedProvider,
    options: PipelineOptions,
  ) {
    this.folder = folder;
    this.provider = started.provider;
    this.warnings = started.warnings;
    this.#tokenizer = tokenizer;
    this.#table = makeNoiseTable(folder.betas);
    this.#limits = new RunLimits(options.picturesPerRun ?? (started.provider === 'cpu' ? 1 : 4), options.onSmaller);
    const network = { ...options, provider: started.provider };
    this.#parts = new Parts(folder.path, network, options.keepLoaded ?? 'all', started.halfPrecision, () =>
      this.#learnedWords ? { textEncoder: this.#learnedWords.extend } : {},
    );
    this.#learnedWords = options.learnedWords;
  }

  /** Throws `provider-unavailable`, `model-missing` or `model-damaged`. Networks load when first needed. */
  static async open(path: string, options: PipelineOptions = {}): Promise<StableDiffusion> {
    const folder = await readModelFolder(path);
    const tokenizer = await ClipTokenizer.open(join(path, 'tokenizer'));
    return new StableDiffusion(folder, tokenizer, await startProvider(options.provider ?? 'cpu', options), options);
  }

  /**
   * Paints. The same request gives the same pictures, and picture n alone (seed + n) those of picture n in a batch.
   * Throws `bad-request`, `cancelled` (between steps), `inference-failed` or `inference-out-of-memory`.
   */
  async *generate(
    request: GenerationRequest,
    options: { signal?: AbortSignal | undefined } = {},
  ): AsyncGenerator<GenerationEvent, void, void> {
    checkRequest(request);
    const { signal } = options;
    const { count = 1, sampler, mask, init } = request;
    const dims = [count, LATENT_CHANNELS, request.height / LATENT_FACTOR, request.width / LATENT_FACTOR];
    const generators = Array.from({ length: count }, (_, n) => new TorchGenerator((request.seed + n) % 2 ** 32));
    const noise = () => joined(generators.map((generator) => generator.randn(sizeOf(dims.slice(1)))));

    const contexts = await this.#contextsOf(request);
    throwIfCancelled(signal);
    const original = init === undefined ? undefined : await this.#latentsOf(init.picture, count, noise);
    throwIfCancelled(signal);
    const start = this.#startOf(request, original, noise);

    let latents = original ?? tensor(start.x, dims);
    if (start.schedule.timesteps.length > 0) {
      const unet = await this.#parts.get('unet', request.variant);
      const guidedOver = (over: readonly number[]) =>
        guidedNoise({
          unet,
          ...contexts,
          scale: request.guidanceScale,
          dims: over,
          limits: this.#limits,
        });
      const guided = request.tileEdge === undefined ? guidedOver(dims) : tiledNoise(dims, request.tileEdge, guidedOver);
      const steps = denoise({
        table: this.#table,
        sampler,
        ...start,
        predictNoise: request.seamless ? rolling(guided, dims) : guided,
        noise,
        keep:
          mask === undefined
            ? undefined
            : { original: original!.data, mask: latentMask(mask).data, hold: request.hold?.data },
        signal,
        ...(request.eta === undefined ? {} : { eta: request.eta }),
      });
      for await (const { x, sigma, denoised, step, complete } of steps) {
        if (!complete) continue;
        latents = tensor(toUnitVariance(x, sigma), dims);
        const timestep = start.schedule.timesteps[step - 1]!;
        const x0Preview = tensor(denoised, dims);
        yield { type: 'step', step, steps: start.schedule.timesteps.length, timestep, latents, x0Preview };
      }
    }
    throwIfCancelled(signal);
    const images = await this.decode(latents, request.seamless);
    if (mask !== undefined && init?.picture.dims[1] === 3) {
      matchBorder(images, init.picture, latentMask(mask));
      pasteOriginal(images, init.picture, mask);
    }
    yield { type: 'result', images, latents };
  }

  /** Finished latents [n, 4, h/8, w/8] -> pictures [n, 3, h, w] clamped to -1..1. */
  async decode(latents: Tensor, seamless = false): Promise<Tensor> {
    const decoder = await this.#parts.get('vaeDecoder');
    const run = (part: Tensor) => decode(decoder, part, this.folder.latentScale, this.#limits);
    const images = await (seamless ? decodeWrapped(latents, run) : run(latents));
    return tensor(
      images.data.map((value) => Math.min(1, Math.max(-1, value))),
      images.dims,
    );
  }

  /** Makes previewOf ready: decodes one small latent, once. Call it before the first generate that shows previews. */
  async preparePreview(): Promise<void> {
    this.#previewMap ??= await fitPreviewMap((latents) => this.decode(latents));
  }

  /** A small, cheap picture of item `index` of a step's x0Preview; undefined until preparePreview has run. */
  previewOf(x0Preview: Tensor, index = 0): RgbPixels | undefined {
    return this.#previewMap === undefined ? undefined : previewFromLatents(x0Preview, index, this.#previewMap);
  }

  /** Other words of textual inversion, or none, from the next request on. Not while one is painted. */
  async learn(words: LearnedWords | undefined): Promise<void> {
    const isSameGraph = (words === undefined) === (this.#learnedWords === undefined);
    this.#learnedWords = words;
    this.#contexts.clear();
    // The vectors are an input: only the first words and the last to go change the network itself.
    if (!isSameGraph) await this.#parts.release('textEncoder');
  }

  /** Frees the networks; a later generate loads them again. */
  async close(): Promise<void> {
    await this.#parts.release();
  }

  async #contextsOf(request: GenerationRequest): Promise<{ conditional: Tensor; unconditional: Tensor }> {
    const { prompt, negativePrompt = '', clipSkip = 1, guidanceScale } = request;
    const contextOf = (text: string) => this.#context(text, clipSkip, request.variant);
    const conditional = await contextOf(prompt);
    if (guidanceScale === 1) return { conditional, unconditional: conditional };
    const unconditional = await contextOf(negativePrompt);
    if (conditional.dims[1] === unconditional.dims[1]) return { conditional, unconditional };
    const [padded, plain] = padContexts(conditional, unconditional, await contextOf(''));
    return { conditional: padded, unconditional: plain };
  }

  async #context(prompt: string, clipSkip: ClipSkip, variant: string | undefined): Promise<Tensor> {
    const key = JSON.stringify([clipSkip, variant, prompt]);
    const context = this.#contexts.get(key) ?? (await this.#encodePrompt(prompt, clipSkip, variant));
    this.#contexts.delete(key); // the map's order is that of use
    this.#contexts.set(key, context);
    if (this.#contexts.size > maxCachedPrompts) this.#contexts.delete(this.#contexts.keys().next().value!);
    return context;
  }

  async #encodePrompt(prompt: string, clipSkip: ClipSkip, variant: string | undefined): Promise<Tensor> {
    const network = await this.#parts.get('textEncoder', variant);
    return new TextEncoder(network, this.#tokenizer, this.#learnedWords).encodePrompt(prompt, clipSkip);
  }

  /** The initial picture as one latent per picture, each sampled with its own noise, as diffusers does. */
  async #latentsOf(picture: Tensor, count: number, noise: () => Float32Array): Promise<Tensor> {
    const copies = (one: Tensor) => concatenate(Array.from({ length: count }, () => one));
    if (picture.dims[1] === LATENT_CHANNELS) return copies(picture);
    const { mean, logvar } = await encode(await this.#parts.get('vaeEncoder'), picture, this.#limits);
    return samplePosterior({ mean: copies(mean), logvar: copies(logvar) }, this.folder.latentScale, noise());
  }

  #startOf(request: GenerationRequest, original: Tensor | undefined, noise: () => Float32Array): Start {
    const { counting, curve, end } = samplers[request.sampler];
    const schedule = makeSchedule(this.#table, { steps: request.steps, counting, curve, end });
    const { init, mask } = request;
    // A mask at full strength owes nothing to what it covers.
    if (init === undefined || original === undefined || (mask !== undefined && init.strength === 1)) {
      return fromNoise(schedule, noise());
    }
    return fromPicture(schedule, request.sampler, original.data, noise(), init.strength);
  }
}

function joined(parts: readonly Float32Array[]): Float32Array {
  return concatenate(parts.map((part) => tensor(part, [1, part.length]))).data;
}
