// The list of rules, in the order in which they are asked.

import type { Rule } from '../rule.ts';
import { inviteLink } from './invite-link.ts';
import { length } from './length.ts';
import { minors } from './minors.ts';
import { refusedWords } from './refused-words.ts';

export const rules: readonly Rule[] = [minors, length, inviteLink, refusedWords];
