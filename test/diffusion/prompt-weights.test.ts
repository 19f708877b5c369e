import { describe, expect, it } from 'vitest';
import type { PromptPiece } from '../../src/diffusion/prompt-weights.ts';
import { applyWeights, chunkPrompt, parsePrompt } from '../../src/diffusion/prompt-weights.ts';
import { tensor } from '../../src/diffusion/tensor.ts';

/** Pieces as "text@weight", weights to four places. */
function read(prompt: string): string[] {
  return parsePrompt(prompt).map((piece) =>
    piece === 'break' ? 'BREAK' : `${piece.text}@${Number(piece.weight.toFixed(4))}`,
  );
}

describe('parsePrompt', () => {
  it.each([
    ['plain text', 'a cat, a dog: "two" of them', ['a cat, a dog: "two" of them@1']],
    ['round brackets', 'a (cat) b', ['a @1', 'cat@1.1', ' b@1']],
    ['nested round brackets', '((cat))', ['cat@1.21']],
    ['square brackets', 'a [cat]', ['a @1', 'cat@0.9091']],
    ['an explicit weight', '(cat:1.4) x', ['cat@1.4', ' x@1']],
    ['a weight below one', '(cat:.5)', ['cat@0.5']],
    ['a negative weight', '(cat:-1)', ['cat@-1']],
    ['an explicit weight inside brackets', '((cat:2) dog)', ['cat@2.2', ' dog@1.1']],
    ['escaped brackets', 'smile \\(happy\\) \\[x\\]', ['smile (happy) [x]@1']],
    ['an escaped backslash', 'a \\\\ b', ['a \\ b@1']],
    ['a lone backslash', 'a \\n b', ['a \\n b@1']],
    ['an unclosed bracket', 'a (b', ['a @1', 'b@1.1']],
    ['a closing bracket alone', 'a) b]', ['a) b]@1']],
    ['brackets that cross', '(a [b) c]', ['a @1.1', 'b@1', ' c@0.9091']],
    ['a colon that is no weight', '(a: b)', ['a: b@1.1']],
    ['BREAK', 'a BREAK b', ['a@1', 'BREAK', 'b@1']],
    ['BREAK inside a word', 'BREAKFAST', ['BREAKFAST@1']],
    ['nothing', '', []],
  ])('reads %s', (_, prompt, pieces) => {
    expect(read(prompt)).toEqual(pieces);
  });
});

describe('chunkPrompt', () => {
  const comma = 267;
  /** One id per letter; a comma is its own. */
  const tokenize = (text: string) => Array.from(text, (letter) => (letter === ',' ? comma : letter.charCodeAt(0)));
  const lengths = (pieces: PromptPiece[]) => chunkPrompt(pieces, tokenize, comma).map((chunk) => chunk.ids.length);
  const one = (text: string): PromptPiece[] => [{ text, weight: 1 }];

  it('makes one empty chunk of an empty prompt', () => {
    expect(lengths([])).toEqual([0]);
  });

  it('keeps 75 ids in one chunk and puts the 76th into the next', () => {
    expect(lengths(one('x'.repeat(75)))).toEqual([75]);
    expect(lengths(one('x'.repeat(76)))).toEqual([75, 1]);
    expect(lengths(one('x'.repeat(200)))).toEqual([75, 75, 50]);
  });

  it('cuts after a comma that is at most 20 ids from the end', () => {
    expect(lengths(one(`${'x'.repeat(60)},${'y'.repeat(30)}`))).toEqual([61, 30]);
    expect(lengths(one(`${'x'.repeat(50)},${'y'.repeat(30)}`))).toEqual([75, 6]);
  });

  it('begins a new chunk at BREAK', () => {
    expect(lengths([...one('abc'), 'break', ...one('d')])).toEqual([3, 1]);
  });

  it('moves weights with their ids', () => {
    const [first, second] = chunkPrompt(
      [...one('x'.repeat(70)), { text: 'y'.repeat(10), weight: 1.5 }],
      tokenize,
      comma,
    );
    expect(first?.weights.filter((weight) => weight === 1.5)).toHaveLength(5);
    expect(second?.weights).toEqual(Array(5).fill(1.5));
  });
});

describe('applyWeights', () => {
  it('does no arithmetic when every weight is 1', () => {
    const hidden = tensor(
      Float32Array.from({ length: 77 * 2 }, (_, i) => Math.fround(Math.sin(i))),
      [1, 77, 2],
    );
    const before = hidden.data.slice();
    applyWeights(hidden, [1, 1, 1]);
    expect(hidden.data).toEqual(before);
  });

  it('weights the named positions after the start token and restores the mean', () => {
    const hidden = tensor(new Float32Array(77).fill(1), [1, 77, 1]);
    applyWeights(hidden, [1, 3]);
    const mean = hidden.data.reduce((a, b) => a + b, 0) / 77;
    expect(mean).toBeCloseTo(1, 5);
    expect(hidden.data[2]! / hidden.data[1]!).toBeCloseTo(3, 5);
    expect(hidden.data[0]).toBe(hidden.data[1]);
  });
});
