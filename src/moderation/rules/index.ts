// The list of rules, in the order in which they are asked.

import type { FilterCategory } from '../filter-category.ts';
import type { Rule } from '../rule.ts';
import { inviteLink } from './invite-link.ts';
import { length } from './length.ts';
import { minors } from './minors.ts';
import { refusedWords, refusedWordsRule } from './refused-words.ts';
import { serverFilter } from './server-filter.ts';

export const rules: readonly Rule[] = [minors, length, inviteLink, refusedWords, serverFilter];

/** The same with an operator's list in place of the built-in one; the floor stays. */
export function rulesWith(filter: readonly FilterCategory[]): readonly Rule[] {
  return rules.map((rule) => (rule === refusedWords ? refusedWordsRule(filter) : rule));
}
