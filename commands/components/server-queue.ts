// The card of /admin queue and its controls: each press is asked for its own permissions, does one thing, writes it down and draws the card
// anew. Private requests stand in it too, marked as such: moderators answer for what is painted in their server.

import { ButtonStyle, ComponentType } from 'discord-api-types/v10';
import { z } from 'zod';
import type { Stage } from '../../src/discord/behaviour.ts';
import { pageArg, snowflakeArg } from '../../src/discord/custom-id-args.ts';
import { defineComponent } from '../../src/discord/define-component.ts';
import { sayDuration } from '../../src/discord/durations.ts';
import { type MessageBody, plain, quiet, type Row, shorten } from '../../src/discord/message-body.ts';
import { recordAction, requireGuild } from '../../src/discord/mod-log.ts';
import { recordCancel } from '../../src/discord/record-cancel.ts';
import { jobIdSchema } from '../../src/jobs/generate-job.ts';

const perPage = 15;
const longestDescription = 4096;

export const queueOlder = defineComponent({
  id: 'qo',
  args: [pageArg],
  needs: 'moderate',
  render: () => ({ emoji: '▶️' }),
  first: 'update',
  handle: (stage, { args: [page] }) => show(stage, page),
});

export const queueNewer = defineComponent({
  id: 'qn',
  args: [pageArg],
  needs: 'moderate',
  render: () => ({ emoji: '◀️' }),
  first: 'update',
  handle: (stage, { args: [page] }) => show(stage, page),
});

export const queueRefresh = defineComponent({
  id: 'qr',
  args: [pageArg],
  needs: 'moderate',
  render: () => ({ emoji: '🔄' }),
  first: 'update',
  handle: (stage, { args: [page] }) => show(stage, page),
});

/** The values name jobs: each must be one of this server's, whatever the card offered. */
export const queueCancel = defineComponent({
  id: 'qc',
  args: [],
  needs: 'moderate',
  first: 'update',
  async handle(stage, { values }) {
    const { facts, services } = stage;
    const guildId = requireGuild(facts);
    for (const jobId of values.filter((value) => jobIdSchema.safeParse(value).success)) {
      const record = await services.jobs.get(jobId);
      if (record?.job.reply.guildId !== guildId) continue;
      if ((await services.queue.cancel(jobId, facts.user.id)) === 'cancelled') await recordCancel(stage, record.job);
    }
    await show(stage, 0);
  },
});

export const queueCancelMember = defineComponent({
  id: 'qm',
  args: [],
  needs: 'moderate',
  first: 'update',
  async handle(stage, { values }) {
    const { facts, services } = stage;
    for (const userId of values.filter((value) => snowflakeArg.safeParse(value).success)) {
      const jobsCancelled = await services.queue.cancelAllOf(userId, facts.user.id, requireGuild(facts));
      if (jobsCancelled === 0) continue;
      await recordAction(
        stage,
        { action: 'jobs cancelled', subjectId: userId, details: { jobsCancelled } },
        ({ modLog }) => modLog.jobsCancelled(`<@${facts.user.id}>`, `<@${userId}>`, jobsCancelled),
      );
    }
    await show(stage, 0);
  },
});

export const queuePause = defineComponent({
  id: 'qp',
  args: [z.enum(['pause', 'resume'])],
  needs: 'moderate',
  render: (texts, [wish]) => ({
    label: texts.admin.queue[wish],
    style: wish === 'pause' ? ButtonStyle.Secondary : ButtonStyle.Success,
  }),
  first: 'update',
  async handle(stage, { args: [wish] }) {
    const { facts, services } = stage;
    const guildId = requireGuild(facts);
    const wasPaused = await services.moderation.isPaused(guildId);
    await (wish === 'pause' ? services.queue.pauseGuild(guildId) : services.queue.resumeGuild(guildId));
    // Two moderators at once: what was done already is not written down again.
    if (wasPaused !== (wish === 'pause')) {
      const action = wish === 'pause' ? 'queue paused' : 'queue resumed';
      await recordAction(stage, { action }, ({ modLog }) =>
        (wish === 'pause' ? modLog.paused : modLog.resumed)(`<@${facts.user.id}>`),
      );
    }
    await show(stage, 0);
  },
});

