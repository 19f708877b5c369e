// Text as a filter should see it: what evades the eye of a list (look-alike letters, zero-width characters, accents, leetspeak, stretched
// and s p a c e d words) is undone, word borders are kept, so that "assist" and "Scunthorpe" stay what they are.
// Look-alikes: the letters of Unicode's confusables (UTS #39) that pass for Latin ones and that NFKD leaves alone.

const lookAlikes: Readonly<Record<string, string>> = {
  // Cyrillic
  а: 'a',
  в: 'b',
  с: 'c',
  ԁ: 'd',
  е: 'e',
  ё: 'e',
  ғ: 'f',
  һ: 'h',
  і: 'i',
  ї: 'i',
  ј: 'j',
  к: 'k',
  ӏ: 'l',
  м: 'm',
  н: 'h',
  о: 'o',
  р: 'p',
  ԛ: 'q',
  г: 'r',
  ѕ: 's',
  т: 't',
  ц: 'u',
  ѵ: 'v',
  ѡ: 'w',
  х: 'x',
  у: 'y',
  з: '3',
  п: 'n',
  и: 'u',
  ь: 'b',
  // Greek
  α: 'a',
  β: 'b',
  ϲ: 'c',
  δ: 'd',
  ε: 'e',
  η: 'n',
  ι: 'i',
  κ: 'k',
  ν: 'v',
  ο: 'o',
  ρ: 'p',
  σ: 'o',
  τ: 't',
  υ: 'u',
  χ: 'x',
  γ: 'y',
  ω: 'w',
  ζ: 'z',
  // Latin letters with no decomposition
  ı: 'i',
  ł: 'l',
  ø: 'o',
  đ: 'd',
  ħ: 'h',
  ŧ: 't',
  ɑ: 'a',
  ɡ: 'g',
  ɪ: 'i',
  ʟ: 'l',
  ɴ: 'n',
  ʀ: 'r',
  ꜱ: 's',
  ʏ: 'y',
  ᴀ: 'a',
  ʙ: 'b',
  ᴄ: 'c',
  ᴅ: 'd',
  ᴇ: 'e',
  ꜰ: 'f',
  ɢ: 'g',
  ʜ: 'h',
  ᴊ: 'j',
  ᴋ: 'k',
  ᴍ: 'm',
  ᴏ: 'o',
  ᴘ: 'p',
  ᴛ: 't',
  ᴜ: 'u',
  ᴠ: 'v',
  ᴡ: 'w',
  ᴢ: 'z',
  æ: 'ae',
  œ: 'oe',
  ß: 'ss',
  ƒ: 'f',
  // Armenian and Cherokee stand-ins seen in the wild
  օ: 'o',
  ս: 'u',
  հ: 'h',
  ց: 'g',
  ո: 'n',
  յ: 'j',
};

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
  '(': ['c'],
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

const invisible = /[\p{Cf}\p{Cc}\u115F\u1160\u3164\uFFA0]/gu;

/** Lower case, compatibility forms undone, marks and invisible characters gone, look-alikes as Latin letters. */
export function foldText(text: string): string {
  const spaced = text.replace(/[\t\n\r]/g, ' ');
  const folded = spaced.normalize('NFKD').replace(invisible, '').replace(/\p{M}/gu, '').toLowerCase();
  return Array.from(folded, (character) => lookAlikes[character] ?? character).join('');
}

