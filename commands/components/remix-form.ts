// The form behind ✏️ Remix: other words, everything else as it was. The seed stays, so that the words alone make the difference;
// unchanged words get a new one, because the same picture again helps nobody.

import type { Ground } from '../../src/discord/behaviour.ts';
import { jobIdArg } from '../../src/discord/custom-id-args.ts';
import { defineComponent, type Submitted } from '../../src/discord/define-component.ts';
import { readFormWords, typedIn } from '../../src/discord/form-words.ts';
import { refuseModel } from '../../src/discord/imagine-wish.ts';
import { drawSeed, keepsInit, startJob, withoutFinishOnly } from '../../src/discord/new-job.ts';
import { recentre } from '../../src/discord/outpaint-geometry.ts';
import { judgeWish } from '../../src/discord/paint-checks.ts';
import { firstLikeParent, parentOf } from '../../src/discord/parent-job.ts';
import type { Refusal } from '../../src/discord/refusal.ts';
import { EaselError } from '../../src/errors.ts';
import type { PaintRequest } from '../../src/jobs/paint-request.ts';
import { sizeOfRatio } from '../../src/prompt/flags.ts';
import { isInOtherLanguage } from '../../src/prompt/other-language.ts';
import { judgeRemix } from './remix-judge.ts';

export const remixFields = { prompt: 'prompt', negative: 'negative' } as const;

type Changes = Partial<PaintRequest> & { readonly prompt: string; readonly negativePrompt: string };

/** The words, and what flags among them change; the negative field counts before `--no`. */
function changesOf(ground: Ground, input: Submitted): Changes | Refusal {
  const { installation } = ground;
  const read = readFormWords(ground, typedIn(input, remixFields.prompt), ['ar', 'model', 'tile']);
  if ('refuse' in read) return read;
  const { flags, changes } = read;
  const { limits, offers } = installation;
  const model = flags.model === undefined ? null : offers.find(flags.model);
  if (flags.model !== undefined && !model) return refuseModel(ground, flags.model);
  return {
    ...changes,
    negativePrompt: typedIn(input, remixFields.negative) || (flags.no ?? ''),
    ...(flags.ar ? sizeOfRatio(flags.ar, (model ?? offers.defaultModel()).nativeSize, limits.maxEdge) : {}),
    ...(flags.tile ? { seamless: true } : {}),
    ...(model ? { modelHash: model.hash, modelName: model.name.slice(0, 100) } : {}),
  };
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
    const unfit = judgeRemix(scene);
    const parent = parentOf(scene);
    if (unfit || !parent) return unfit;
    const changes = changesOf(scene, input);
    return 'refuse' in changes ? changes : judgeWish(scene, { ...parent.job.request, ...changes });
  },
  async handle(stage, input) {
    const [jobId] = input.args;
    const parent = parentOf(stage);
    if (!parent) throw new EaselError('store-corrupt', `job ${jobId} was there a moment ago`);
    const before = withoutFinishOnly(parent.job.request);
    if (!(await keepsInit(stage, before))) return;
    const changes = changesOf(stage, input);
    if ('refuse' in changes) return;
    const unchanged = Object.entries(changes).every(([name, value]) => before[name as keyof PaintRequest] === value);
    const size = { width: before.width, height: before.height, ...changes };
    await startJob(stage, {
      kind: 'remix',
      request: {
        ...before,
        ...changes,
        ...(before.outpaint ? { outpaint: recentre(before.outpaint, before, size) } : {}),
        ...(unchanged ? { seed: drawSeed() } : {}),
      },
      parent: { jobId, tile: -1 },
      notes: isInOtherLanguage(changes.prompt) ? [stage.texts.job.otherLanguage] : [],
    });
  },
});
