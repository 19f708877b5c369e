// CLIP's byte-level BPE (Radford et al. 2021) from vocab.json and merges.txt of any size, with the semantics of Hugging Face's fast
// tokenizer: NFC, white space runs to one space, lower case code point by code point; no ftfy, no HTML unescaping.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EaselError } from '../errors.ts';
import { TOKENS_PER_CHUNK } from './architecture.ts';

const startOfText = '<|startoftext|>';
const endOfText = '<|endoftext|>';
const endOfWord = '</w>';
const maxCachedWords = 10_000;

/** Unicode's White_Space property; JavaScript's \s differs at U+0085 and U+FEFF. */
const whiteSpace = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/gu;
const pieces =
  /'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\p{L}\p{N}]+/gu;
const specials = /<\|startoftext\|>|<\|endoftext\|>/g;

export class ClipTokenizer {
  readonly startId: number;
  readonly endId: number;
  /** What fills a row up to 77; CLIP's own uses the end token. */
  readonly padId: number;
  readonly #vocabulary: ReadonlyMap<string, number>;
  readonly #ranks: ReadonlyMap<string, number>;
  readonly #cache = new Map<string, readonly number[]>();

  /** `vocabulary`: token to id; `merges`: pairs "a b", most frequent first. Throws `model-damaged` where a needed token is missing. */
  constructor(vocabulary: Readonly<Record<string, number>>, merges: readonly string[], padToken = endOfText) {
    this.#vocabulary = new Map(Object.entries(vocabulary));
    this.#ranks = new Map(merges.map((pair, rank) => [pair, rank]));
    this.startId = this.#id(startOfText);
    this.endId = this.#id(endOfText);
    this.padId = this.#id(padToken);
  }

  /** Reads vocab.json, merges.txt and, where present, special_tokens_map.json of a tokenizer folder. */
  static async open(folder: string): Promise<ClipTokenizer> {
    const read = async (name: string) => {
      try {
        return await readFile(join(folder, name), 'utf8');
      } catch (cause) {
        throw new EaselError(
          'model-damaged',
          `Expected ${name} in the tokenizer folder ${folder} but could not read it`,
          { cause },
        );
      }
    };
    // One after the other: of two missing files always the same one is named.
    const vocabulary = await read('vocab.json');
    const merges = await read('merges.txt');
    const lines = merges.split('\n').filter((line) => line !== '' && !line.startsWith('#version'));
    return new ClipTokenizer(JSON.parse(vocabulary), lines, await readPadToken(folder));
  }

  /** The ids of a text alone: no start, no end, no limit. */
  tokenize(text: string): number[] {
    const ids: number[] = [];
    const normal = Array.from(text.normalize('NFC').replace(whiteSpace, ' '), (character) =>
      character.toLowerCase(),
    ).join('');
    let from = 0;
    for (const special of normal.matchAll(specials)) {
      this.#tokenizePlain(normal.slice(from, special.index), ids);
      ids.push(special[0] === startOfText ? this.startId : this.endId);
      from = special.index + special[0].length;
    }
    this.#tokenizePlain(normal.slice(from), ids);
    return ids;
  }

  /** 77 ids: start, at most 75 of the text, end, padding. */
  encode(text: string): number[] {
    return this.frame(this.tokenize(text));
  }

  /** The framing of one chunk: start, at most 75 ids, end, padding up to 77. */
  frame(ids: readonly number[]): number[] {
    const row = [this.startId, ...ids.slice(0, TOKENS_PER_CHUNK - 2), this.endId];
    while (row.length < TOKENS_PER_CHUNK) row.push(this.padId);
    return row;
  }

  #tokenizePlain(text: string, ids: number[]): void {
    for (const [word] of text.matchAll(pieces)) ids.push(...this.#encodeWord(word));
  }

  #encodeWord(word: string): readonly number[] {
    const cached = this.#cache.get(word);
    if (cached !== undefined) return cached;
    const symbols = Array.from(new TextEncoder().encode(word), (byte) => byteCharacters[byte]!);
    symbols[symbols.length - 1] += endOfWord;
    const ids = this.#merge(symbols).map((symbol) => this.#vocabulary.get(symbol) ?? this.endId);
    if (this.#cache.size >= maxCachedWords) this.#cache.clear();
    this.#cache.set(word, ids);
    return ids;
  }

  /** Joins the most frequent adjacent pair, everywhere, until none is known. */
  #merge(word: string[]): string[] {
    let symbols = word;
    while (symbols.length > 1) {
      let best = Number.POSITIVE_INFINITY;
      let [left, right] = ['', ''];
      for (let i = 0; i + 1 < symbols.length; i++) {
        const rank = this.#ranks.get(`${symbols[i]} ${symbols[i + 1]}`) ?? Number.POSITIVE_INFINITY;
        if (rank < best) [best, left, right] = [rank, symbols[i]!, symbols[i + 1]!];
      }
      if (best === Number.POSITIVE_INFINITY) break;
      const joined: string[] = [];
      for (let i = 0; i < symbols.length; i++) {
        if (symbols[i] === left && symbols[i + 1] === right) {
          joined.push(left + right);
          i++;
        } else joined.push(symbols[i]!);
      }
      symbols = joined;
    }
    return symbols;
  }

  #id(token: string): number {
    const id = this.#vocabulary.get(token);
    if (id === undefined)
      throw new EaselError('model-damaged', `Expected the token ${token} in vocab.json but it is not there`);
    return id;
  }
}

/** GPT-2's bytes as characters: printable Latin-1 stands for itself, the rest is moved up from U+0100. */
const byteCharacters: readonly string[] = (() => {
  let moved = 0x100;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
    return String.fromCharCode(printable ? byte : moved++);
  });
})();

/** special_tokens_map.json names the padding token, as a string or an object with `content`; absent means the end token. */
async function readPadToken(folder: string): Promise<string> {
  const text = await readFile(join(folder, 'special_tokens_map.json'), 'utf8').catch(() => '{}');
  const { pad_token: pad } = JSON.parse(text) as { pad_token?: string | { content?: string } };
  return (typeof pad === 'object' ? pad.content : pad) ?? endOfText;
}
