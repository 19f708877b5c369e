// Ages under eighteen that a text names: "9 year old", "16yo", "aged 12", "girl of twelve", "6th grader", "under 18", "girl, 12", 12歳.

import { foldText, type WordForms } from './normalise.ts';
import type { Reading, ReadWord } from './readings.ts';

const folded = (text: string): ReadonlySet<string> => new Set(foldText(text).split(' '));

const spelledAges = folded(
  'one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen ' +
    'fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn ' +
    'cinq six sept huit neuf dix onze douze treize quatorze quinze seize ' +
    'cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete ' +
    'cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici diciassette ' +
    'sete oito dez doze treze quatorze quinze dezesseis dezessete',
);
const years = folded(
  'yo yr yrs year years jahre jahren jährig jährige jähriger jähriges jährigen ans años anos anni лет год года',
);
const aged = folded('age aged');
const ordinals = folded('first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth');
const grades = folded('grade grader');
const comingOfAge = folded('18 eighteen');
const spelledParts = new Set([...spelledAges, ...ordinals, ...comingOfAge]);
const people = 'girl|boy|lady|woman|female|child|madchen|frau|fille|femme|chica|mujer|ragazza|donna|garota|mulher';
/** A number by itself behind somebody: "girl, 12", "girl (15)". Not of what is counted, weighed or measured: "(girl:1.15)", "girl, 16:9". */
const bare = new RegExp(
  `(?<!\\p{L})(?:${people})s?[\\s,;(\\[-]{1,3}([4-9]|1[0-7])(?=\\s{0,2}(?:[,;)\\]!?]|$|\\.(?!\\d)))`,
  'u',
);
const glued = /^(\d|1[0-7])(yo|yrs?|years?(old)?|jahrig(e[nrs]?)?|ans|anos|anni)$/;
const unspacedAge = /(?<![\d十百千])(?:\d|1[0-7]|[一二三四五六七八九]|十[一二三四五六七]?)\s?[歳才岁歲](?!馬)/u;

const persons = folded(people.replaceAll('|', ' '));

/** What a word can be in an age. */
interface Part {
  readonly isGlued: boolean;
  readonly isAge: boolean;
  readonly isGrade: boolean;
  readonly isEighteen: boolean;
}

function partOf(forms: WordForms): Part | null {
  let part: { -readonly [Name in keyof Part]: Part[Name] } | null = null;
  for (const form of forms) {
    const isNumber = /^\d/.test(form);
    if (!isNumber && !spelledParts.has(form)) continue;
    part ??= { isGlued: false, isAge: false, isGrade: false, isEighteen: false };
    part.isGlued ||= isNumber && glued.test(form);
    part.isAge ||= spelledAges.has(form) || (/^\d{1,2}$/.test(form) && Number(form) < 18);
    part.isGrade ||= ordinals.has(form) || /^(?:[1-9]|1[0-2])(?:st|nd|rd|th)$/.test(form);
    part.isEighteen ||= comingOfAge.has(form);
  }
  return part;
}

const isOneOf = (word: ReadWord | undefined, wanted: ReadonlySet<string>) =>
  word !== undefined && [...word.forms].some((form) => wanted.has(form));
const isWord = (word: ReadWord | undefined, wanted: string) => word?.forms.has(wanted) === true;

/** @returns where each ends: the place of the word behind it, -1 where that is not known */
export function agesIn({ words, text, unspaced }: Reading): readonly { readonly end: number }[] {
  const found: { end: number }[] = [];
  for (const [index, { forms }] of words.entries()) {
    const part = partOf(forms);
    if (!part) continue;
    const [before, next, third] = [words[index - 1], words[index + 1], words[index + 2]];
    const add = (end: number) =>
      found.push({ end: isWord(words[end], 'old') || isWord(words[end], 'alt') ? end + 1 : end });
    if (part.isGlued) add(index + 1);
    else if (part.isAge && isOneOf(next, years)) add(index + 2);
    else if (part.isAge && isWord(next, 'y') && isWord(third, 'o')) add(index + 3);
    else if (part.isAge && isOneOf(before, aged)) add(index + 1);
    else if (part.isAge && isWord(before, 'of') && isOneOf(words[index - 2], persons)) found.push({ end: -1 });
    else if (part.isGrade && isOneOf(next, grades)) found.push({ end: index + 2 });
    else if (part.isEighteen && (isWord(before, 'under') || isWord(before, 'below'))) found.push({ end: -1 });
  }
  if (bare.test(text) || (unspaced !== '' && unspacedAge.test(unspaced))) found.push({ end: -1 });
  return found;
}