/** Up to 16 readings of one word in leetspeak. */
function readings(word: string): string[] {
  let found = [''];
  for (const character of word) {
    const letters = leet[character] ?? [character];
    found = found.flatMap((prefix) => letters.map((letter) => prefix + letter)).slice(0, 16);
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

function formsOf(word: string): ReadonlySet<string> {
  const [, digits, unit = ''] = number.exec(word) ?? [];
  // Neither squeezed ("1000 years" is no "10 years") nor without its plural.
  if (digits !== undefined) return new Set([digits + unit, ...(unit === '' ? (wordsInDigits[digits] ?? []) : [])]);
  const forms = new Set<string>();
  for (const reading of [word.replace(/[^\p{L}\p{N}]/gu, ''), ...readings(word)]) {
    for (const form of [reading, squeeze(reading)]) for (const one of singular(form)) if (one) forms.add(one);
  }
  return forms;
}

/** One place in the text with every form it may be read in. */
export type WordForms = ReadonlySet<string>;

const maxRun = 40;

/** Where words end in a run of single letters nobody knows ("a s e x y cat"): from four letters on, any part may be the word. */
function runForms(run: readonly string[]): WordForms {
  const forms = new Set(formsOf(run.join('')));
  for (let start = 0; start < run.length; start += 1) {
    for (let end = start + 4; end <= run.length; end += 1) {
      for (const form of formsOf(run.slice(start, end).join(''))) forms.add(form);
    }
  }
  return forms;
}

interface ReadWord {
  readonly forms: WordForms;
  /** More than a space, hyphen, underscore or apostrophe stands before it: with the word before it makes no phrase, as tags do not. */
  readonly isAfterBreak: boolean;
}

const joint = /^(?:\s+|[-‐_'’])$/u;
/** They count as letters, and still may end a tag. */
const endsTag = (end: string) => end === '!' || end === '|' || end === '+';

function readWords(text: string): readonly ReadWord[] {
  const words: ReadWord[] = [];
  let run: { readonly letter: string; readonly isAfterBreak: boolean }[] = [];
  const endRun = () => {
    const [first] = run;
    if (first && run.length >= 3) {
      const letters = run.slice(0, maxRun).map(({ letter }) => letter);
      words.push({ forms: runForms(letters), isAfterBreak: first.isAfterBreak });
    } else words.push(...run.map(({ letter, isAfterBreak }) => ({ forms: formsOf(letter), isAfterBreak })));
    run = [];
  };
  // A new line is no space here: it parts tags as a comma does.
  const folded = foldText(text.replace(/[\n\r\v\f\u2028\u2029]/gu, ','));
  let before = '';
  let end = 0;
  for (const { 0: part, index } of folded.matchAll(/[\p{L}\p{N}@$!|+€£]+/gu)) {
    const isJoined = joint.test(folded.slice(end, index)) && !endsTag(before.slice(-1)) && !endsTag(part.slice(0, 1));
    const isAfterBreak = before !== '' && !isJoined;
    [before, end] = [part, index + part.length];
    if (Array.from(part).length === 1) run.push({ letter: part, isAfterBreak });
    else {
      endRun();
      words.push({ forms: formsOf(part), isAfterBreak });
    }
  }
  endRun();
  return words;
}

/** Splits into words and gives each its forms; runs of single letters ("n u d e", "n.u.d.e") count as one word. */
export function wordForms(text: string): readonly WordForms[] {
  return readWords(text).map(({ forms }) => forms);
}

const wordSigns = /[\p{L}\p{N}]+/gu;

/** A word or phrase of a list, ready to be looked for. */
export function phraseWords(phrase: string): readonly string[] {
  return foldText(phrase).match(wordSigns) ?? [];
}

/** A phrase that excuses the words it covers. */
export type Excuse = readonly { readonly word: string; readonly isAfterBreak: boolean }[];

/** Where the phrase itself has a comma or the like, one may stand in the text. */
export function excuseOf(phrase: string): Excuse {
  const folded = foldText(phrase);
  let end = 0;
  return [...folded.matchAll(wordSigns)].map(({ 0: word, index }) => {
    const isAfterBreak = end > 0 && !joint.test(folded.slice(end, index));
    end = index + word.length;
    return { word, isAfterBreak };
  });
}

/** The words of a text with those that the excuses cover taken out: nothing is found there, nor across it. */
export function withoutExcused(text: string, excuses: readonly Excuse[]): readonly WordForms[] {
  const words = readWords(text);
  const covered = new Set<number>();
  const isAt = (excuse: Excuse, start: number) =>
    excuse.every(({ word, isAfterBreak }, offset) => {
      const found = words[start + offset];
      return found?.forms.has(word) && (offset === 0 || isAfterBreak || !found.isAfterBreak);
    });
  for (const excuse of excuses) {
    for (let start = 0; excuse.length > 0 && start + excuse.length <= words.length; start += 1) {
      if (isAt(excuse, start)) for (let offset = 0; offset < excuse.length; offset += 1) covered.add(start + offset);
    }
  }
  return words.map(({ forms }, index) => (covered.has(index) ? nothing : forms));
}
const nothing: WordForms = new Set();

/** Whether the phrase stands in the text as whole words, in order. */
export function containsPhrase(text: readonly WordForms[], phrase: readonly string[]): boolean {
  if (phrase.length === 0) return false;
  for (let start = 0; start + phrase.length <= text.length; start += 1) {
    if (phrase.every((word, offset) => text[start + offset]?.has(word))) return true;
  }
  return false;
}
