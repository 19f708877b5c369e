// Where pictures and captions meet: the frozen CLIP's embeddings. Pictures go through the safety checker's own vision tower; captions
// through the model's text tower and the projection that training keeps beside the evaluation's files.

import { join } from 'node:path';
import { openSafetyChecker, type SafetyChecker } from '../diffusion/safety-checker.ts';
import { Network } from '../diffusion/session.ts';
import { textEncoderFile } from '../diffusion/text-encoder.ts';
import { ClipTokenizer } from '../diffusion/tokenizer.ts';
import { EaselError } from '../errors.ts';
import type { Pixels } from '../image/pixels.ts';
import { readWeights } from './read-weights.ts';

export class ClipSpace {
  readonly #checker: SafetyChecker;
  readonly #text: Network;
  readonly #tokenizer: ClipTokenizer;
  readonly #projection: { readonly shape: readonly number[]; readonly data: Float32Array };

  private constructor(
    checker: SafetyChecker,
    text: Network,
    tokenizer: ClipTokenizer,
    projection: { shape: readonly number[]; data: Float32Array },
  ) {
    this.#checker = checker;
    this.#text = text;
    this.#tokenizer = tokenizer;
    this.#projection = projection;
  }

  static async open(modelFolder: string, projectionFile: string): Promise<ClipSpace> {
    const projection = (await readWeights(projectionFile)).get('text_projection.weight');
    if (!projection)
      throw new EaselError('model-missing', `Expected text_projection.weight in ${projectionFile} but found none`);
    return new ClipSpace(
      await openSafetyChecker(modelFolder),
      await Network.open(join(modelFolder, textEncoderFile)),
      await ClipTokenizer.open(join(modelFolder, 'tokenizer')),
      projection,
    );
  }

  /** Unit length. */
  async ofPicture(picture: Pixels): Promise<number[]> {
    const [measurement] = await this.#checker.measure([picture]);
    return Array.from(measurement?.embedding ?? []);
  }

  /** Unit length. The pooled output is the hidden state at the end token, which has the highest id. */
  async ofText(text: string): Promise<number[]> {
    const ids = this.#tokenizer.encode(text);
    const { pooler_output: pooled } = await this.#text.run({ input_ids: { data: ids, dims: [1, ids.length] } }, [
      'pooler_output',
    ]);
    const [rows = 0, columns = 0] = this.#projection.shape;
    const projected = Array.from({ length: rows }, (_, row) => {
      let sum = 0;
      for (let i = 0; i < columns; i++) sum += (this.#projection.data[row * columns + i] ?? 0) * (pooled?.data[i] ?? 0);
      return sum;
    });
    const length = Math.hypot(...projected);
    return projected.map((value) => value / length);
  }

  async close(): Promise<void> {
    await this.#checker.close();
    await this.#text.release();
  }
}

export function cosine(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}
