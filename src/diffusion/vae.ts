// The autoencoder: pictures in -1..1 to latents and back, one picture at a time, by tiles where a picture is large.

import { join } from 'node:path';
import { LATENT_CHANNELS, LATENT_FACTOR } from './architecture.ts';
import { isOutOfMemory, RunLimits } from './run-limits.ts';
import type { RunnableNetwork } from './session.ts';
import type { Tensor } from './tensor.ts';
import { concatenate, slice, tensor } from './tensor.ts';
import { runTiled, type Tiling } from './tiles.ts';

export const vaeEncoderFile = join('vae_encoder', 'model.onnx');
export const vaeDecoderFile = join('vae_decoder', 'model.onnx');

/** Pictures up to 640 x 640 pass whole (2.6 GiB at full width); larger ones go by tiles of 64 cells (512 pixels) with a quarter shared. */
const wholeLimit = 80 * 80;

/** The distribution over latents that the encoder answers with; raw, before scaling. */
export interface Posterior {
  readonly mean: Tensor;
  readonly logvar: Tensor;
}

/** `images` [n, 3, h, w] in -1..1, sides divisible by 8 -> mean and log variance [n, 4, h/8, w/8]. */
export async function encode(encoder: RunnableNetwork, images: Tensor, limits = new RunLimits(1)): Promise<Posterior> {
  const parts = await eachPicture(images, (image) => {
    const cells = (image.dims[2]! * image.dims[3]!) / LATENT_FACTOR ** 2;
    const factors = { inputFactor: LATENT_FACTOR, outputFactor: 1 };
    return withinMemory(image, cells, factors, limits, (part) => moments(encoder, part));
  });
  const [n, , h, w] = parts.dims as [number, number, number, number];
  const halves = Array.from({ length: n }, (_, i) => slice(parts, i, i + 1).data);
  const size = LATENT_CHANNELS * h * w;
  const gather = (from: number) =>
    concatenate(halves.map((half) => tensor(half.subarray(from, from + size), [1, LATENT_CHANNELS, h, w])));
  return { mean: gather(0), logvar: gather(size) };
}

/** [1, 8, h/8, w/8]: mean and log variance. Older exports answer with a latent alone: then the variance is none. */
async function moments(encoder: RunnableNetwork, image: Tensor): Promise<Tensor> {
  const result = await encoder.run({ sample: image });
  const parameters = result.latent_parameters;
  if (parameters !== undefined) return parameters;
  const [mean] = Object.values(result) as [Tensor];
  const [, c, h, w] = mean.dims as [number, number, number, number];
  if (c === 2 * LATENT_CHANNELS) return mean;
  const data = new Float32Array(2 * mean.data.length).fill(-30);
  data.set(mean.data);
  return tensor(data, [1, 2 * c, h, w]);
}

/** scale * (mean + exp(logvar / 2) * noise); noise of the mean's shape, none for the mean itself. The log variance is held in -30..20. */
export function samplePosterior({ mean, logvar }: Posterior, scale: number, noise?: Float32Array): Tensor {
  const data = mean.data.map((value, i) => {
    const deviation = Math.exp(Math.min(20, Math.max(-30, logvar.data[i]!)) / 2);
    return scale * (value + (noise === undefined ? 0 : deviation * noise[i]!));
  });
  return tensor(data, mean.dims);
}

/** `latents` [n, 4, h/8, w/8] in the U-Net's scale -> pictures [n, 3, h, w], about -1..1, not clamped. */
export function decode(
  decoder: RunnableNetwork,
  latents: Tensor,
  scale: number,
  limits = new RunLimits(1),
): Promise<Tensor> {
  return eachPicture(latents, (latent) => {
    const unscaled = tensor(
      latent.data.map((value) => value / scale),
      latent.dims,
    );
    const run = async (part: Tensor) => (await decoder.run({ latent_sample: part }, ['sample'])).sample!;
    const cells = latent.dims[2]! * latent.dims[3]!;
    return withinMemory(unscaled, cells, { inputFactor: 1, outputFactor: LATENT_FACTOR }, limits, run);
  });
}

/** Whole where it is small enough, else by tiles; smaller and smaller where memory does not suffice. */
async function withinMemory(
  input: Tensor,
  cells: number,
  factors: Pick<Tiling, 'inputFactor' | 'outputFactor'>,
  limits: RunLimits,
  run: (part: Tensor) => Promise<Tensor>,
): Promise<Tensor> {
  for (;;) {
    const { tile } = limits;
    const isWhole = cells <= wholeLimit && !(limits.isAlwaysTiled && cells > tile ** 2);
    try {
      return isWhole ? await run(input) : await runTiled(input, { tile, overlap: tile / 4, ...factors }, run);
    } catch (error) {
      const isOneTile = cells <= tile ** 2;
      if (!isOutOfMemory(error) || !limits.shrinkTile(isWhole && !isOneTile)) throw error;
      limits.isAlwaysTiled = true;
    }
  }
}

async function eachPicture(all: Tensor, run: (one: Tensor) => Promise<Tensor>): Promise<Tensor> {
  const parts: Tensor[] = [];
  for (let i = 0; i < all.dims[0]!; i++) parts.push(await run(slice(all, i, i + 1)));
  return concatenate(parts);
}
