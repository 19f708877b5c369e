// Words as a filter should see them: what evades the eye of a list (look-alike letters, zero-width characters, accents, leetspeak, stretched
// words) is undone, word borders are kept, so that "assist" and "Scunthorpe" stay what they are.

import { lookAlikes } from './look-alikes.ts';

/** Every symbol may stand for these letters; the first form tried is the symbol itself. */
const leet: Readonly<Record<string, readonly string[]>> = {
  '0': ['o'],
  '1': ['i', 'l'],
  '3': ['e'],
  '4': ['a'],
  '5': ['s'],
  '6': ['g'],
  '7': ['t'],
  '8': ['b'],
  '9': ['g'],
  '@': ['a'],
  $: ['s'],
  '!': ['i', 'l'],
  '|': ['i', 'l'],
  '+': ['t'],
  '€': ['e'],
  '£': ['l'],
};

/** Numbers are numbers ("picture 1011", "$455", "80s", "35mm"), not words in leetspeak, but for these, which nobody writes as numbers. */
const wordsInDigits: Readonly<Record<string, readonly string[]>> = {
  '80085': ['boobs', 'boob'],
  '800855': ['boobs', 'boob'],
  '8008135': ['boobs', 'boob'],
  '5318008': ['boobs', 'boob'],
  '58008': ['boobs', 'boob'],
};
const units =
  'st|nd|rd|th|s|k|d|m|mm|cm|km|ft|lb|lbs|oz|kg|g|mg|l|ml|hp|kw|w|fps|px|mp|p|hz|h|am|pm|bc|ad|yo|yr|yrs|year|years|yearold|min|sec|er|eme';
const number = new RegExp(`^[$€£+|]?(\\d+)(${units})?[$€£+!|]?$`, 'u');

/** Unicode's White_Space, as the tokenizer splits: JavaScript's \s differs at U+0085 and U+FEFF. */
const whiteSpace = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/gu;
const invisible = /[\p{Cf}\p{Cc}\u115F\u1160\u3164\uFFA0]/gu;
/** Marks but for the two that make another kana of one (ヒ, ピ, ビ): no accents, they are part of the letter. */
const marks = /(?<![\u3041-\u30FF])[\u3099\u309A]|(?![\u3099\u309A])\p{M}/gu;
const plainText = /^[\x20-\x7e]*$/;

/** Lower case, compatibility forms undone, marks and invisible characters gone, look-alikes as Latin letters. */
export function foldText(text: string): string {
  if (plainText.test(text)) return text.toLowerCase();
  return text
    .replace(whiteSpace, ' ')
    .normalize('NFKD')
    .replace(invisible, '')
    .replace(marks, '')
    .toLowerCase()
    .replace(/[^ -~]/gu, (character) => lookAlikes.get(character) ?? character)
    .normalize('NFC');
}

const hidden = /[\p{Cf}\p{Cc}\p{M}\u115F\u1160\u3164\uFFA0]/u;
const allHidden = new RegExp(hidden, 'gu');

/** What nobody sees as a space, as the text encoder takes it ("naked<U+200B>child"); the same text where there is nothing of the kind. */
export function openHidden(text: string): string {
  if (plainText.test(text)) return text;
  const spaced = text.normalize('NFC').replace(whiteSpace, ' ');
  return hidden.test(spaced) ? spaced.replace(allHidden, ' ') : text;
}

const mostReadings = 16;

/** The readings of one word in leetspeak, as many as may be. */
function readings(word: string): string[] {
  let found = [''];
  for (const character of word) {
    const [letter = character, other] = leet[character] ?? [];
    const ends = found.map((prefix) => prefix + letter);
    found = other === undefined ? ends : [...ends, ...found.map((prefix) => prefix + other)].slice(0, mostReadings);
  }
  return found.map((reading) => reading.replace(/[^\p{L}\p{N}]/gu, ''));
}

function singular(word: string): string[] {
  const forms = [word];
  if (word.length > 3 && word.endsWith('s')) forms.push(word.slice(0, -1));
  if (word.length > 4 && word.endsWith('es')) forms.push(word.slice(0, -2));
  return forms;
}

/** "fuuuck" -> "fuck"; words of the list are squeezed alike, so that "boob" and "cool" compare as they should. */
export function squeeze(word: string): string {
  return word.replace(/(.)\1{2,}/gu, '$1');
}

/** One place in the text with every form it may be read in. */
export type WordForms = ReadonlySet<string>;

function readForms(word: string): WordForms {
  const [, digits, unit = ''] = number.exec(word) ?? [];
  // Neither squeezed ("1000 years" is no "10 years") nor without its plural.
  if (digits !== undefined) return new Set([digits + unit, ...(unit === '' ? (wordsInDigits[digits] ?? []) : [])]);
  const forms = new Set<string>();
  const spelled = /[^a-z]/.test(word) ? [word.replace(/[^\p{L}\p{N}]/gu, ''), ...readings(word)] : [word];
  for (const reading of spelled) {
    for (const form of [reading, squeeze(reading)]) for (const one of singular(form)) if (one) forms.add(one);
  }
  return forms;
}

const cached = new Map<string, WordForms>();
const mostCached = 5000;
/** Longer ones are nobody's words. */
const longestCached = 24;

/** The forms of one word in lower case. */
export function formsOf(word: string): WordForms {
  const known = cached.get(word);
  if (known) return known;
  const forms = readForms(word);
  if (word.length <= longestCached) {
    if (cached.size >= mostCached) cached.clear();
    cached.set(word, forms);
  }
  return forms;
}

const alphabet = Array.from('abcdefghijklmnopqrstuvwxyz');
const vowels = Array.from('aeiou');
const holed = /^(\p{L}*)([*#]{1,2})(\p{L}+)$/u;
const longestHoled = 12;

/** "p*rn", "f**k": one sign is any letter, of two the first is a vowel. Null where nothing is left out, or more than that. */
export function formsWithHoles(word: string): WordForms | null {
  const [, before, holes, after] = word.length <= longestHoled ? (holed.exec(word) ?? []) : [];
  if (before === undefined || holes === undefined || after === undefined) return null;
  const filled = holes.length === 1 ? alphabet : vowels.flatMap((vowel) => alphabet.map((letter) => vowel + letter));
  return new Set(filled.flatMap((letters) => singular(before + letters + after)));
}

const shortest = 4;
const longest = 12;
/** Of a longer run two readings are enough, each digit as its first letter and as its last. */
const longestRun = 24;

/** Where words end in a run of single letters nobody knows ("a s e x y cat"): from four letters on, any part may be the word. */
export function runForms(run: readonly string[]): WordForms {
  const whole = run.join('');
  const forms = new Set(run.length > longest ? [] : formsOf(whole));
  const addParts = (letters: string) => {
    for (let start = 0; start + shortest <= letters.length; start += 1) {
      for (let end = start + shortest; end <= Math.min(letters.length, start + longest); end += 1) {
        forms.add(letters.slice(start, end));
      }
    }
  };
  if (/^[\d$€£+|!]*$/u.test(whole)) return forms;
  if (/^\p{L}*$/u.test(whole)) addParts(squeeze(whole));
  else if (run.length <= longestRun) for (const reading of readings(whole)) addParts(squeeze(reading));
  else for (const end of [0, -1]) addParts(squeeze(run.map((sign) => leet[sign]?.at(end) ?? sign).join('')));
  return forms;
}