async function show(stage: Stage, page: number): Promise<void> {
  await stage.reply.edit(await serverQueueCard(stage, page));
}

interface Line {
  readonly jobId: string;
  readonly userId: string;
  readonly displayName: string;
  readonly prompt: string;
  readonly text: string;
}

async function linesOf({ services, texts }: Stage, jobIds: readonly string[]): Promise<Line[]> {
  const words = texts.queue;
  const found = await Promise.all(
    jobIds.map(async (jobId) => {
      const [record, place] = await Promise.all([
        services.jobs.get(jobId).catch(() => null),
        services.queue.place(jobId),
      ]);
      if (!record || !place) return null;
      const { request, requester, reply } = record.job;
      const where = place.state === 'running' ? words.running : words.place(place.ahead + 1);
      const wait = place.etaMs === null ? null : sayDuration(texts, place.etaMs);
      const own = `${reply.ephemeral ? '🔒 ' : ''}<@${requester.userId}> <#${reply.channelId}>`;
      const text = `${words.line(where, plain(shorten(request.prompt, 80)), wait)} — ${own}`;
      return { jobId, userId: requester.userId, displayName: requester.displayName, prompt: request.prompt, text };
    }),
  );
  return found.filter((line) => line !== null);
}

const select = (
  customId: string,
  placeholder: string,
  options: { label: string; value: string; description?: string }[],
): Row => ({
  type: ComponentType.ActionRow,
  components: [
    {
      type: ComponentType.StringSelect,
      custom_id: customId,
      placeholder: shorten(placeholder, 150),
      min_values: 1,
      max_values: options.length,
      options,
    },
  ],
});

export async function serverQueueCard(stage: Stage, wanted: number): Promise<MessageBody> {
  const { facts, services, texts } = stage;
  const words = texts.admin.queue;
  const guildId = requireGuild(facts);
  const [jobIds, isPaused] = await Promise.all([
    services.queue.unfinishedOf(guildId),
    services.moderation.isPaused(guildId),
  ]);
  const pages = Math.max(1, Math.ceil(jobIds.length / perPage));
  const page = Math.min(wanted, pages - 1);
  const lines = await linesOf(stage, jobIds.slice(page * perPage, (page + 1) * perPage));
  const members = new Map(lines.map(({ userId, displayName }) => [userId, displayName]));
  const picks =
    lines.length === 0
      ? []
      : [
          select(
            queueCancel.customId([]),
            words.pickJobs,
            lines.map(({ jobId, prompt, displayName }) => ({
              label: shorten(prompt, 100),
              value: jobId,
              description: shorten(displayName, 100),
            })),
          ),
          select(
            queueCancelMember.customId([]),
            words.pickMembers,
            [...members].map(([value, name]) => ({ label: shorten(name, 100), value })),
          ),
        ];
  const buttons = [
    queuePause.button(texts, [isPaused ? 'resume' : 'pause']),
    queueRefresh.button(texts, [page]),
    ...(pages > 1
      ? [
          queueNewer.button(texts, [Math.max(0, page - 1)], { disabled: page === 0 }),
          queueOlder.button(texts, [page + 1], { disabled: page + 1 >= pages }),
        ]
      : []),
  ];
  const description = [...(isPaused ? [`⏸️ ${words.paused}`, ''] : []), ...lines.map(({ text }) => text)];
  return quiet({
    embeds: [
      {
        title: words.title,
        description: shorten(
          lines.length === 0 ? [...description, words.empty].join('\n') : description.join('\n'),
          longestDescription,
        ),
        footer: { text: words.page(page + 1, pages, jobIds.length) },
      },
    ],
    components: [...picks, { type: ComponentType.ActionRow, components: buttons }],
  });
}
