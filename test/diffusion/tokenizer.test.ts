// A tiny vocabulary, so that every id can be followed by hand; CLIP's own is checked by the conformance run.

import { describe, expect, it } from 'vitest';
import { ClipTokenizer } from '../../src/diffusion/tokenizer.ts';

const symbols = ['a', 'b', 'c', '!', "'", 's', 'Ã', '©', 'Ï', 'ĥ', '1'];
const words = [
  ...symbols,
  ...symbols.map((symbol) => `${symbol}</w>`),
  'ab',
  'ab</w>',
  'abc</w>',
  "'s</w>",
  '<|startoftext|>',
  '<|endoftext|>',
];
const vocabulary = Object.fromEntries(words.map((word, id) => [word, id]));
const tokenizer = new ClipTokenizer(vocabulary, ['a b', 'ab c</w>', 'a b</w>', "' s</w>"]);
const id = (word: string) => vocabulary[word];

describe('ClipTokenizer', () => {
  it.each([
    ['merges in rank order', 'abc', ['abc</w>']],
    ['marks the end of a word', 'ab', ['ab</w>']],
    ['lower-cases', 'ABC', ['abc</w>']],
    ['takes any white space as a border', ' ab\t\u3000abc\u0085', ['ab</w>', 'abc</w>']],
    ['splits digits one by one', '11', ['1</w>', '1</w>']],
    ['splits punctuation from letters', 'c!!', ['c</w>', '!', '!</w>']],
    ['keeps contractions together', "ab's", ['ab</w>', "'s</w>"]],
    ['composes before it splits into bytes', 'e\u0301', ['Ã', '©</w>']],
    ['lower-cases a final sigma like any other', 'Σ', ['Ï', 'ĥ</w>']],
    ['reads special tokens as such', 'a<|startoftext|>b', ['a</w>', '<|startoftext|>', 'b</w>']],
    ['turns what it does not know into the end token', 'z', ['<|endoftext|>']],
  ])('%s', (_, text, expected) => {
    expect(tokenizer.tokenize(text)).toEqual(expected.map(id));
  });

  it('frames 77 ids and cuts a text at 75', () => {
    const row = tokenizer.encode('a '.repeat(100));
    expect(row).toHaveLength(77);
    expect([row[0], row[75], row[76]]).toEqual([tokenizer.startId, id('a</w>'), tokenizer.endId]);
    expect(tokenizer.encode('').slice(1)).toEqual(Array(76).fill(tokenizer.padId));
  });

  it('pads with another token where the folder says so', () => {
    expect(new ClipTokenizer(vocabulary, [], '!</w>').encode('').at(-1)).toBe(id('!</w>'));
  });

  it('refuses a vocabulary without its special tokens', () => {
    expect(() => new ClipTokenizer({ a: 0 }, [])).toThrow(/startoftext/);
  });

  it('refuses a folder without a vocabulary, naming the file', async () => {
    await expect(ClipTokenizer.open('/nonexistent')).rejects.toMatchObject({
      code: 'model-damaged',
      message: expect.stringMatching('vocab.json'),
    });
  });
});
