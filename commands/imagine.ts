// /imagine: pictures from words. Everything but the prompt is optional.

import { samplerIds, samplers } from '../src/diffusion/samplers/index.ts';
import { defineCommand } from '../src/discord/define-command.ts';
import { drawSeed, startJob } from '../src/discord/new-job.ts';
import { booleanOption, choiceOption, integerOption, numberOption, stringOption } from '../src/discord/options.ts';
import { checkWords, judgeWish } from '../src/discord/paint-checks.ts';
import type { Installation } from '../src/discord/services.ts';
import { parseSizeId, sizeId, sizesFor } from '../src/discord/sizes.ts';
import { hardLimits, maxSeed } from '../src/jobs/paint-request.ts';

function optionsFor({ model, limits }: Installation) {
  return {
    prompt: stringOption({ required: true, minLength: 1, maxLength: hardLimits.promptCharacters }),
    negative: stringOption({ maxLength: hardLimits.promptCharacters }),
    size: choiceOption({
      choices: sizesFor(model.nativeSize, limits.maxEdge).map((size) => ({
        name: (texts) => `${texts.sizes[size.name]} ${size.width}×${size.height}`,
        value: sizeId(size),
      })),
    }),
    seed: integerOption({ min: 0, max: maxSeed }),
    steps: integerOption({ min: hardLimits.steps.min, max: limits.maxSteps }),
    guidance: numberOption({ min: hardLimits.guidanceScale.min, max: hardLimits.guidanceScale.max }),
    sampler: choiceOption({ choices: samplerIds.map((id) => ({ name: () => samplers[id].label, value: id })) }),
    count: integerOption({ min: hardLimits.count.min, max: limits.maxCount }),
    private: booleanOption(),
  };
}

interface Given {
  readonly prompt: string;
  readonly negative?: string | undefined;
  readonly size?: string | undefined;
  readonly steps?: number | undefined;
  readonly count?: number | undefined;
}

function wishOf(given: Given, { model, defaults, limits }: Installation) {
  return {
    prompt: given.prompt.trim(),
    negativePrompt: given.negative?.trim() ?? '',
    ...(given.size ? parseSizeId(given.size) : { width: model.nativeSize, height: model.nativeSize }),
    steps: given.steps ?? Math.min(defaults.steps, limits.maxSteps),
    count: given.count ?? limits.maxCount,
  };
}

export const imagine = defineCommand({
  words: (texts) => texts.commands.imagine,
  options: optionsFor,
  first: (_ground, given) => (given.private ? 'private' : 'reply'),
  asks: ({ installation }, given) => ({ pictures: wishOf(given, installation).count, durable: true }),
  check: (ground, given) => checkWords(ground, wishOf(given, ground.installation)),
  judge: (scene, given) => judgeWish(scene, wishOf(given, scene.installation)),
  async handle(stage, given) {
    const { installation } = stage;
    await startJob(stage, {
      kind: 'imagine',
      request: {
        ...wishOf(given, installation),
        seed: given.seed ?? drawSeed(),
        guidanceScale: given.guidance ?? installation.defaults.guidanceScale,
        sampler: given.sampler ?? installation.defaults.sampler,
        clipSkip: 1,
        modelHash: installation.model.hash,
      },
      parent: null,
    });
  },
});
