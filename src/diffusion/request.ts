// One order to the pipeline and the checks on it, before any network runs.

import { EaselError, expected } from '../errors.ts';
import { LATENT_CHANNELS, LATENT_FACTOR } from './architecture.ts';
import type { SamplerId } from './samplers/index.ts';
import { samplerIds } from './samplers/index.ts';
import type { Tensor } from './tensor.ts';
import type { ClipSkip } from './text-encoder.ts';

export interface GenerationRequest {
  readonly prompt: string;
  /** Default: none. */
  readonly negativePrompt?: string;
  /** Pixels, divisible by 8. */
  readonly width: number;
  readonly height: number;
  /** uint32; picture n uses seed + n, wrapping, with a generator of its own. */
  readonly seed: number;
  /** 1-4. Default 1. */
  readonly count?: number;
  readonly steps: number;
  /** 1 leaves the negative prompt out and halves the work. */
  readonly guidanceScale: number;
  readonly sampler: SamplerId;
  /** Default 1. */
  readonly clipSkip?: ClipSkip;
  /** DDIM only: 0 (default) to 1. */
  readonly eta?: number;
  /** Start from a picture or a finished latent instead of pure noise. */
  readonly init?: InitialPicture;
  /** Inpainting, needs `init`: [1, 1, h, w], 1 keeps the original, 0 repaints. */
  readonly mask?: Tensor;
  /** With `mask`: [1, 1, h/8, w/8], the share of the steps (0-1) for which a cell that is repainted still shows the original. Default: none. */
  readonly hold?: Tensor;
  /** A folder with the text encoder and U-Net to use instead of the model's own: merged LoRAs. */
  readonly variant?: string;
  /** The picture tiles without a seam: latents are rolled from step to step and decoded with wrapped borders. */
  readonly seamless?: boolean;
  /** The U-Net works over overlapping tiles of this edge: pixels, a multiple of 16. Default: it sees the picture whole. */
  readonly tileEdge?: number;
}

export interface InitialPicture {
  /** [1, 3, h, w] in -1..1, or [1, 4, h/8, w/8] as a finished latent. */
  readonly picture: Tensor;
  /** 0 returns it, 1 keeps next to nothing of it. */
  readonly strength: number;
}

/** Throws EaselError `bad-request` naming the first field that is out of range. */
export function checkRequest(request: GenerationRequest): void {
  const { width, height, seed, count = 1, steps, guidanceScale, sampler, clipSkip = 1, eta = 0, init, mask } = request;
  const { tileEdge, hold } = request;
  const refuse = (what: string, field: string, value: unknown) => {
    throw new EaselError('bad-request', expected(what, field, value));
  };
  for (const [field, edge] of Object.entries({ width, height })) {
    if (!Number.isInteger(edge) || edge < 64 || edge % LATENT_FACTOR !== 0) {
      refuse('a multiple of 8 from 64 on', field, edge);
    }
  }
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) refuse('an integer from 0 to 4294967295', 'seed', seed);
  if (!Number.isInteger(count) || count < 1 || count > 4) refuse('an integer from 1 to 4', 'count', count);
  if (!Number.isInteger(steps) || steps < 1) refuse('a positive integer', 'steps', steps);
  if (!Number.isFinite(guidanceScale)) refuse('a finite number', 'guidanceScale', guidanceScale);
  if (!samplerIds.includes(sampler)) refuse(`one of ${samplerIds.join(', ')}`, 'sampler', sampler);
  if (clipSkip !== 1 && clipSkip !== 2) refuse('1 or 2', 'clipSkip', clipSkip);
  if (!(eta >= 0 && eta <= 1)) refuse('a number from 0 to 1', 'eta', eta);
  if (tileEdge !== undefined && !(Number.isInteger(tileEdge) && tileEdge >= 64 && tileEdge % (2 * LATENT_FACTOR) === 0))
    refuse('a multiple of 16 from 64 on', 'tileEdge', tileEdge);
  if (init !== undefined) {
    const image = `${[1, 3, height, width]}`;
    const latent = `${[1, LATENT_CHANNELS, height / LATENT_FACTOR, width / LATENT_FACTOR]}`;
    const shape = `${init.picture.dims}`;
    if (shape !== image && shape !== latent) refuse(`the shape [${image}] or [${latent}]`, 'init.picture', shape);
    if (!(init.strength >= 0 && init.strength <= 1)) refuse('a number from 0 to 1', 'init.strength', init.strength);
  }
  if (hold !== undefined) {
    const cells = `${[1, 1, height / LATENT_FACTOR, width / LATENT_FACTOR]}`;
    if (mask === undefined) refuse('a mask', 'a request with hold', 'none');
    if (`${hold.dims}` !== cells) refuse(`the shape [${cells}]`, 'hold', `${hold.dims}`);
  }
  if (mask !== undefined) {
    if (init === undefined) refuse('an initial picture', 'a request with a mask', 'none');
    if (`${mask.dims}` !== `${[1, 1, height, width]}`)
      refuse(`the shape [1,1,${height},${width}]`, 'mask', `${mask.dims}`);
  }
}
