// The LAION aesthetics predictor v2 (github.com/christophschuhmann/improved-aesthetic-predictor): a small head on CLIP's image embedding,
// trained on what people said they like, about 1 to 10. Its layers follow one another without activations (the dropout between them does
// nothing after training), so that all of them together are one linear function, which is what is kept.

import { EaselError } from '../errors.ts';

/** `output = weight · input + bias` */
export interface LinearLayer {
  /** [outputs, inputs], row by row */
  readonly weight: Float32Array;
  readonly bias: Float32Array | null;
  readonly inputs: number;
  readonly outputs: number;
}

export interface AestheticsHead {
  /** Numbers in the embeddings that it reads. */
  readonly width: number;
  /** @param embedding of unit length, as the predictor was trained. @returns null where the answer is no number */
  score(embedding: ArrayLike<number>): number | null;
}

/** Layers in order, the last one with a single output. @throws EaselError `checkpoint-unsupported` where they do not fit together */
export function foldHead(layers: readonly LinearLayer[], name: string): AestheticsHead {
  let weights = Float64Array.of(1);
  let bias = 0;
  // From the last layer to the first: weights · (W x + b) + bias = (weights · W) x + (weights · b + bias).
  for (const layer of [...layers].reverse()) {
    const { inputs, outputs } = layer;
    if (outputs !== weights.length)
      throw new EaselError(
        'checkpoint-unsupported',
        `Expected an aesthetics head whose layers fit together in ${name} but one has ${outputs} outputs where ${weights.length} are needed`,
      );
    const next = new Float64Array(inputs);
    for (let row = 0; row < outputs; row += 1) {
      const factor = weights[row]!;
      bias += factor * (layer.bias?.[row] ?? 0);
      for (let column = 0; column < inputs; column += 1) next[column]! += factor * layer.weight[row * inputs + column]!;
    }
    weights = next;
  }
  if (!Number.isFinite(bias) || !weights.every(Number.isFinite))
    throw new EaselError('checkpoint-damaged', `Expected finite numbers in the aesthetics head ${name}`);
  return {
    width: weights.length,
    score(embedding) {
      if (embedding.length !== weights.length) return null;
      const value = weights.reduce((sum, weight, i) => sum + weight * embedding[i]!, bias);
      return Number.isFinite(value) ? value : null;
    },
  };
}
