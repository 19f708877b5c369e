// /admin queue: what waits and runs for this server, with ways to cancel and to pause it.

import { defineSubcommand } from '../../src/discord/define-command.ts';
import { serverQueueCard } from '../components/server-queue.ts';

export const serverQueue = defineSubcommand({
  words: (texts) => texts.commands.admin.subcommands.queue,
  options: {},
  needs: 'moderate',
  first: 'private',
  async handle(stage) {
    await stage.reply.edit(await serverQueueCard(stage, 0));
  },
});
