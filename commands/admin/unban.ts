// /admin unban: lets a member use the bot again.

import { liftBan } from '../../src/discord/ban-member.ts';
import { defineSubcommand } from '../../src/discord/define-command.ts';
import { quiet } from '../../src/discord/message-body.ts';
import { memberOption } from '../../src/discord/options.ts';

const options = { member: memberOption({ required: true }) };

export const unban = defineSubcommand({
  words: (texts) => texts.commands.admin.subcommands.unban,
  options,
  needs: 'moderate',
  first: 'private',
  async handle(stage, { member: { userId } }) {
    const { lifted, notBanned } = stage.texts.admin;
    const was = await liftBan(stage, userId);
    await stage.reply.edit(quiet({ content: was ? lifted(`<@${userId}>`) : notBanned(`<@${userId}>`) }));
  },
});
