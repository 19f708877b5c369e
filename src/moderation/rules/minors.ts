// The floor under every setting: sexual content with minors is refused always, whatever a server or an operator configured.
// A term that means it by itself counts in both fields. Else it takes two in the prompt, a word for a minor (or an age) and a sexual one:
// people put both into negative prompts to keep such pictures away. "Adult" in the negative prompt is the same wish said the other way round.

import { agesIn } from '../ages.ts';
import { type FloorWords, floorWords, grownUps, harmless, noPeople, notGrown } from '../floor-words.ts';
import { Excuses, isCovered, type Match, Phrases } from '../phrases.ts';
import type { Reading } from '../readings.ts';
import type { Rule, RuleText } from '../rule.ts';

const kinds = [
  'always',
  'minors',
  'minorsIfExplicit',
  'minorsIfBeside',
  'explicit',
  'suggestive',
  'worn',
  'grown',
  'clothes',
] as const satisfies readonly (keyof FloorWords)[];

interface Meaning {
  readonly kind: (typeof kinds)[number];
  readonly language: FloorWords;
  /** Counts with words of its own language alone. */
  readonly isOwn: boolean;
}

const words = new Phrases<Meaning>(
  floorWords.flatMap((language) => {
    const own = new Set(language.onlyWithOwn);
    return kinds.flatMap((kind) =>
      (language[kind] ?? []).map((phrase) => [phrase, { kind, language, isOwn: own.has(phrase) }] as const),
    );
  }),
);
const excuses = new Excuses([...harmless, ...notGrown]);
const adults = new Phrases(grownUps.map((phrase) => [phrase, true] as const));
const notPeople = new Phrases(noPeople.map((phrase) => [phrase, true] as const));
const youngAnimals = new Set(['baby', 'newborn', 'infant', 'juvenile', 'adolescent', 'toddler', 'kid']);

/** How many words away an explicit one counts for `minorsIfBeside`. */
const reach = 3;

interface Word {
  readonly kind: Meaning['kind'] | 'age';
  readonly language: FloorWords | null;
  readonly isOwn: boolean;
  /** Named by a thing, an animal, a book or a grown-up: does not count beside what is merely suggestive. */
  readonly isExcused: boolean;
}

/** For each word, where the tag begins that it belongs to. */
function tagsOf({ words: all }: Reading): readonly number[] {
  let start = 0;
  return all.map(({ isAfterBreak }, place) => {
    if (isAfterBreak) start = place;
    return start;
  });
}

/** What the floor finds in one reading. */
function wordsIn(reading: Reading): Word[] {
  const found = words.find(reading, excuses.without(reading.unspaced));
  const ages = agesIn(reading);
  if (found.length === 0 && ages.length === 0) return [];
  const covered = excuses.covered(reading);
  const tags = tagsOf(reading);
  const things = new Set(notPeople.find(reading).map(({ start }) => start));
  const isThing = (place: number) => things.has(place) && tags[place] !== place;
  /** The places of uncovered minors' words, and the tags that they stand in. */
  const minorPlaces = new Set<number>();
  for (const { value, start, length } of found) {
    if (value.kind !== 'minors' || covered.has(start)) continue;
    for (let place = start; place < start + length; place += 1) minorPlaces.add(place);
  }
  const minorTags = new Set([...minorPlaces].map((place) => tags[place]));
  const grownTags = new Set(adults.find(reading).map(({ start }) => tags[start]));
  const explicitPlaces = new Set<number>();
  for (const { value, start, length } of found) {
    if (value.kind !== 'explicit') continue;
    for (let place = start; place < start + length; place += 1) explicitPlaces.add(place);
  }

  const isYoungAnimal = ({ start, length }: Match<Meaning>) =>
    isThing(start + length) && [...(reading.words[start]?.forms ?? [])].some((form) => youngAnimals.has(form));
  // What excuses a word must not be all that parts it from a minor: "little boy cock crowing" is no fable.
  const touchesMinor = ({ start, length }: Match<Meaning>) =>
    (minorPlaces.has(start - 1) && tags[start - 1] === tags[start]) ||
    (minorPlaces.has(start + length) && tags[start + length] === tags[start]);
  const isExcused = (match: Match<Meaning>): boolean => {
    const { value, start } = match;
    if (start < 0) return false;
    if (value.kind === 'minors') return isCovered(match, covered) || isYoungAnimal(match);
    if (isCovered(match, covered) && !touchesMinor(match)) return true;
    return value.kind === 'worn' && grownTags.has(tags[start]) && !minorTags.has(tags[start]);
  };
  const isBesideExplicit = ({ start, length }: Match<Meaning>) => {
    for (let place = start - reach; place < start + length + reach; place += 1) {
      if (explicitPlaces.has(place) && tags[place] === tags[start]) return true;
    }
    return false;
  };
  const isWholeTag = ({ start, length }: Match<Meaning>) =>
    tags[start] === start && (start + length === reading.words.length || tags[start + length] === start + length);
  const counts = (match: Match<Meaning>) =>
    match.value.kind === 'clothes'
      ? isWholeTag(match)
      : match.value.kind === 'minorsIfBeside'
        ? isBesideExplicit(match)
        : true;
  return [
    ...found.filter(counts).map((match) => ({ ...match.value, isExcused: isExcused(match) })),
    ...ages.map(({ end }) => ({ kind: 'age' as const, language: null, isOwn: false, isExcused: isThing(end) })),
  ];
}

/** An age is an age in every language. */
const areTogether = (minor: Word, sexual: Word) =>
  !(minor.isOwn || sexual.isOwn) || minor.language === null || minor.language === sexual.language;

const isMinor = ({ kind }: Word) => kind === 'minors' || kind === 'age';
const isSuggestive = ({ kind }: Word) => kind === 'suggestive' || kind === 'worn';

function showsMinors(all: readonly Word[]): boolean {
  const explicit = all.filter(({ kind }) => kind === 'explicit');
  const suggestive = all.filter((word) => isSuggestive(word) && !word.isExcused);
  return all.some((word) => {
    const isNamed = isMinor(word) || word.kind === 'minorsIfExplicit' || word.kind === 'minorsIfBeside';
    if (isNamed && explicit.some((other) => areTogether(word, other))) return true;
    return isMinor(word) && !word.isExcused && suggestive.some((other) => areTogether(word, other));
  });
}

const wordsOf = (text: RuleText): readonly Word[] => text.readings.flatMap(wordsIn);

/** The wish said the other way round: what is kept out of the picture is growing up, or a child's clothes. */
function keepsOut(negative: readonly Word[], prompt: readonly Word[]): boolean {
  const isSexual = prompt.some((word) => word.kind === 'explicit' || (isSuggestive(word) && !word.isExcused));
  if (isSexual && negative.some(({ kind, isExcused }) => kind === 'grown' && !isExcused)) return true;
  const hasMinor = prompt.some((word) => isMinor(word) && !word.isExcused && !word.isOwn);
  return hasMinor && negative.some(({ kind }) => kind === 'clothes');
}

export const minors: Rule = {
  id: 'minors',
  judge(text, _settings, { prompt }) {
    const all = wordsOf(text);
    const refused =
      all.some(({ kind }) => kind === 'always') ||
      (text.field === 'prompt' ? showsMinors(all) : keepsOut(all, wordsOf(prompt)));
    return refused ? { category: 'minors', sentence: 'refusedMinors' } : null;
  },
};
