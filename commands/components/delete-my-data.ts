// The yes and the no under /privacy delete. Whoever presses deletes their own data: no id is in the button.

import { setTimeout as sleep } from 'node:timers/promises';
import { ButtonStyle } from 'discord-api-types/v10';
import type { Stage } from '../../src/discord/behaviour.ts';
import { closeDueCards } from '../../src/discord/close-cards.ts';
import { defineComponent } from '../../src/discord/define-component.ts';
import { addressOf } from '../../src/discord/live-jobs.ts';
import { quiet } from '../../src/discord/message-body.ts';
import { editReply } from '../../src/discord/reply.ts';
import type { GenerateJob } from '../../src/jobs/generate-job.ts';
import { resultPresenter } from '../job-message.ts';

/** Delivery takes well below a second; where it is away, the message is written from here. */
const lastWordMs = 10_000;

/** Once its record is gone nobody finds a message any more: it would say "next in the queue" for ever. */
async function sayCancelled({ facts, services }: Stage, ended: readonly GenerateJob[]): Promise<void> {
  const deadline = Date.now() + lastWordMs;
  const isOwed = async ({ jobId }: GenerateJob) =>
    (await services.jobs.get(jobId).catch(() => null))?.deliveredAt === null;
  for (const job of ended) {
    while (Date.now() < deadline && (await isOwed(job))) await sleep(100);
    if (!(await isOwed(job))) continue;
    const { content, components } = resultPresenter.ended(job, { type: 'cancelled', byUserId: facts.user.id });
    await editReply(services.rest, addressOf(job), quiet({ content, components, attachments: [] })).catch(
      (err: unknown) => services.logger.warn({ err, jobId: job.jobId }, 'a deleted request could not be shown as such'),
    );
  }
}

export const deleteMyData = defineComponent({
  id: 'pd',
  args: [],
  render: (texts) => ({ label: texts.privacy.confirm, style: ButtonStyle.Danger }),
  first: 'update',
  opening: ({ texts }) => quiet({ content: texts.privacy.deleting, embeds: [], components: [] }),
  // Taken up again after a crash: a second pass deletes what the first left.
  asks: () => ({ evenBanned: true, durable: true, once: true }),
  async handle(stage) {
    const { facts, texts, services, reply } = stage;
    const { id } = facts.user;
    await sayCancelled(stage, await services.queue.endAllOf(id));
    const deleted = await services.moderation.personal.delete(id);
    await services.queue.forget(deleted);
    const { logger, moderation, rest } = services;
    await closeDueCards({ rest, reviews: moderation.reviews, logger });
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
