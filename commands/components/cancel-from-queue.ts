// The card of /queue and its buttons: each cancels one job, then draws the card again.

import { ButtonStyle, ComponentType } from 'discord-api-types/v10';
import { jobIdArg } from '../../src/discord/custom-id-args.ts';
import { defineComponent } from '../../src/discord/define-component.ts';
import { sayDuration } from '../../src/discord/durations.ts';
import { judgeCancel } from '../../src/discord/judge-cancel.ts';
import { type MessageBody, plain, quiet, type Row, shorten } from '../../src/discord/message-body.ts';
import type { Services } from '../../src/discord/services.ts';
import type { Catalogue } from '../../src/texts/index.ts';
import { kept } from './kept.ts';

export const cancelFromQueue = defineComponent({
  id: 'cq',
  args: [jobIdArg],
  render: (texts) => ({ label: texts.buttons.cancel, style: ButtonStyle.Danger }),
  first: 'update',
  asks: (_ground, { args: [jobId] }) => ({ jobIds: [jobId] }),
  judge: judgeCancel,
  async handle({ texts, facts, services, reply }, { args: [jobId] }) {
    await services.queue.cancel(jobId, facts.user.id);
    await reply.edit(await queueCard(texts, facts.user.id, services));
  },
});

const shown = 5;

/** The card of /queue: places and waiting times, then what was kept, each with a button. */
export async function queueCard(texts: Catalogue, userId: string, services: Services): Promise<MessageBody> {
  const { queue, jobs } = services;
  const [places, keptIds] = await Promise.all([queue.places(userId), services.kept.list(userId)]);
  if (places.length + keptIds.length === 0) return quiet({ content: texts.queue.empty, embeds: [], components: [] });
  const promptOf = async (jobId: string) => (await jobs.get(jobId))?.job.request.prompt ?? jobId;
  const lines: string[] = [];
  const cancels: Row['components'] = [];
  for (const { jobId, state, ahead, etaMs } of places.slice(0, shown)) {
    const prompt = await promptOf(jobId);
    const where = state === 'running' ? texts.queue.running : texts.queue.place(ahead + 1);
    lines.push(texts.queue.line(where, plain(shorten(prompt, 100)), etaMs === null ? null : sayDuration(texts, etaMs)));
    cancels.push(cancelFromQueue.button(texts, [jobId], { label: texts.buttons.cancelJob(shorten(prompt, 20)) }));
  }
  if (places.length > shown) lines.push(texts.queue.more(places.length - shown));
  const fetches: Row['components'] = [];
  for (const jobId of keptIds.slice(0, shown)) {
    const prompt = await promptOf(jobId);
    lines.push(texts.queue.line(texts.queue.kept, plain(shorten(prompt, 100)), null));
    fetches.push(kept.button(texts, [jobId], { label: texts.queue.fetchJob(shorten(prompt, 20)) }));
  }
  return quiet({
    content: '',
    embeds: [{ title: texts.queue.title, description: lines.join('\n') }],
    components: [cancels, fetches]
      .filter((buttons) => buttons.length > 0)
      .map((components) => ({ type: ComponentType.ActionRow, components })),
  });
}
