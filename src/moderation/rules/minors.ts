// The floor under every setting: sexual content with minors is refused always, whatever a server or an operator configured.
// Either one of the terms that mean it by themselves, or a word for a minor together with a sexual one in the same text.

import { containsPhrase, phraseWords, type WordForms } from '../normalise.ts';
import type { Rule } from '../rule.ts';

const always = [
  'loli',
  'lolicon',
  'shota',
  'shotacon',
  'cp porn',
  'child porn',
  'child pornography',
  'kiddie porn',
  'jailbait',
  'pedo',
  'pedophile porn',
];

const minorWords = [
  'child',
  'children',
  'kid',
  'kiddo',
  'toddler',
  'infant',
  'baby',
  'babies',
  'newborn',
  'teen',
  'teenage',
  'teenager',
  'preteen',
  'tween',
  'minor',
  'underage',
  'under age',
  'underaged',
  'schoolgirl',
  'schoolboy',
  'school girl',
  'school boy',
  'little girl',
  'little boy',
  'young girl',
  'young boy',
  'small girl',
  'small boy',
  'adolescent',
  'juvenile',
  'pubescent',
  'prepubescent',
  'elementary school',
  'middle school',
  'high school',
  'kindergarten',
  'daughter',
  'underdeveloped',
  'barely legal',
];

const sexualWords = [
  'nude',
  'nudity',
  'naked',
  'nsfw',
  'sex',
  'sexy',
  'sexual',
  'sexualized',
  'sexualised',
  'erotic',
  'erotica',
  'porn',
  'porno',
  'pornographic',
  'hentai',
  'lewd',
  'topless',
  'bottomless',
  'undressed',
  'unclothed',
  'lingerie',
  'panties',
  'underwear',
  'bikini',
  'thong',
  'seductive',
  'seductively',
  'sensual',
  'provocative',
  'fetish',
  'bdsm',
  'bondage',
  'orgasm',
  'masturbating',
  'masturbate',
  'genitals',
  'genitalia',
  'penis',
  'vagina',
  'pussy',
  'cock',
  'dick',
  'boob',
  'breasts',
  'nipple',
  'ass',
  'butt',
  'cum',
  'blowjob',
  'fuck',
  'fucking',
  'fucked',
  'intercourse',
  'aroused',
  'horny',
  'stripping',
  'stripper',
  'no clothes',
  'without clothes',
  'wearing nothing',
  'spread legs',
  'r34',
  'rule34',
  'rule 34',
  'xxx',
  'ecchi',
  'ahegao',
];

const lists = {
  always: always.map(phraseWords),
  minor: minorWords.map(phraseWords),
  sexual: sexualWords.map(phraseWords),
};

const spelledAges = new Set([
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
  'thirteen',
  'fourteen',
  'fifteen',
  'sixteen',
  'seventeen',
]);
const yearsOld = ['yo', 'yr', 'yrs', 'year', 'years'];

/** "9 year old", "16yo", "aged 12", "twelve years old". */
function namesMinorAge(words: readonly WordForms[]): boolean {
  const isAge = (forms: WordForms | undefined) =>
    forms !== undefined &&
    [...forms].some((form) => spelledAges.has(form) || (/^\d{1,2}$/.test(form) && Number(form) < 18));
  return words.some((forms, index) => {
    if ([...forms].some((form) => /^(\d|1[0-7])(yo|yrs?|years?(old)?)$/.test(form))) return true;
    if (!isAge(forms)) return false;
    const next = words[index + 1];
    const before = words[index - 1];
    return (
      (next !== undefined && yearsOld.some((word) => next.has(word))) ||
      (before !== undefined && (before.has('aged') || before.has('age')))
    );
  });
}

const any = (words: readonly WordForms[], phrases: readonly (readonly string[])[]) =>
  phrases.some((phrase) => containsPhrase(words, phrase));

export const minors: Rule = {
  id: 'minors',
  judge({ words }) {
    const refused =
      any(words, lists.always) || ((any(words, lists.minor) || namesMinorAge(words)) && any(words, lists.sexual));
    return refused ? { category: 'minors', sentence: 'refusedMinors' } : null;
  },
};
