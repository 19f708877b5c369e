// The no under the card of several jobs: nothing was charged, nothing is painted.

import { snowflakeArg } from '../../src/discord/custom-id-args.ts';
import { defineComponent } from '../../src/discord/define-component.ts';
import { quiet } from '../../src/discord/message-body.ts';

export const dismissBatch = defineComponent({
  id: 'bd',
  args: [snowflakeArg],
  render: (texts) => ({ label: texts.batch.cancel }),
  first: 'update',
  async handle({ facts, services, reply, texts }, { args: [batchId] }) {
    // Taken by the press that wants none of it, the batch is nobody else's any more.
    const batch = await services.batches.take(facts.user.id, batchId, facts.interactionId);
    const inputs = (batch?.requests ?? []).flatMap(({ init, maskKey }) => [init?.imageKey ?? [], maskKey ?? []].flat());
    await services.uploads.remove(facts.user.id, inputs);
    await reply.edit(quiet({ content: texts.batch.cancelled, embeds: [], components: [] }));
  },
});
