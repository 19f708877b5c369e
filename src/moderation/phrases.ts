// Words and phrases of a list, and where they stand in a reading: as whole words in order, in writing without spaces wherever they stand.

import { foldText, type WordForms } from './normalise.ts';
import type { Reading } from './readings.ts';

const wordSigns = /[\p{L}\p{N}]+/gu;
const withoutSpaces = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Khmer}\p{sc=Lao}]/u;

/** A word or phrase of a list, ready to be looked for. */
export function phraseWords(phrase: string): readonly string[] {
  return foldText(phrase).match(wordSigns) ?? [];
}

export interface Match<Value> {
  readonly value: Value;
  /** Which words of the reading; -1 and 0 for what was found in writing without spaces. */
  readonly start: number;
  readonly length: number;
}

const katakana = /[\u30A1-\u30FA\u30FC]/;
/** A word in katakana ends where the katakana do: エロ is not in ピエロ. */
const goesOn = (a: string | undefined, b: string | undefined) =>
  a !== undefined && b !== undefined && katakana.test(a) && katakana.test(b);

function standsIn(text: string, phrase: string): boolean {
  for (let at = text.indexOf(phrase); at >= 0; at = text.indexOf(phrase, at + 1)) {
    const end = at + phrase.length;
    if (!goesOn(text[at - 1], phrase[0]) && !goesOn(phrase.at(-1), text[end])) return true;
  }
  return false;
}

/** What begins with a word, for each form of it. */
class ByWord<Entry> {
  readonly #entries = new Map<string, Entry[]>();

  add(word: string, entry: Entry): void {
    const known = this.#entries.get(word);
    if (known) known.push(entry);
    else this.#entries.set(word, [entry]);
  }

  of(forms: WordForms): readonly Entry[] {
    let found: readonly Entry[] = none;
    for (const form of forms) {
      const entries = this.#entries.get(form);
      if (entries) found = found.length === 0 ? entries : [...found, ...entries];
    }
    return found;
  }
}
const none: readonly never[] = [];

/** Finds many phrases in one walk over the text. */
export class Phrases<Value> {
  readonly #byFirst = new ByWord<{ readonly rest: readonly string[]; readonly value: Value }>();
  readonly #unspaced: { readonly phrase: string; readonly value: Value }[] = [];

  constructor(entries: Iterable<readonly [phrase: string, value: Value]>) {
    for (const [phrase, value] of entries) {
      const [first, ...rest] = phraseWords(phrase);
      if (first === undefined) continue;
      if (withoutSpaces.test(phrase)) this.#unspaced.push({ phrase: [first, ...rest].join(''), value });
      else this.#byFirst.add(first, { rest, value });
    }
  }

  /** @param unspaced what is searched for words of writing without spaces; the reading's own where not given */
  find({ words, unspaced: own }: Reading, unspaced = own): readonly Match<Value>[] {
    const found: Match<Value>[] = [];
    for (const [start, { forms }] of words.entries()) {
      for (const { rest, value } of this.#byFirst.of(forms)) {
        if (rest.every((word, offset) => words[start + 1 + offset]?.forms.has(word)))
          found.push({ value, start, length: rest.length + 1 });
      }
    }
    if (unspaced === '' || this.#unspaced.length === 0) return found;
    const closed = unspaced.replace(/\s+/gu, '');
    for (const { phrase, value } of this.#unspaced) {
      if (standsIn(unspaced, phrase) || standsIn(closed, phrase)) found.push({ value, start: -1, length: 0 });
    }
    return found;
  }
}

/** A phrase that excuses the words it covers. */
type Excuse = readonly { readonly word: string; readonly isAfterBreak: boolean }[];
const joint = /^(?:\s+|[-‐_'’])$/u;

/** Where the phrase itself has a comma or the like, one may stand in the text. */
function excuseOf(phrase: string): Excuse {
  const folded = foldText(phrase);
  let end = 0;
  return [...folded.matchAll(wordSigns)].map(({ 0: word, index }) => {
    const isAfterBreak = end > 0 && !joint.test(folded.slice(end, index));
    end = index + word.length;
    return { word, isAfterBreak };
  });
}

/** Harmless phrases: the words that they cover do not count, a second one in the same text does. */
export class Excuses {
  readonly #byFirst = new ByWord<Excuse>();
  readonly #unspaced: readonly string[];

  constructor(phrases: readonly string[]) {
    this.#unspaced = phrases
      .filter((phrase) => withoutSpaces.test(phrase))
      .map((phrase) => phraseWords(phrase).join(''));
    for (const phrase of phrases) {
      const excuse = excuseOf(phrase);
      const [first] = excuse;
      if (first === undefined || withoutSpaces.test(phrase)) continue;
      this.#byFirst.add(first.word, excuse);
    }
  }

  /** Which words they cover. */
  covered({ words }: Reading): ReadonlySet<number> {
    const covered = new Set<number>();
    const isAt = (excuse: Excuse, start: number) =>
      excuse.every(({ word, isAfterBreak }, offset) => {
        const found = words[start + offset];
        return found?.forms.has(word) && (offset === 0 || isAfterBreak || !found.isAfterBreak);
      });
    for (const [start, { forms }] of words.entries()) {
      for (const excuse of this.#byFirst.of(forms)) {
        if (isAt(excuse, start)) for (let offset = 0; offset < excuse.length; offset += 1) covered.add(start + offset);
      }
    }
    return covered;
  }

  /** Writing without spaces with what they cover taken out. */
  without(unspaced: string): string {
    return unspaced === '' ? '' : this.#unspaced.reduce((text, phrase) => text.replaceAll(phrase, ' '), unspaced);
  }
}

/** Whether any word that it stands on is covered. */
export function isCovered({ start, length }: Match<unknown>, covered: ReadonlySet<number>): boolean {
  for (let index = start; index < start + length; index += 1) if (covered.has(index)) return true;
  return false;
}
