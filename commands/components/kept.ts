// A private result that could not be handed over (its token was over and direct messages are closed), offered by /queue: posted again as
// the private answer to this press.

import { ButtonStyle } from 'discord-api-types/v10';
import { jobIdArg } from '../../src/discord/custom-id-args.ts';
import { defineComponent } from '../../src/discord/define-component.ts';
import { judgeLooks } from '../../src/discord/judge-looks.ts';
import { refuseLate } from '../../src/discord/late-refusal.ts';
import { newJob } from '../../src/discord/new-job.ts';
import { judgeParent, parentOf } from '../../src/discord/parent-job.ts';
import { refuse } from '../../src/discord/refusal.ts';
import { EaselError } from '../../src/errors.ts';

export const kept = defineComponent({
  id: 'k',
  args: [jobIdArg],
  render: (texts) => ({ label: texts.queue.fetch, style: ButtonStyle.Primary }),
  first: 'private',
  asks: (_ground, { args: [jobId] }) => ({ jobIds: [jobId], durable: true, once: true }),
  judge(scene) {
    const unfit = judgeParent(scene);
    if (unfit) return unfit;
    const record = parentOf(scene);
    if (record?.job.requester.userId !== scene.facts.user.id) return refuse(scene.texts.refusals.notYours);
    return record.result ? null : refuse(scene.texts.refusals.tileGone);
  },
  async handle(stage, { args: [jobId] }) {
    const record = parentOf(stage);
    if (!record?.result) throw new EaselError('store-corrupt', `job ${jobId} was there a moment ago`);
    const { kind, request, parent } = record.job;
    const unfit = await judgeLooks(stage, record.job, record.result.pictures);
    if (unfit) return refuseLate(stage, unfit);
    const job = await newJob(stage, { kind, request, parent });
    await stage.services.queue.deliver(job, { ...record.result, jobId: job.jobId, totalMs: 0 });
    await stage.services.kept.handedOver(stage.facts.user.id, jobId);
  },
});
