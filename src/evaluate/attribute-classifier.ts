// The judge of the evaluation: a small convolutional network that reads thing, colour, sky, ground, style and number from a picture. It was
// trained on drawings alone (training/miniature/train_classifier.py describes the layers); here it runs in plain arithmetic.

import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { EaselError } from '../errors.ts';
import type { Pixels } from '../image/pixels.ts';
import { readWeights, type Weight } from './read-weights.ts';

export const attributes = ['thing', 'colour', 'sky', 'ground', 'style', 'number'] as const;
export type Attribute = (typeof attributes)[number];
export type Reading = Readonly<Record<Attribute, string>>;

const descriptionSchema = z.object({
  classes: z.record(z.enum(attributes), z.array(z.union([z.string(), z.number()])).min(2)),
  accuracyOnDrawings: z.record(z.enum(attributes), z.number()),
  accuracyThroughAutoencoder: z.record(z.enum(attributes), z.number()).optional(),
});

const inputSide = 128;

export class AttributeClassifier {
  /** Share of right answers on drawings it never saw. */
  readonly accuracyOnDrawings: Readonly<Record<Attribute, number>>;
  /** The same after the model's autoencoder: what a generator with that decoder can reach at best. */
  readonly accuracyThroughAutoencoder: Readonly<Record<Attribute, number>> | undefined;
  readonly #classes: Readonly<Record<Attribute, readonly (string | number)[]>>;
  readonly #weights: ReadonlyMap<string, Weight>;

  private constructor(description: z.infer<typeof descriptionSchema>, weights: ReadonlyMap<string, Weight>) {
    this.accuracyOnDrawings = description.accuracyOnDrawings;
    this.accuracyThroughAutoencoder = description.accuracyThroughAutoencoder;
    this.#classes = description.classes;
    this.#weights = weights;
  }

  /** `stem`: the path of the .json and .safetensors files without ending. */
  static async open(stem: string): Promise<AttributeClassifier> {
    const description = descriptionSchema.parse(JSON.parse(await readFile(`${stem}.json`, 'utf8')));
    return new AttributeClassifier(description, await readWeights(`${stem}.safetensors`));
  }

  /** Reads a picture of 256x256 or any other multiple of 128. */
  read(picture: Pixels): Reading {
    let maps = toInput(picture);
    for (let k = 0; this.#weights.has(`conv.${k}.weight`); k++) {
      maps = convolve(maps, this.#weight(`conv.${k}.weight`), this.#weight(`conv.${k}.bias`));
      if (this.#weights.has(`conv.${k + 1}.weight`)) maps = halve(maps);
    }
    const pooled = pool(maps);
    const answer = (attribute: Attribute) => {
      const weight = this.#weight(`head.${attribute}.weight`);
      const bias = this.#weight(`head.${attribute}.bias`);
      const width = pooled.length;
      let [best, highest] = [0, Number.NEGATIVE_INFINITY];
      for (let row = 0; row < bias.data.length; row++) {
        let sum = bias.data[row] ?? 0;
        for (let i = 0; i < width; i++) sum += (weight.data[row * width + i] ?? 0) * (pooled[i] ?? 0);
        if (sum > highest) [best, highest] = [row, sum];
      }
      return String(this.#classes[attribute][best]);
    };
    return {
      thing: answer('thing'),
      colour: answer('colour'),
      sky: answer('sky'),
      ground: answer('ground'),
      style: answer('style'),
      number: answer('number'),
    };
  }

  #weight(name: string): Weight {
    const weight = this.#weights.get(name);
    if (!weight)
      throw new EaselError('model-damaged', `Expected a tensor ${name} in the attribute classifier but found none`);
    return weight;
  }
}

/** [channels, side, side]. */
interface Maps {
  readonly channels: number;
  readonly side: number;
  readonly data: Float32Array;
}

function toInput({ width, height, data }: Pixels): Maps {
  const block = Math.floor(Math.min(width, height) / inputSide);
  if (block < 1)
    throw new EaselError(
      'bad-request',
      `Expected a picture of at least 128x128 for the classifier but received ${width}x${height}`,
    );
  const maps = new Float32Array(3 * inputSide * inputSide);
  for (let y = 0; y < inputSide; y++) {
    for (let x = 0; x < inputSide; x++) {
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (let dy = 0; dy < block; dy++)
          for (let dx = 0; dx < block; dx++) sum += data[((y * block + dy) * width + x * block + dx) * 3 + c] ?? 0;
        // Means are stored in whole levels, as the training pictures were.
        maps[(c * inputSide + y) * inputSide + x] = Math.floor(sum / (block * block)) / 255;
      }
    }
  }
  return { channels: 3, side: inputSide, data: maps };
}

/** 3x3, padding 1, bias, ReLU. */
function convolve({ channels, side, data }: Maps, weight: Weight, bias: Weight): Maps {
  const outputs = bias.data.length;
  const padded = side + 2;
  const source = new Float32Array(channels * padded * padded);
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < side; y++)
      source.set(data.subarray((c * side + y) * side, (c * side + y + 1) * side), (c * padded + y + 1) * padded + 1);
  }
  const result = new Float32Array(outputs * side * side);
  for (let o = 0; o < outputs; o++) {
    const target = result.subarray(o * side * side, (o + 1) * side * side).fill(bias.data[o] ?? 0);
    for (let c = 0; c < channels; c++) {
      for (let tap = 0; tap < 9; tap++) {
        const factor = weight.data[(o * channels + c) * 9 + tap] ?? 0;
        const shift = (c * padded + Math.floor(tap / 3)) * padded + (tap % 3);
        for (let y = 0; y < side; y++) {
          const [from, to] = [shift + y * padded, y * side];
          for (let x = 0; x < side; x++)
            target[to + x] = (target[to + x] as number) + factor * (source[from + x] as number);
        }
      }
    }
  }
  for (let i = 0; i < result.length; i++) if ((result[i] as number) < 0) result[i] = 0;
  return { channels: outputs, side, data: result };
}

/** 2x2 max pooling. */
function halve({ channels, side, data }: Maps): Maps {
  const half = side / 2;
  const result = new Float32Array(channels * half * half);
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < half; y++) {
      for (let x = 0; x < half; x++) {
        const at = (c * side + 2 * y) * side + 2 * x;
        result[(c * half + y) * half + x] = Math.max(
          data[at] ?? 0,
          data[at + 1] ?? 0,
          data[at + side] ?? 0,
          data[at + side + 1] ?? 0,
        );
      }
    }
  }
  return { channels, side: half, data: result };
}

/** Means, then maxima, of every channel. */
function pool({ channels, side, data }: Maps): Float32Array {
  const result = new Float32Array(2 * channels);
  for (let c = 0; c < channels; c++) {
    const map = data.subarray(c * side * side, (c + 1) * side * side);
    result[c] = map.reduce((sum, value) => sum + value, 0) / map.length;
    result[channels + c] = map.reduce((high, value) => Math.max(high, value), Number.NEGATIVE_INFINITY);
  }
  return result;
}
