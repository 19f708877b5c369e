// /admin filter list: the server's own entries, page by page, for the moderator who asks and for nobody else.

import { defineSubcommand } from '../../../src/discord/define-command.ts';
import { filterCard } from '../../components/filter-page.ts';

export const filterList = defineSubcommand({
  words: (texts) => texts.commands.admin.subcommands.filter.subcommands.list,
  options: {},
  needs: 'manage',
  first: 'private',
  async handle(stage) {
    await stage.reply.edit(filterCard(stage, 0));
  },
});
