// The card that says what several prompts by one command would make, and its yes: nothing is charged before it is pressed. What the
// button says about number and pictures is charged at the gate and held against what was kept.

import { ButtonStyle, ComponentType } from 'discord-api-types/v10';
import { z } from 'zod';
import { snowflakeArg } from '../../src/discord/custom-id-args.ts';
import { defineComponent } from '../../src/discord/define-component.ts';
import { type MessageBody, plain, quiet, shorten } from '../../src/discord/message-body.ts';
import { judgeWish } from '../../src/discord/paint-checks.ts';
import { startBatch } from '../../src/discord/start-batch.ts';
import type { Batch } from '../../src/store/batches.ts';
import type { Catalogue } from '../../src/texts/index.ts';
import { dismissBatch } from './dismiss-batch.ts';

const numberArg = z
  .string()
  .regex(/^\d{1,3}$/)
  .transform(Number);

const shown = 10;
const picturesOf = (batch: Batch) => batch.requests.reduce((sum, request) => sum + request.count, 0);

export const confirmBatch = defineComponent({
  id: 'bc',
  args: [snowflakeArg, numberArg, numberArg],
  render: (texts, [, jobs]) => ({ label: texts.batch.confirm(Number(jobs)), style: ButtonStyle.Success }),
  first: 'update',
  asks: (_ground, { args: [, jobs, pictures] }) => ({ jobs, pictures, durable: true, once: true }),
  async handle(stage, { args: [batchId, jobs, pictures] }) {
    const { facts, services, reply, texts } = stage;
    const done = (content: string) => reply.edit(quiet({ content, embeds: [], components: [] }));
    const batch = await services.batches.take(facts.user.id, batchId, facts.interactionId);
    if (!batch || batch.requests.length !== jobs || picturesOf(batch) !== pictures) {
      await done(texts.batch.gone);
      return;
    }
    for (const request of batch.requests) {
      // The server's rules may have changed since the card was shown.
      const unfit = judgeWish(stage, request);
      if (unfit) {
        await done(unfit.refuse);
        return;
      }
    }
    await done(texts.batch.started(jobs));
    const drafts = batch.requests.map((request) => ({
      kind: 'imagine' as const,
      request,
      parent: null,
      notes: batch.notes,
    }));
    await startBatch(stage, drafts, { ephemeral: batch.ephemeral, usesReply: false });
  },
});

export function batchCard(texts: Catalogue, batchId: string, batch: Batch): MessageBody {
  const { requests, notes } = batch;
  const pictures = picturesOf(batch);
  const lines = requests.slice(0, shown).map(({ prompt }, index) => `${index + 1}. ${plain(shorten(prompt, 120))}`);
  if (requests.length > shown) lines.push(texts.batch.more(requests.length - shown));
  return quiet({
    embeds: [
      {
        title: texts.batch.title(requests.length, pictures),
        description: [...lines, ...notes.map((note) => `-# ${note}`)].join('\n'),
      },
    ],
    components: [
      {
        type: ComponentType.ActionRow,
        components: [
          confirmBatch.button(texts, [batchId, requests.length, pictures]),
          dismissBatch.button(texts, [batchId]),
        ],
      },
    ],
  });
}
