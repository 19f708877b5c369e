// 🔄: the same words and settings with a new seed, even where a seed was given: it would paint the same picture again.

import { jobIdArg } from '../../src/discord/custom-id-args.ts';
import { defineComponent } from '../../src/discord/define-component.ts';
import { drawSeed, keepsInit, startJob } from '../../src/discord/new-job.ts';
import { firstLikeParent, judgeAgain, parentOf } from '../../src/discord/parent-job.ts';
import { turnBlue } from '../../src/discord/recolour.ts';
import { EaselError } from '../../src/errors.ts';

export const reroll = defineComponent({
  id: 'r',
  args: [jobIdArg],
  render: () => ({ emoji: '🔄' }),
  first: firstLikeParent,
  asks: (_ground, { args: [jobId] }) => ({
    jobIds: [jobId],
    pictures: 'like-job',
    durable: true,
    once: true,
  }),
  judge: judgeAgain,
  async handle(stage, { args: [jobId] }) {
    const parent = parentOf(stage);
    if (!parent) throw new EaselError('store-corrupt', `job ${jobId} was there a moment ago`);
    if (!(await keepsInit(stage, parent.job.request))) return;
    await startJob(stage, {
      kind: 'reroll',
      request: { ...parent.job.request, seed: drawSeed() },
      parent: { jobId, tile: -1 },
    });
    await turnBlue(stage.services.rest, stage.facts.message, reroll.customId([jobId]));
  },
});
