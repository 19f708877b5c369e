// The yes and the no under /privacy delete. Whoever presses deletes their own data: no id is in the button.

import { ButtonStyle } from 'discord-api-types/v10';
import { defineComponent } from '../../src/discord/define-component.ts';
import { quiet } from '../../src/discord/message-body.ts';

export const deleteMyData = defineComponent({
  id: 'pd',
  args: [],
  render: (texts) => ({ label: texts.privacy.confirm, style: ButtonStyle.Danger }),
  first: 'update',
  opening: ({ texts }) => quiet({ content: texts.privacy.deleting, embeds: [], components: [] }),
  // Taken up again after a crash: a second pass deletes what the first left.
  asks: () => ({ evenBanned: true, durable: true, once: true }),
  async handle({ facts, texts, services, reply }) {
    const { id } = facts.user;
    await services.queue.cancelAllOf(id, id);
    const deleted = await services.moderation.personal.delete(id);
    await services.queue.forget(deleted);
    services.logger.info({ requests: deleted.length }, 'a member had their data deleted');
    await reply.edit(quiet({ content: texts.privacy.deleted(deleted.length), embeds: [], components: [] }));
  },
});

export const keepMyData = defineComponent({
  id: 'pk',
  args: [],
  render: (texts) => ({ label: texts.privacy.keep }),
  first: 'update',
  asks: () => ({ evenBanned: true }),
  async handle({ texts, reply }) {
    await reply.edit(quiet({ content: texts.privacy.kept, embeds: [], components: [] }));
  },
});
