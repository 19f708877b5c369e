// What a server's moderators added to the shipped list, as far as it refuses; flags and logs are noticed when a request is accepted.

import { matchesEntry } from '../filter-entry.ts';
import type { Rule } from '../rule.ts';

export const serverFilter: Rule = {
  id: 'server-filter',
  judge(text, { filter = [] }) {
    const entry = filter.find((one) => one.action === 'refuse' && matchesEntry(one, text));
    return entry ? { category: 'server', sentence: 'refusedWords', matched: entry.text, entryId: entry.id } : null;
  },
};
