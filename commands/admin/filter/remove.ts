// /admin filter remove: takes one entry out again.

import { defineSubcommand } from '../../../src/discord/define-command.ts';
import { code, quiet, shorten } from '../../../src/discord/message-body.ts';
import { recordAction, requireGuild } from '../../../src/discord/mod-log.ts';
import { stringOption } from '../../../src/discord/options.ts';
import { refuse } from '../../../src/discord/refusal.ts';
import type { FilterEntry } from '../../../src/moderation/rule.ts';

const options = { entry: stringOption({ required: true, minLength: 1, maxLength: 200, suggests: true }) };

/** By id, as suggestions give it, or by what it says. */
const find = (filter: readonly FilterEntry[], wanted: string) =>
  filter.find(({ id }) => id === wanted.trim().replace(/^#/, '')) ?? filter.find(({ text }) => text === wanted.trim());

export const filterRemove = defineSubcommand({
  words: (texts) => texts.commands.admin.subcommands.filter.subcommands.remove,
  options,
  needs: 'manage',
  async suggest({ facts, texts }, { text }, { moderation }) {
    const { filter } = await moderation.guilds.get(requireGuild(facts));
    const { actions } = texts.admin.filter;
    const typed = text.trim().toLowerCase();
    return filter
      .filter((entry) => entry.text.toLowerCase().includes(typed) || entry.id.startsWith(typed))
      .slice(0, 25)
      .map(({ id, text: says, action }) => ({
        name: shorten(`${shorten(says, 70)} (${actions[action]})`, 100),
        value: id,
      }));
  },
  first: 'private',
  judge: ({ guild, texts }, { entry }) => (find(guild.filter, entry) ? null : refuse(texts.admin.filter.gone)),
  async handle(stage, { entry: wanted }) {
    const { facts, guild, reply, services, texts } = stage;
    const entry = find(guild.filter, wanted);
    if (!entry) return;
    await services.moderation.guilds.update(requireGuild(facts), ({ filter }) => ({
      filter: filter.filter(({ id }) => id !== entry.id),
    }));
    const { id, kind, text, action } = entry;
    await recordAction(
      stage,
      { action: 'filter entry removed', details: { entry: id, kind, text, action } },
      ({ modLog }) => modLog.filterRemoved(`<@${facts.user.id}>`, `#${id}`),
    );
    await reply.edit(quiet({ content: texts.admin.filter.removed(`\`${code(text)}\``) }));
  },
});
