// /help: what to do here, in one private card, at once.

import { defineCommand } from '../src/discord/define-command.ts';
import { quiet } from '../src/discord/message-body.ts';

export const help = defineCommand({
  words: (texts) => texts.commands.help,
  options: {},
  first: 'private',
  opening: ({ texts }) =>
    quiet({
      embeds: [{ title: texts.help.title, description: texts.help.body(`\`/${texts.commands.imagine.name}\``) }],
    }),
  async handle() {
    // The first response said it all.
  },
});
