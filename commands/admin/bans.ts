// /admin bans: who may not use the bot here, until when and why, with a way to lift it.

import { defineSubcommand } from '../../src/discord/define-command.ts';
import { bansCard } from '../components/lift-ban.ts';

export const bans = defineSubcommand({
  words: (texts) => texts.commands.admin.subcommands.bans,
  options: {},
  needs: 'moderate',
  first: 'private',
  async handle(stage) {
    await stage.reply.edit(await bansCard(stage));
  },
});
