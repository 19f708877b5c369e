// /privacy delete: a card that says what goes and what stays, over a button that does it.

import { ComponentType } from 'discord-api-types/v10';
import { defineSubcommand } from '../../src/discord/define-command.ts';
import { quiet } from '../../src/discord/message-body.ts';
import { deleteMyData, keepMyData } from '../components/delete-my-data.ts';

export const privacyDelete = defineSubcommand({
  words: (texts) => texts.commands.privacy.subcommands.delete,
  options: {},
  first: 'private',
  asks: () => ({ evenBanned: true }),
  async handle({ facts, texts, services, reply }) {
    const words = texts.privacy;
    const count = await services.moderation.personal.count(facts.user.id);
    await reply.edit(
      quiet({
        embeds: [
          {
            title: words.deleteTitle,
            description: [words.goes(count), '', words.stays, '', words.messages].join('\n'),
          },
        ],
        components: [
          {
            type: ComponentType.ActionRow,
            components: [deleteMyData.button(texts, []), keepMyData.button(texts, [])],
          },
        ],
      }),
    );
  },
});
