// Words that a model learned after its training (textual inversion, Gal et al. 2022): each stands for one or more vectors in place of
// token embeddings. Their ids follow those of the vocabulary; the text encoder's graph must have been extended to look them up.

import type { Tensor } from './tensor.ts';

/** Name of the input that takes the table of vectors. */
export const learnedWordsInput = 'learned_words';

export interface LearnedWords {
  /** Ids by the name that is written in prompts, in lower case. */
  readonly ids: ReadonlyMap<string, readonly number[]>;
  /** [all vectors, d]; row 0 belongs to the first id after the vocabulary. */
  readonly vectors: Tensor;
  /** Makes a text encoder's graph (an ONNX file) look up ids beyond its vocabulary in the input `learned_words`. */
  readonly extend: (graph: Uint8Array) => Uint8Array;
}

/** Cuts a text at the learned words in it, whatever their case; as plain text only where they stand by themselves. */
export function splitAtWords(
  names: Iterable<string>,
): (text: string) => readonly { text: string; isLearned: boolean }[] {
  const escaped = [...names]
    .sort((a, b) => b.length - a.length)
    .map((name) => name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  if (escaped.length === 0) return (text) => [{ text, isLearned: false }];
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}_-])(${escaped.join('|')})(?![\\p{L}\\p{N}_-])`, 'giu');
  return (text) =>
    text
      .split(pattern)
      .map((part, at) => ({ text: part, isLearned: at % 2 === 1 }))
      .filter((part) => part.text !== '');
}
