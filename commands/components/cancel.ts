// Cancel under a live message: reaches a running job between two steps, wherever it runs, and frees its place.

import { ButtonStyle } from 'discord-api-types/v10';
import { jobIdArg } from '../../src/discord/custom-id-args.ts';
import { defineComponent } from '../../src/discord/define-component.ts';
import { judgeCancel } from '../../src/discord/judge-cancel.ts';
import { parentOf } from '../../src/discord/parent-job.ts';
import { recordCancel } from '../../src/discord/record-cancel.ts';

export const cancel = defineComponent({
  id: 'c',
  args: [jobIdArg],
  render: (texts) => ({ label: texts.buttons.cancel, style: ButtonStyle.Danger }),
  first: 'update',
  asks: (_ground, { args: [jobId] }) => ({ jobIds: [jobId] }),
  judge: judgeCancel,
  async handle(stage, { args: [jobId] }) {
    // What the message says next is delivery's word: cancelled, or the picture where it was too late.
    const answer = await stage.services.queue.cancel(jobId, stage.facts.user.id);
    const job = parentOf(stage)?.job;
    if (answer === 'cancelled' && job) await recordCancel(stage, job);
  },
});
