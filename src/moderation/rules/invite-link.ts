// Invite links in a prompt would be posted under the bot's name: spam by proxy.

import { foldText } from '../normalise.ts';
import type { Rule } from '../rule.ts';

const invite = /(discord\s*\.\s*(gg|me|li)|discord(app)?\s*\.\s*com\s*\/\s*invite|dsc\s*\.\s*gg)\s*\/?\s*[a-z0-9-]{2,}/;

export const inviteLink: Rule = {
  id: 'invite-link',
  judge({ raw }) {
    return invite.test(foldText(raw)) ? { category: 'spam', sentence: 'inviteLink' } : null;
  },
};
