// Words and phrases of the built-in list and of the guild's own, as whole words after normalisation. Most count in both fields; what people
// write into negative prompts to keep it out of their pictures (`onlyInPrompt`) does not count there.

import { defaultFilter } from '../default-filter.ts';
import type { FilterCategory } from '../filter-category.ts';
import { Excuses, isCovered, type Match, Phrases } from '../phrases.ts';
import type { Reading } from '../readings.ts';
import type { Rule, RuleText } from '../rule.ts';

interface Entry {
  readonly phrase: string;
  /** Which category of the list. */
  readonly place: number;
  readonly isOnlyInPrompt: boolean;
}

/** @param filter the operator's list in place of the built-in one */
export function refusedWordsRule(filter: readonly FilterCategory[]): Rule {
  const entries = filter.flatMap(({ phrases, onlyInPrompt = [] }, place) => [
    ...phrases.map((phrase) => ({ phrase, place, isOnlyInPrompt: false })),
    ...onlyInPrompt.map((phrase) => ({ phrase, place, isOnlyInPrompt: true })),
  ]);
  const list = new Phrases<Entry>(entries.map((entry) => [entry.phrase, entry] as const));
  const excuses = filter.map(({ unless = [] }) => new Excuses(unless));
  const stories = filter.map(({ stories: told = [] }) =>
    told.map(({ of, words }) => ({
      of: new Phrases(of.map((name) => [name, true] as const)),
      words: new Set(words),
    })),
  );

  /** What is left of a category's finds once harmless phrases and stories are taken out. */
  function leftOf(place: number, found: readonly Match<Entry>[], reading: Reading): Match<Entry> | undefined {
    if (found.length === 0) return undefined;
    const covered = excuses[place]?.covered(reading) ?? new Set<number>();
    const open = excuses[place]?.without(reading.unspaced) ?? '';
    const isOpen = ({ value, start }: Match<Entry>) =>
      start >= 0 || new Phrases([[value.phrase, true] as const]).find({ ...reading, words: [] }, open).length > 0;
    const told = (stories[place] ?? []).filter(({ words, of }) =>
      found.some(({ value }) => words.has(value.phrase)) ? of.find(reading).length > 0 : false,
    );
    return found.find(
      (match) =>
        !isCovered(match, covered) && isOpen(match) && !told.some(({ words }) => words.has(match.value.phrase)),
    );
  }

  function listed({ field, readings }: RuleText, isStrict: boolean): { category: string; matched: string } | null {
    for (const reading of readings) {
      const found = list
        .find(reading)
        .filter(({ value }) => isStrict || filter[value.place]?.from !== 'strict')
        .filter(({ value }) => field === 'prompt' || !value.isOnlyInPrompt);
      if (found.length === 0) continue;
      for (const [place, { category }] of filter.entries()) {
        const left = leftOf(
          place,
          found.filter(({ value }) => value.place === place),
          reading,
        );
        if (left) return { category, matched: left.value.phrase };
      }
    }
    return null;
  }

  return {
    id: 'refused-words',
    judge(text, { preset, refusedPhrases }) {
      const found = listed(text, preset === 'strict');
      if (found) return { ...found, sentence: 'refusedWords' };
      const own = ownPhrases(refusedPhrases);
      const [matched] = text.readings.flatMap((reading) => own.find(reading));
      return matched === undefined ? null : { category: 'server', sentence: 'refusedWords', matched: matched.value };
    },
  };
}

/** A server's own phrases change rarely; each list is prepared once. */
const prepared = new WeakMap<readonly string[], Phrases<string>>();
function ownPhrases(refused: readonly string[]): Phrases<string> {
  let own = prepared.get(refused);
  if (!own) {
    own = new Phrases(refused.map((phrase) => [phrase, phrase] as const));
    prepared.set(refused, own);
  }
  return own;
}

export const refusedWords = refusedWordsRule(defaultFilter);
