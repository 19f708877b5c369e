// Words and phrases of the built-in list and of the guild's own, as whole words after normalisation.

import { defaultFilter, type FilterCategory } from '../default-filter.ts';
import { containsPhrase, phraseWords } from '../normalise.ts';
import type { Rule } from '../rule.ts';

/** @param filter the operator's list in place of the built-in one */
export function refusedWordsRule(filter: readonly FilterCategory[]): Rule {
  const prepared = filter.map((entry) => ({ ...entry, phrases: entry.phrases.map(phraseWords) }));
  return {
    id: 'refused-words',
    judge({ words }, settings) {
      for (const { category, from, phrases } of prepared) {
        if (from === 'strict' && settings.preset !== 'strict') continue;
        if (phrases.some((phrase) => containsPhrase(words, phrase))) return { category, sentence: 'refusedWords' };
      }
      if (settings.refusedPhrases.some((phrase) => containsPhrase(words, phraseWords(phrase)))) {
        return { category: 'server', sentence: 'refusedWords' };
      }
      return null;
    },
  };
}

export const refusedWords = refusedWordsRule(defaultFilter);
