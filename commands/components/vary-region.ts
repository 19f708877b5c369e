// 🖌️ Vary (Region): a form for a mask and other words; what the mask shows is painted anew, all else stays. Inpainting.

import type { Scene } from '../../src/discord/behaviour.ts';
import { jobIdArg } from '../../src/discord/custom-id-args.ts';
import { defineComponent, type Submitted } from '../../src/discord/define-component.ts';
import { readFormWords, typedIn, withWords } from '../../src/discord/form-words.ts';
import { inputReason, judgeFile } from '../../src/discord/judge-input.ts';
import { refuseLate } from '../../src/discord/late-refusal.ts';
import { fileField, modalBody, textField } from '../../src/discord/modal.ts';
import { firstLikeParent, parentOf } from '../../src/discord/parent-job.ts';
import { nativeSizeOf, workingSize } from '../../src/discord/picture-size.ts';
import { type Refusal, refuse } from '../../src/discord/refusal.ts';
import { keepMask } from '../../src/discord/region-mask.ts';
import {
  asksForGrid,
  countFor,
  judgePlan,
  judgeSole,
  type Plan,
  soleOf,
  startPlan,
} from '../../src/discord/single-picture.ts';
import { EaselError } from '../../src/errors.ts';
import { hardLimits, startStrengths } from '../../src/jobs/paint-request.ts';
import { isInOtherLanguage } from '../../src/prompt/other-language.ts';

const fields = { mask: 'mask', prompt: 'prompt' } as const;

/**
 * At the picture's own size. One that is larger than the model composes (it was upscaled) is worked on in tiles, as upscaling does, and a
 * single time.
 */
function planOf(scene: Scene, input: Submitted): { readonly plan: Plan } | Refusal {
  const words = readFormWords(scene, typedIn(input, fields.prompt));
  if ('refuse' in words) return words;
  const picture = soleOf(scene);
  if (!picture) return refuse(scene.texts.refusals.gone);
  const { width, height } = picture;
  const work = workingSize(scene, picture);
  const isLarge = work.width < width || work.height < height;
  const way = isLarge ? { count: 1, tileEdge: nativeSizeOf(scene) } : { count: countFor(scene) };
  const plan = {
    kind: 'region',
    strength: startStrengths.masked,
    changes: { ...words.changes, width, height, ...way },
  } as const;
  return { plan };
}

function judgeForm(scene: Scene, input: Submitted): Refusal | null {
  const [mask] = input.files.get(fields.mask) ?? [];
  if (!mask) return refuse(scene.texts.forms.noMask, inputReason);
  const unfit = judgeFile(scene, mask);
  if (unfit) return unfit;
  const found = planOf(scene, input);
  return 'refuse' in found ? found : judgePlan(scene, () => found.plan);
}

export const varyRegionForm = defineComponent({
  id: 'wf',
  args: [jobIdArg],
  first: firstLikeParent,
  // The same form may be sent twice in a row: with another mask.
  asks: ({ installation }, { args: [jobId] }) => ({ ...asksForGrid(jobId, installation.limits.maxCount), once: false }),
  judge: (scene, input) => judgeSole(scene) ?? withWords(scene, judgeForm(scene, input), typedIn(input, fields.prompt)),
  async handle(stage, input) {
    const [jobId] = input.args;
    const [file] = input.files.get(fields.mask) ?? [];
    const found = planOf(stage, input);
    const picture = soleOf(stage);
    if ('refuse' in found || !file || !picture) {
      throw new EaselError('internal', `job ${jobId} could be varied a moment ago`);
    }
    const kept = await keepMask(stage, file.url, { width: picture.width, height: picture.height });
    if ('refuse' in kept) {
      await refuseLate(stage, withWords(stage, kept, typedIn(input, fields.prompt)) ?? kept);
      return;
    }
    const { changes, ...rest } = found.plan;
    const plan = { ...rest, changes: { ...changes, maskKey: kept.maskKey } };
    const isForeign = isInOtherLanguage(changes.prompt ?? '');
    const notes = [...kept.notes, ...(isForeign ? [stage.texts.job.otherLanguage] : [])];
    await startPlan(stage, () => plan, varyRegion.customId([jobId]), notes);
  },
});

export const varyRegion = defineComponent({
  id: 'wr',
  args: [jobIdArg],
  render: (texts) => ({ emoji: '🖌️', label: texts.single.varyRegion }),
  first: 'modal',
  asks: (_ground, { args: [jobId] }) => ({ jobIds: [jobId] }),
  judge: judgeSole,
  modal(scene, { args: [jobId] }) {
    const { forms, remix, single } = scene.texts;
    return modalBody(varyRegionForm.customId([jobId]), single.varyRegion, [
      fileField({ id: fields.mask, label: forms.mask, description: forms.maskHint }),
      textField({
        id: fields.prompt,
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
