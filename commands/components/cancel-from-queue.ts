// The card of /queue and its buttons: each cancels one job, then draws the card again.

import { ButtonStyle, ComponentType } from 'discord-api-types/v10';
import { jobIdArg } from '../../src/discord/custom-id-args.ts';
import { defineComponent } from '../../src/discord/define-component.ts';
import { sayDuration } from '../../src/discord/durations.ts';
import { judgeCancel } from '../../src/discord/judge-cancel.ts';
import { type MessageBody, plain, quiet, type Row, shorten } from '../../src/discord/message-body.ts';
import type { Services } from '../../src/discord/services.ts';
import type { Catalogue } from '../../src/texts/index.ts';

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

/** The card of /queue: places, waiting times, and a button for each job. */
export async function queueCard(texts: Catalogue, userId: string, { queue, jobs }: Services): Promise<MessageBody> {
  const places = await queue.places(userId);
  if (places.length === 0) return quiet({ content: texts.queue.empty, embeds: [], components: [] });
  const lines: string[] = [];
  const rows: Row[] = [];
  for (const place of places.slice(0, shown)) {
    const prompt = (await jobs.get(place.jobId))?.job.request.prompt ?? place.jobId;
    const where = place.state === 'running' ? texts.queue.running : texts.queue.place(place.ahead + 1);
    const wait = place.etaMs === null ? null : sayDuration(texts, place.etaMs);
    lines.push(texts.queue.line(where, plain(shorten(prompt, 100)), wait));
    const button = cancelFromQueue.button(texts, [place.jobId], {
      label: texts.buttons.cancelJob(shorten(prompt, 20)),
    });
    rows.push({ type: ComponentType.ActionRow, components: [button] });
  }
  if (places.length > shown) lines.push(texts.queue.more(places.length - shown));
  return quiet({ embeds: [{ title: texts.queue.title, description: lines.join('\n') }], components: rows });
}
