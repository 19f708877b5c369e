// The readings of a text: as a person sees it, and as the text encoder gets it once weights are taken out and the tokenizer has cut it.
// A rule refuses what any of them says. All are cheap and their number is bounded, so that nobody can make the bot read for long.

import { parsePrompt } from '../diffusion/prompt-weights.ts';
import { foldText, formsOf, formsWithHoles, openHidden, runForms, type WordForms } from './normalise.ts';

export interface ReadWord {
  readonly forms: WordForms;
  /** More than a space, hyphen, underscore or apostrophe stands before it: with the word before it makes no phrase, as tags do not. */
  readonly isAfterBreak: boolean;
}

export interface Reading {
  readonly words: readonly ReadWord[];
  /** The whole of it, folded. */
  readonly text: string;
  /** The same where it has writing without spaces, in which words are found wherever they stand; else empty. */
  readonly unspaced: string;
}

const joint = /^(?:\s+|[-‐_'’])$/u;
/** They count as letters, and still may end a tag. */
const endsTag = (end: string) => end === '!' || end === '|' || end === '+';

/** What makes a word, from the most to the least; the tokenizer's own cut is the last. */
const cuts = {
  /** Signs are letters in leetspeak ("n!ck", "@ss"), and between letters an asterisk is any. */
  signs: /[\p{L}\p{N}@$!|+€£]+(?:[*#]{1,2}[\p{L}\p{N}@$!|+€£]+)*/gu,
  /** "red|blue" and "red+blue" are two words in ordinary notation; digits and two of the signs stay letters. */
  bars: /[\p{L}\p{N}@$]+/gu,
  numbers: /[\p{L}\p{N}]+/gu,
  /** As CLIP's tokenizer, but for its cutting numbers into digits. */
  letters: /\p{L}+|\p{N}+/gu,
};
type Cut = keyof typeof cuts;

const mostHoles = 12;

/** Words that are torn in two ("po rn"), and pairs that look torn and are not. */
const torn = new Set(
  'porn porno hentai rape raping loli lolicon nude naked fuck fucking nigger nigga faggot child teen shota penis vagina'.split(
    ' ',
  ),
);
const notTorn = new Set(['por no', 'nu de', 'shot a', 'rap e', 'lol i', 'nud e', 'te en']);
const longestTorn = 8;

/** A run of single letters ("n u d e", "n.u.d.e") counts as one word. */
function readWords(folded: string, cut: Cut): { readonly words: ReadWord[]; readonly parts: readonly string[] } {
  const words: ReadWord[] = [];
  const parts: string[] = [];
  let run: { readonly letter: string; readonly isAfterBreak: boolean }[] = [];
  let holes = 0;
  const add = (part: string, forms: WordForms, isAfterBreak: boolean) => {
    parts.push(part);
    words.push({ forms, isAfterBreak });
  };
  const endRun = () => {
    const [first] = run;
    const letters = run.map(({ letter }) => letter);
    if (first && run.length >= 3 && cut !== 'letters') add('', runForms(letters), first.isAfterBreak);
    else for (const { letter, isAfterBreak } of run) add(letter, formsOf(letter), isAfterBreak);
    run = [];
  };
  let before = '';
  let end = 0;
  for (const { 0: part, index } of folded.matchAll(cuts[cut])) {
    const isJoined =
      (index === end && end > 0) ||
      (joint.test(folded.slice(end, index)) && !endsTag(before.slice(-1)) && !endsTag(part.slice(0, 1)));
    const isAfterBreak = before !== '' && !isJoined;
    [before, end] = [part, index + part.length];
    if (part.length === 1 || (part.length === 2 && (part.codePointAt(0) ?? 0) > 0xffff))
      run.push({ letter: part, isAfterBreak });
    else {
      endRun();
      const filled = holes < mostHoles && /[*#]/.test(part) ? formsWithHoles(part) : null;
      if (filled) holes += 1;
      add(part, filled ?? formsOf(part), isAfterBreak);
    }
  }
  endRun();
  return { words, parts };
}

/** The words with torn ones mended; null where none is. */
function mend({ words, parts }: ReturnType<typeof readWords>): readonly ReadWord[] | null {
  const mended: ReadWord[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index];
    if (!word) break;
    const [part = '', next = ''] = [parts[index], parts[index + 1]];
    const isTorn =
      part !== '' &&
      next !== '' &&
      part.length + next.length <= longestTorn &&
      words[index + 1]?.isAfterBreak === false &&
      torn.has(part + next) &&
      !notTorn.has(`${part} ${next}`);
    if (isTorn) index += 1;
    mended.push(isTorn ? { forms: formsOf(part + next), isAfterBreak: word.isAfterBreak } : word);
  }
  return mended.length < words.length ? mended : null;
}

/** "child9 naked9": as the tokenizer cuts, but for the numbers that hang on a word. */
function withoutGluedNumbers(folded: string): string {
  return folded.replace(/(?<=\p{L})\p{N}+|(?<!\p{N})\p{N}+(?=\p{L})/gu, ' ');
}

const scriptsWithoutSpaces = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Khmer}\p{sc=Lao}]/u;
const weights = /[()[\]\\]|BREAK/;
const turned = /[\u202A-\u202E\u2066-\u2069]/gu;

/** What the text encoder gets: pieces of one weight are one text, whatever brackets stood between them. */
function withoutWeights(text: string): string {
  if (!weights.test(text)) return text;
  return parsePrompt(text)
    .map((piece) => (piece === 'break' ? ',' : piece.text))
    .reduce(
      (before, piece) =>
        piece === ',' || before === '' || before.endsWith(',') ? before + piece : `${before} ${piece}`,
      '',
    );
}

const hasBars = /[\p{L}\p{N}@$][|+!€£*#]+[\p{L}\p{N}@$]/u;
const hasSigns = /[\p{L}\p{N}][@$]+[\p{L}\p{N}]/u;
const hasGluedNumbers = /\p{L}\p{N}|\p{N}\p{L}/u;

/** How far a version is taken apart: as people read it, also at signs, or down to what the tokenizer makes of it. */
type Depth = 'seen' | 'parted' | 'encoded';

function readVersion(text: string, depth: Depth): Reading[] {
  // A new line is no space here: it parts tags as a comma does.
  const folded = foldText(text.replace(/[\n\r\v\f\u2028\u2029]/gu, ','));
  const unspaced = scriptsWithoutSpaces.test(folded) ? folded : '';
  const whole = readWords(folded, 'signs');
  const mended = mend(whole);
  const found: (readonly ReadWord[])[] = [whole.words, ...(mended ? [mended] : [])];
  if (depth !== 'seen' && hasBars.test(folded)) found.push(readWords(folded, 'bars').words);
  if (depth === 'encoded') {
    if (hasSigns.test(folded)) found.push(readWords(folded, 'numbers').words);
    if (hasGluedNumbers.test(folded)) {
      found.push(readWords(folded, 'letters').words, readWords(withoutGluedNumbers(folded), 'letters').words);
    }
  }
  return found.map((words) => ({ words, text: folded, unspaced }));
}

/**
 * The ways to see a text: as written, without weights, with what is hidden as a space, and turned round where it is shown so.
 * The first is the text as written.
 */
export function readingsOf(text: string): readonly Reading[] {
  const joined = withoutWeights(text);
  const versions = new Map<string, Depth>([[text, 'seen']]);
  versions.set(text.replace(/(?<=\p{L})\(\)(?=\p{L})/gu, 'o'), 'seen');
  if (text.search(turned) >= 0) versions.set([...text.replace(turned, '')].reverse().join(''), 'seen');
  versions.set(joined, 'parted');
  versions.set(openHidden(joined), 'encoded');
  return [...versions].flatMap(([version, depth]) => readVersion(version, depth));
}
