// /queue: a member's own waiting and running jobs, each with a way to cancel it.

import { defineCommand } from '../src/discord/define-command.ts';
import { queueCard } from './components/cancel-from-queue.ts';

export const queue = defineCommand({
  words: (texts) => texts.commands.queue,
  options: {},
  first: 'private',
  async handle({ texts, facts, services, reply }) {
    await reply.edit(await queueCard(texts, facts.user.id, services));
  },
});
