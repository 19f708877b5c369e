// Words and phrases of the built-in list and of the guild's own, as whole words after normalisation.

import { defaultFilter, type FilterCategory } from '../default-filter.ts';
import { containsPhrase, excuseOf, phraseWords, withoutExcused } from '../normalise.ts';
import type { Rule } from '../rule.ts';

/** @param filter the operator's list in place of the built-in one */
export function refusedWordsRule(filter: readonly FilterCategory[]): Rule {
  const prepared = filter.map((entry) => ({
    ...entry,
    phrases: entry.phrases.map(phraseWords),
    unless: (entry.unless ?? []).map(excuseOf),
  }));
  return {
    id: 'refused-words',
    judge({ raw, words }, settings) {
      for (const { category, from, phrases, unless } of prepared) {
        if (from === 'strict' && settings.preset !== 'strict') continue;
        const met = phrases.filter((phrase) => containsPhrase(words, phrase));
        const left = met.length === 0 ? words : withoutExcused(raw, unless);
        const found = met.find((phrase) => containsPhrase(left, phrase));
        if (found) return { category, sentence: 'refusedWords', matched: found.join(' ') };
      }
      const own = settings.refusedPhrases.find((phrase) => containsPhrase(words, phraseWords(phrase)));
      return own === undefined ? null : { category: 'server', sentence: 'refusedWords', matched: own };
    },
  };
}

export const refusedWords = refusedWordsRule(defaultFilter);
