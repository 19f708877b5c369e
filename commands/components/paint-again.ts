// "Paint it again" where pictures are no longer kept: the same request with the same seed gives the same pictures.

import { ButtonStyle } from 'discord-api-types/v10';
import { jobIdArg } from '../../src/discord/custom-id-args.ts';
import { defineComponent } from '../../src/discord/define-component.ts';
import { keepsInit, startJob } from '../../src/discord/new-job.ts';
import { firstLikeParent, judgeAgain, parentOf } from '../../src/discord/parent-job.ts';
import { EaselError } from '../../src/errors.ts';

export const paintAgain = defineComponent({
  id: 'pa',
  args: [jobIdArg],
  render: (texts) => ({ emoji: '🔄', label: texts.show.paintAgain, style: ButtonStyle.Primary }),
  first: firstLikeParent,
  asks: (_ground, { args: [jobId] }) => ({ jobIds: [jobId], pictures: 'like-job', durable: true, once: true }),
  judge: judgeAgain,
  async handle(stage, { args: [jobId] }) {
    const parent = parentOf(stage);
    if (!parent) throw new EaselError('store-corrupt', `job ${jobId} was there a moment ago`);
    const { request } = parent.job;
    if (!(await keepsInit(stage, request))) return;
    await startJob(stage, { kind: 'reroll', request, parent: { jobId, tile: -1 } });
  },
});
