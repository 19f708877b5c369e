// 🔍 Custom Zoom: a form for a zoom of one's own choice, with other words and in another shape if wanted. Outpainting, as Zoom Out is.

import { jobIdArg } from '../../src/discord/custom-id-args.ts';
import { defineComponent } from '../../src/discord/define-component.ts';
import { typedIn, withWords } from '../../src/discord/form-words.ts';
import { modalBody, textField } from '../../src/discord/modal.ts';
import { firstLikeParent, parentOf } from '../../src/discord/parent-job.ts';
import { asksForGrid, judgePlan, judgeSole, startPlan } from '../../src/discord/single-picture.ts';
import { planZoom, zoomFields, zoomRange } from '../../src/discord/zoom-wish.ts';
import { EaselError } from '../../src/errors.ts';
import { hardLimits } from '../../src/jobs/paint-request.ts';
import { isInOtherLanguage } from '../../src/prompt/other-language.ts';

export const customZoomForm = defineComponent({
  id: 'zf',
  args: [jobIdArg],
  first: firstLikeParent,
  // The same form may be sent twice in a row: with another zoom.
  asks: ({ installation }, { args: [jobId] }) => ({ ...asksForGrid(jobId, installation.limits.maxCount), once: false }),
  judge(scene, input) {
    const unfit = judgeSole(scene);
    if (unfit) return unfit;
    const found = planZoom(scene, input);
    const refusal = 'refuse' in found ? found : judgePlan(scene, () => found.plan);
    return withWords(scene, refusal, typedIn(input, zoomFields.prompt));
  },
  async handle(stage, input) {
    const [jobId] = input.args;
    const found = planZoom(stage, input);
    if ('refuse' in found) throw new EaselError('internal', `job ${jobId} could be zoomed a moment ago`);
    const notes = isInOtherLanguage(found.plan.changes.prompt ?? '') ? [stage.texts.job.otherLanguage] : [];
    await startPlan(stage, () => found.plan, customZoom.customId([jobId]), notes);
  },
});

export const customZoom = defineComponent({
  id: 'zc',
  args: [jobIdArg],
  render: (texts) => ({ emoji: '🔍', label: texts.single.customZoom }),
  first: 'modal',
  asks: (_ground, { args: [jobId] }) => ({ jobIds: [jobId] }),
  judge: judgeSole,
  modal(scene, { args: [jobId] }) {
    const { forms, remix, single } = scene.texts;
    return modalBody(customZoomForm.customId([jobId]), single.customZoom, [
      textField({
        id: zoomFields.zoom,
        label: forms.zoom,
        description: forms.zoomHint(zoomRange.min, zoomRange.max),
        value: zoomRange.max,
        required: true,
        maxLength: 8,
      }),
      textField({ id: zoomFields.ratio, label: forms.ratio, description: forms.ratioHint, maxLength: 12 }),
      textField({
        id: zoomFields.prompt,
        label: remix.prompt,
        value: parentOf(scene)?.job.request.prompt ?? '',
        long: true,
        required: true,
        maxLength: hardLimits.promptCharacters,
      }),
    ]);
  },
  async handle() {
    // The form is the answer.
  },
});
