// ❌ on one's own result: takes the message away, and with it those that hold the rest of its pictures.

import { Routes } from 'discord.js';
import { isMessageGone } from '../../src/discord/discord-errors.ts';
import type { Reaction } from '../../src/discord/reactions.ts';
import { removeRest } from '../../src/discord/remove-message.ts';

export const removeByReaction: Reaction = {
  emoji: '❌',
  async handle({ services, record, userId, channelId, messageId }) {
    // Anybody may react; the event does not say who moderates, so that moderators use 🗑️.
    if (record.job.requester.userId !== userId) return;
    await services.rest.delete(Routes.channelMessage(channelId, messageId)).catch((error: unknown) => {
      if (!isMessageGone(error)) throw error;
    });
    await removeRest(services, record, messageId);
  },
};
