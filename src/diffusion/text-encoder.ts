// CLIP's text tower over prompt chunks: ids in, hidden states out, ready to be cross-attended to.

import { join } from 'node:path';
import { EaselError } from '../errors.ts';
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

  constructor(network: Network, tokenizer: ClipTokenizer) {
    this.#network = network;
    this.#tokenizer = tokenizer;
    this.#commaId = tokenizer.tokenize(',')[0];
  }

  /** The hidden states of a prompt of any length, weights applied: [1, 77 * chunks, d]. */
  async encodePrompt(prompt: string, clipSkip: ClipSkip = 1): Promise<Tensor> {
    const chunks = chunkPrompt(parsePrompt(prompt), (text) => this.#tokenizer.tokenize(text), this.#commaId);
    const hidden = await this.encodeIds(
      chunks.map(({ ids }) => this.#tokenizer.frame(ids)),
      clipSkip,
    );
    const [rows, positions, width] = hidden.dims as [number, number, number];
    for (let i = 0; i < rows; i++) applyWeights(slice(hidden, i, i + 1), chunks[i]!.weights);
    return tensor(hidden.data, [1, rows * positions, width]);
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
      const result = await this.#network.run({ input_ids: { data: row, dims: [1, row.length] } }, [output]);
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
