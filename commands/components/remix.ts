// ✏️ Remix: opens a form with the words of the job; remix-form.ts takes them back.

import type { Scene } from '../../src/discord/behaviour.ts';
import { jobIdArg } from '../../src/discord/custom-id-args.ts';
import { defineComponent } from '../../src/discord/define-component.ts';
import { type ModalBody, modalBody, textField } from '../../src/discord/modal.ts';
import { parentOf } from '../../src/discord/parent-job.ts';
import { hardLimits } from '../../src/jobs/paint-request.ts';
import { remixFields, remixForm } from './remix-form.ts';
import { judgeRemix } from './remix-judge.ts';

export const remix = defineComponent({
  id: 'm',
  args: [jobIdArg],
  render: (texts) => ({ emoji: '✏️', label: texts.buttons.remix }),
  first: 'modal',
  asks: (_ground, { args: [jobId] }) => ({ jobIds: [jobId] }),
  judge: judgeRemix,
  modal: (scene, { args: [jobId] }) => remixModal(scene, jobId),
  async handle() {
    // The form is the answer.
  },
});

/** The form, with the words of the job that the gate brought. */
export function remixModal(scene: Scene, jobId: string): ModalBody {
  const { texts } = scene;
  const request = parentOf(scene)?.job.request;
  const maxLength = hardLimits.promptCharacters;
  return modalBody(remixForm.customId([jobId]), texts.remix.title, [
    textField({
      id: remixFields.prompt,
      label: texts.remix.prompt,
      value: request?.prompt ?? '',
      long: true,
      required: true,
      maxLength,
    }),
    textField({
      id: remixFields.negative,
      label: texts.remix.negative,
      value: request?.negativePrompt ?? '',
      long: true,
      maxLength,
    }),
  ]);
}
