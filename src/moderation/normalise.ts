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

/** Splits into words and gives each its forms; runs of single letters ("n u d e", "n.u.d.e") count as one word. */
export function wordForms(text: string): readonly WordForms[] {
  const words: WordForms[] = [];
  let run: string[] = [];
  const endRun = () => {
    if (run.length >= 3) words.push(runForms(run.slice(0, maxRun)));
    else words.push(...run.map(formsOf));
    run = [];
  };
  for (const chunk of foldText(text).split(/\s+/)) {
    if (!chunk) continue;
    const parts = chunk.split(/[^\p{L}\p{N}@$!|+€£]+/u).filter(Boolean);
    for (const part of parts) {
      if (Array.from(part).length === 1) run.push(part);
      else {
        endRun();
        words.push(formsOf(part));
      }
    }
  }
  endRun();
  return words;
}

/** A word or phrase of a list, ready to be looked for. */
export function phraseWords(phrase: string): readonly string[] {
  return foldText(phrase)
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
}

/** The text with what these phrases cover taken out: nothing is found there, nor across it. */
export function withoutPhrases(
  text: readonly WordForms[],
  phrases: readonly (readonly string[])[],
): readonly WordForms[] {
  const covered = new Set<number>();
  for (const phrase of phrases) {
    for (let start = 0; phrase.length > 0 && start + phrase.length <= text.length; start += 1) {
      if (phrase.every((word, offset) => text[start + offset]?.has(word)))
        for (let offset = 0; offset < phrase.length; offset += 1) covered.add(start + offset);
    }
  }
  return covered.size === 0 ? text : text.map((forms, index) => (covered.has(index) ? nothing : forms));
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
