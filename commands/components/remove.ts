// 🗑️: takes the message away, and with it those that hold the rest of its pictures. For its author and for moderators, asked of the press at hand.

import { Routes } from 'discord.js';
import { jobIdArg } from '../../src/discord/custom-id-args.ts';
import { defineComponent } from '../../src/discord/define-component.ts';
import { isMessageGone, isTokenExpired } from '../../src/discord/discord-errors.ts';
import { presserOf } from '../../src/discord/facts.ts';
import { recordAction } from '../../src/discord/mod-log.ts';
import { parentOf } from '../../src/discord/parent-job.ts';
import { refuse } from '../../src/discord/refusal.ts';
import { removeRest } from '../../src/discord/remove-message.ts';

import { mayModerate } from '../../src/moderation/permissions.ts';

export const remove = defineComponent({
  id: 'd',
  args: [jobIdArg],
  render: () => ({ emoji: '🗑️' }),
  first: 'update',
  asks: (_ground, { args: [jobId] }) => ({ jobIds: [jobId] }),
  judge(scene) {
    const { facts, texts } = scene;
    const job = parentOf(scene)?.job;
    // Without a record nobody can be shown to be the author: moderators only.
    if (job?.requester.userId === facts.user.id || mayModerate(presserOf(facts), scene.guild)) return null;
    return refuse(job ? texts.refusals.notYours : texts.refusals.gone);
  },
  async handle(stage, { args: [jobId] }) {
    const { reply, facts, services } = stage;
    const record = parentOf(stage);
    try {
      await reply.remove();
    } catch (error) {
      if (isMessageGone(error)) return;
      if (!isTokenExpired(error) || !facts.message) throw error;
      await services.rest.delete(Routes.channelMessage(facts.channelId, facts.message.id));
    }
    if (record) await removeRest(services, record, facts.message?.id);
    const subjectId = record?.job.requester.userId ?? null;
    if (facts.guildId === null || subjectId === facts.user.id) return;
    await recordAction(stage, { action: 'message removed', subjectId, jobId }, ({ modLog }) =>
      modLog.messageRemoved(`<@${facts.user.id}>`, `<#${facts.channelId}>`, jobId),
    );
  },
});
