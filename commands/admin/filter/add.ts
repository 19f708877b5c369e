// /admin filter add: words or a pattern, and what becomes of requests that hold them.

import { randomBytes } from 'node:crypto';
import { defineSubcommand } from '../../../src/discord/define-command.ts';
import { code, quiet } from '../../../src/discord/message-body.ts';
import { recordAction, requireGuild } from '../../../src/discord/mod-log.ts';
import { choiceOption, stringOption } from '../../../src/discord/options.ts';
import { refuse } from '../../../src/discord/refusal.ts';
import { type EntryProblem, entryProblem } from '../../../src/moderation/filter-entry.ts';

const kinds = ['words', 'pattern'] as const;
const actions = ['refuse', 'flag', 'log'] as const;

const options = {
  text: stringOption({ required: true, minLength: 1, maxLength: 200 }),
  action: choiceOption({
    choices: actions.map((value) => ({ value, name: (texts) => texts.admin.filter.actionChoices[value] })),
  }),
  kind: choiceOption({
    choices: kinds.map((value) => ({ value, name: (texts) => texts.admin.filter.kindChoices[value] })),
  }),
};

export const filterAdd = defineSubcommand({
  words: (texts) => texts.commands.admin.subcommands.filter.subcommands.add,
  options,
  needs: 'manage',
  first: 'private',
  judge({ guild, texts }, { text, kind = 'words' }) {
    const problem = entryProblem({ kind, text: text.trim() }, guild.filter);
    return problem && refuse(texts.admin.filter.problems[problem]);
  },
  async handle(stage, { text, action = 'refuse', kind = 'words' }) {
    const { facts, reply, services, texts } = stage;
    const words = texts.admin.filter;
    const entry = { id: randomBytes(3).toString('hex'), kind, text: text.trim(), action };
    let problem: EntryProblem | null = null;
    // Asked again of what stands there now: somebody may have been quicker.
    await services.moderation.guilds.update(requireGuild(facts), ({ filter }) => {
      problem = entryProblem(entry, filter);
      return problem ? {} : { filter: [...filter, entry] };
    });
    if (problem) {
      await reply.edit(quiet({ content: words.problems[problem] }));
      return;
    }
    await recordAction(
      stage,
      { action: 'filter entry added', details: { entry: entry.id, kind, text: entry.text, action } },
      (itsTexts) => {
        const { actions: named, kinds: kindNames } = itsTexts.admin.filter;
        return itsTexts.modLog.filterAdded(`<@${facts.user.id}>`, `#${entry.id}`, kindNames[kind], named[action]);
      },
    );
    await reply.edit(quiet({ content: words.added(`\`${code(entry.text)}\``, words.actions[action]) }));
  },
});
