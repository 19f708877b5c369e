// CLIP's text tower over prompt chunks: ids in, hidden states out, ready to be cross-attended to.

import { join } from 'node:path';
import { EaselError } from '../errors.ts';
import { type LearnedWords, learnedWordsInput, splitAtWords } from './learned-words.ts';
import { applyWeights, chunkPrompt, parsePrompt } from './prompt-weights.ts';
import type { Network } from './session.ts';
import type { Tensor } from './tensor.ts';
import { concatenate, slice, tensor } from './tensor.ts';
import type { ClipTokenizer } from './tokenizer.ts';

/** 2 takes the last layer but one (with the final layer norm), as many community models were trained. */
export type ClipSkip = 1 | 2;

export const textEncoderFile = join('text_encoder', 'model.onnx');

export class TextEncoder {
  readonly #network: Network;
  readonly #tokenizer: ClipTokenizer;
  readonly #commaId: number | undefined;

  readonly #learned: LearnedWords | undefined;
  readonly #split: ReturnType<typeof splitAtWords>;

  constructor(network: Network, tokenizer: ClipTokenizer, learned?: LearnedWords) {
    this.#network = network;
    this.#learned = learned;
    this.#split = splitAtWords(learned?.ids.keys() ?? []);
    this.#tokenizer = tokenizer;
    this.#commaId = tokenizer.tokenize(',')[0];
  }

  /** The hidden states of a prompt of any length, weights applied: [1, 77 * chunks, d]. */
  async encodePrompt(prompt: string, clipSkip: ClipSkip = 1): Promise<Tensor> {
    const chunks = chunkPrompt(parsePrompt(prompt), (text) => this.#tokenize(text), this.#commaId);
    const hidden = await this.encodeIds(
      chunks.map(({ ids }) => this.#tokenizer.frame(ids)),
      clipSkip,
    );
    const [rows, positions, width] = hidden.dims as [number, number, number];
    for (let i = 0; i < rows; i++) applyWeights(slice(hidden, i, i + 1), chunks[i]!.weights);
    return tensor(hidden.data, [1, rows * positions, width]);
  }

  /** Ids of plain words, and those of each learned word together. */
  #tokenize(text: string): (number | readonly number[])[] {
    return this.#split(text).flatMap((part): (number | readonly number[])[] => {
      const own = part.isLearned ? this.#learned?.ids.get(part.text.toLowerCase()) : undefined;
      return own ? [own] : this.#tokenizer.tokenize(part.text);
    });
  }

  /** The hidden states of framed rows of ids, one row at a time: [rows, 77, d]. */
  async encodeIds(rows: readonly (readonly number[])[], clipSkip: ClipSkip = 1): Promise<Tensor> {
    const output = clipSkip === 1 ? 'last_hidden_state' : 'penultimate_hidden_state';
    if (!this.#network.outputs.has(output)) {
      throw new EaselError(
        'bad-request',
        `Expected a text encoder with the output ${output} for clip skip ${clipSkip} but this model has none`,
        {
          userMessage: 'This model cannot skip a CLIP layer.',
        },
      );
    }
    const parts: Tensor[] = [];
    for (const row of rows) {
      const ids = { input_ids: { data: row, dims: [1, row.length] } };
      const learned = this.#learned ? { [learnedWordsInput]: this.#learned.vectors } : {};
      const result = await this.#network.run({ ...ids, ...learned }, [output]);
      parts.push(result[output]!);
    }
    return concatenate(parts);
  }
}

/** Brings two contexts to equal length by appending copies of `empty` ([1, 77, d], the empty prompt) to the shorter. */
export function padContexts(a: Tensor, b: Tensor, empty: Tensor): [Tensor, Tensor] {
  const length = Math.max(a.dims[1]!, b.dims[1]!);
  return [padContext(a, length, empty), padContext(b, length, empty)];
}

function padContext(context: Tensor, length: number, empty: Tensor): Tensor {
  const width = context.dims[2]!;
  const data = new Float32Array(length * width);
  data.set(context.data);
  for (let from = context.data.length; from < data.length; from += empty.data.length) data.set(empty.data, from);
  return tensor(data, [1, length, width]);
}
