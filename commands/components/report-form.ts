// The form behind "Report" on a picture of the bot: what is wrong with it, in the member's words, for the moderators alone.

import type { Scene } from '../../src/discord/behaviour.ts';
import { jobIdArg } from '../../src/discord/custom-id-args.ts';
import { defineComponent } from '../../src/discord/define-component.ts';
import { quiet } from '../../src/discord/message-body.ts';
import { modalBody, textField } from '../../src/discord/modal.ts';
import { judgeParent, parentOf } from '../../src/discord/parent-job.ts';
import { type Refusal, refuse } from '../../src/discord/refusal.ts';
import { EaselError } from '../../src/errors.ts';
import { askForReview } from './review.ts';

const longestReason = 300;

export function judgeReport(scene: Scene): Refusal | null {
  if (scene.facts.guildId === null) return refuse(scene.texts.review.noModerators);
  const unfit = judgeParent(scene);
  if (unfit) return unfit;
  const pictures = parentOf(scene)?.result?.pictures ?? [];
  return pictures.some(({ outcome }) => outcome !== 'withheld') ? null : refuse(scene.texts.menus.noPicture);
}

export const reportForm = defineComponent({
  id: 'rf',
  args: [jobIdArg],
  first: 'private',
  asks: (_ground, { args: [jobId] }) => ({ jobIds: [jobId] }),
  judge: judgeReport,
  async handle(stage, { args: [jobId], fields }) {
    const record = parentOf(stage);
    if (!record) throw new EaselError('store-corrupt', `job ${jobId} was there a moment ago`);
    const reason = String(fields.get('reason') ?? '').trim();
    const said = await askForReview(stage, 'report', record, reason.slice(0, longestReason) || null);
    await stage.reply.edit(quiet({ content: said }));
  },
});

export function reportModal({ texts }: Scene, jobId: string) {
  return modalBody(reportForm.customId([jobId]), texts.review.reportFormTitle, [
    textField({
      id: 'reason',
      label: texts.review.reportFormLabel,
      long: true,
      required: true,
      maxLength: longestReason,
    }),
  ]);
}
