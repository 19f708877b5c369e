// A prompt says something, and no more than the request schema holds.

import { hardLimits } from '../../jobs/paint-request.ts';
import type { Rule } from '../rule.ts';

export const length: Rule = {
  id: 'length',
  judge({ field, raw }) {
    if (raw.length > hardLimits.promptCharacters) return { category: 'form', sentence: 'promptTooLong' };
    if (field === 'prompt' && raw.trim().length === 0) return { category: 'form', sentence: 'emptyPrompt' };
    return null;
  },
};
