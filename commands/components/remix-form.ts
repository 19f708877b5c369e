// The form behind ✏️ Remix: other words, everything else as it was. The seed stays, so that the words alone make the difference;
// unchanged words get a new one, because the same picture again helps nobody.

import { jobIdArg } from '../../src/discord/custom-id-args.ts';
import { defineComponent, type Submitted } from '../../src/discord/define-component.ts';
import { drawSeed, requireInit, startJob, withoutFinishOnly } from '../../src/discord/new-job.ts';
import { judgeWish } from '../../src/discord/paint-checks.ts';
import { firstLikeParent, judgeParent, parentOf } from '../../src/discord/parent-job.ts';
import { EaselError } from '../../src/errors.ts';
import { isInOtherLanguage } from '../../src/prompt/other-language.ts';

export const remixFields = { prompt: 'prompt', negative: 'negative' } as const;

function wordsOf({ fields }: Submitted): { prompt: string; negativePrompt: string } {
  const text = (id: string) => {
    const value = fields.get(id);
    return typeof value === 'string' ? value.trim() : '';
  };
  return { prompt: text(remixFields.prompt), negativePrompt: text(remixFields.negative) };
}

export const remixForm = defineComponent({
  id: 'mf',
  args: [jobIdArg],
  first: firstLikeParent,
  asks: (_ground, { args: [jobId] }) => ({
    jobIds: [jobId],
    pictures: 'like-job',
    durable: true,
  }),
  judge(scene, input) {
    const unfit = judgeParent(scene);
    const parent = parentOf(scene);
    return unfit ?? (parent && judgeWish(scene, { ...parent.job.request, ...wordsOf(input) }));
  },
  async handle(stage, input) {
    const [jobId] = input.args;
    const parent = parentOf(stage);
    if (!parent) throw new EaselError('store-corrupt', `job ${jobId} was there a moment ago`);
    const before = withoutFinishOnly(parent.job.request);
    await requireInit(stage, before);
    const words = wordsOf(input);
    const unchanged = words.prompt === before.prompt && words.negativePrompt === before.negativePrompt;
    await startJob(stage, {
      kind: 'remix',
      request: { ...before, ...words, seed: unchanged ? drawSeed() : before.seed },
      parent: { jobId, tile: -1 },
      notes: isInOtherLanguage(words.prompt) ? [stage.texts.job.otherLanguage] : [],
    });
  },
});
