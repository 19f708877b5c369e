// /admin audit: the server's trail, by member, action and time, with a way to take it home.

import { defineSubcommand } from '../../src/discord/define-command.ts';
import { integerOption, memberOption, stringOption } from '../../src/discord/options.ts';
import { refuse } from '../../src/discord/refusal.ts';
import type { Catalogue } from '../../src/texts/index.ts';
import { showAudit } from '../components/audit-page.ts';

const options = {
  member: memberOption(),
  action: stringOption({ maxLength: 60, suggests: true }),
  days: integerOption({ min: 1, max: 365 }),
};

/** What was chosen or typed, in the reader's language or as the trail has it; null for what cannot be one. */
function actionOf(texts: Catalogue, typed: string): string | null {
  const wanted = typed.trim().toLowerCase();
  const named = Object.entries(texts.admin.audit.actions).find(([, name]) => name.toLowerCase() === wanted);
  return named?.[0] ?? (/^[a-z ]{1,60}$/.test(wanted) ? wanted : null);
}

export const audit = defineSubcommand({
  words: (texts) => texts.commands.admin.subcommands.audit,
  options,
  needs: 'moderate',
  async suggest({ texts }, { text }) {
    const typed = text.trim().toLowerCase();
    return Object.entries(texts.admin.audit.actions)
      .filter(([, name]) => name.toLowerCase().includes(typed))
      .slice(0, 25)
      .map(([value, name]) => ({ name, value }));
  },
  first: 'private',
  check: ({ texts }, { action }) =>
    action !== undefined && actionOf(texts, action) === null ? refuse(texts.admin.audit.noAction) : null,
  handle: (stage, { member, action, days }) =>
    showAudit(stage, {
      until: Date.now(),
      page: 0,
      memberId: member?.userId ?? '',
      action: action === undefined ? '' : (actionOf(stage.texts, action) ?? ''),
      days: days ?? 0,
    }),
});
