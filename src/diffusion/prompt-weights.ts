// Attention weights in prompts, as AUTOMATIC1111's web UI reads them: (word) is 1.1 times, [word] 1/1.1, (word:1.4) says it,
// backslashes escape, BREAK begins a new chunk. Long prompts become chunks of 75 ids, cut after a comma where one is near.

import { TOKENS_PER_CHUNK } from './architecture.ts';
import type { Tensor } from './tensor.ts';

const roundFactor = 1.1;
/** How many ids after a comma may move to the next chunk so that a phrase stays together: the web UI's default. */
const commaReach = 20;
const chunkLength = TOKENS_PER_CHUNK - 2;

export interface WeightedText {
  readonly text: string;
  readonly weight: number;
}

/** `break` stands between two pieces that must not share a chunk. */
export type PromptPiece = WeightedText | 'break';

const syntax = /\\[()[\]\\]|\\|\(|\[|:\s*([+-]?(?:\d+\.?\d*|\.\d+))\s*\)|\)|\]|[^\\()[\]:]+|:/g;

/** Unclosed brackets count to the end; a prompt without syntax comes back as one piece of weight 1, letter by letter the same. */
export function parsePrompt(prompt: string): PromptPiece[] {
  const pieces: { text: string; weight: number }[] = [];
  const round: number[] = []; // where each open bracket's text begins; the two kinds need not nest
  const square: number[] = [];
  const scale = (from: number, factor: number) => {
    for (const piece of pieces.slice(from)) piece.weight *= factor;
  };
  for (const match of prompt.matchAll(syntax)) {
    const [token, number] = match;
    if (token === '(') round.push(pieces.length);
    else if (token === '[') square.push(pieces.length);
    else if (number !== undefined && round.length > 0) scale(round.pop()!, Number(number));
    else if (token === ')' && round.length > 0) scale(round.pop()!, roundFactor);
    else if (token === ']' && square.length > 0) scale(square.pop()!, 1 / roundFactor);
    else pieces.push({ text: /^\\./.test(token) ? token.slice(1) : token, weight: 1 });
  }
  for (const from of round) scale(from, roundFactor);
  for (const from of square) scale(from, 1 / roundFactor);
  return joined(pieces);
}

/** Neighbours of equal weight become one text; BREAK is cut out. */
function joined(pieces: readonly WeightedText[]): PromptPiece[] {
  const merged: { text: string; weight: number }[] = [];
  for (const { text, weight } of pieces) {
    const last = merged.at(-1);
    if (last?.weight === weight) last.text += text;
    else merged.push({ text, weight });
  }
  return merged.flatMap(({ text, weight }) =>
    text.split(/\s*\bBREAK\b\s*/).flatMap((part, i): PromptPiece[] => {
      const piece = part === '' ? [] : [{ text: part, weight }];
      return i === 0 ? piece : ['break', ...piece];
    }),
  );
}

/** Up to 75 ids and their weights. */
export interface PromptChunk {
  readonly ids: number[];
  readonly weights: number[];
}

/** At least one chunk; ids that come together stay in one chunk; `commaId` is the id of "," at the end of a word, where cuts are preferred. */
export function chunkPrompt(
  pieces: readonly PromptPiece[],
  tokenize: (text: string) => readonly (number | readonly number[])[],
  commaId: number | undefined,
): PromptChunk[] {
  const chunks: PromptChunk[] = [];
  let chunk: PromptChunk = { ids: [], weights: [] };
  const next = (keep: number) => {
    const moved = { ids: chunk.ids.splice(keep), weights: chunk.weights.splice(keep) };
    chunks.push(chunk);
    chunk = moved;
  };
  const add = (id: number, weight: number) => {
    if (chunk.ids.length === chunkLength) {
      const comma = commaId === undefined ? -1 : chunk.ids.lastIndexOf(commaId);
      const cut = id !== commaId && comma >= 0 && chunkLength - comma <= commaReach ? comma + 1 : chunkLength;
      next(cut);
    }
    chunk.ids.push(id);
    chunk.weights.push(weight);
  };
  for (const piece of pieces) {
    if (piece === 'break') {
      next(chunk.ids.length);
      continue;
    }
    for (const item of tokenize(piece.text)) {
      const together = typeof item === 'number' ? [item] : item;
      if (together.length > 1 && chunk.ids.length > 0 && chunk.ids.length + together.length > chunkLength)
        next(chunk.ids.length);
      for (const id of together) add(id, piece.weight);
    }
  }
  if (chunk.ids.length > 0 || chunks.length === 0) chunks.push(chunk);
  return chunks;
}

/**
 * Multiplies each id's hidden state by its weight, then scales the whole chunk so that its mean stays what it was.
 * `hidden`: [1, 77, d] of one chunk, changed in place. Weights that are all 1 leave it untouched.
 */
export function applyWeights(hidden: Tensor, weights: readonly number[]): void {
  if (weights.every((weight) => weight === 1)) return;
  const width = hidden.dims[2]!;
  const { data } = hidden;
  const before = mean(data);
  for (const [i, weight] of weights.entries()) {
    const from = (i + 1) * width; // position 0 is the start token
    for (let j = from; j < from + width; j++) data[j]! *= weight;
  }
  const after = mean(data);
  const restore = after === 0 ? 1 : before / after;
  for (let j = 0; j < data.length; j++) data[j]! *= restore;
}

function mean(data: Float32Array): number {
  return data.reduce((total, value) => total + value, 0) / data.length;
}
