// /imagine: pictures from words. Everything but the prompt is optional, and may be said by flags inside the prompt too.

import { samplerIds, samplers } from '../src/diffusion/samplers/index.ts';
import { defineCommand } from '../src/discord/define-command.ts';
import { type ReadWishes, readWishes, requestsOf } from '../src/discord/imagine-wish.ts';
import { openInput, withInput } from '../src/discord/input-picture.ts';
import { judgeInput, strengthRange } from '../src/discord/judge-input.ts';
import { refuseLate } from '../src/discord/late-refusal.ts';
import { suggestLoraChoices } from '../src/discord/lora-choices.ts';
import { suggestModelChoices } from '../src/discord/model-choices.ts';
import { drawSeed } from '../src/discord/new-job.ts';
import {
  attachmentOption,
  booleanOption,
  choiceOption,
  integerOption,
  numberOption,
  stringOption,
} from '../src/discord/options.ts';
import { checkWords, judgeWish } from '../src/discord/paint-checks.ts';
import type { Installation } from '../src/discord/services.ts';
import { sizeId, sizesFor } from '../src/discord/sizes.ts';
import { startBatch } from '../src/discord/start-batch.ts';
import { suggestStyleChoices } from '../src/discord/style-choices.ts';
import { hardLimits, maxSeed } from '../src/jobs/paint-request.ts';
import { batchCard } from './components/confirm-batch.ts';

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
    style: stringOption({ maxLength: 40, suggests: true }),
    model: stringOption({ maxLength: 100, suggests: true }),
    lora: stringOption({ maxLength: 100, suggests: true }),
    seed: integerOption({ min: 0, max: maxSeed }),
    steps: integerOption({ min: hardLimits.steps.min, max: limits.maxSteps }),
    guidance: numberOption({ min: hardLimits.guidanceScale.min, max: hardLimits.guidanceScale.max }),
    sampler: choiceOption({ choices: samplerIds.map((id) => ({ name: () => samplers[id].label, value: id })) }),
    count: integerOption({ min: hardLimits.count.min, max: limits.maxCount }),
    image: attachmentOption(),
    mask: attachmentOption(),
    strength: numberOption(strengthRange),
    private: booleanOption(),
  };
}

const fewestSteps = ({ wishes }: ReadWishes) => Math.min(...wishes.map((wish) => wish.steps));

export const imagine = defineCommand({
  words: (texts) => texts.commands.imagine,
  options: optionsFor,
  async suggest(ground, { name, text }) {
    const { installation, texts } = ground;
    if (name === 'model') return suggestModelChoices(texts, installation.offers, text);
    if (name === 'lora') return suggestLoraChoices(installation.offers, text);
    return suggestStyleChoices(ground, text);
  },
  first(scene, given) {
    const read = readWishes(scene, given);
    // The question whether to paint several is for their author alone.
    const asksFirst = 'wishes' in read && read.wishes.length > 1;
    return asksFirst || (given.private ?? scene.member.private) ? 'private' : 'reply';
  },
  check(ground, given) {
    const read = readWishes(ground, given);
    if ('refuse' in read) return read;
    for (const wish of read.wishes) {
      const unfit = checkWords(ground, wish);
      if (unfit) return unfit;
    }
    return judgeInput(ground, given, fewestSteps(read));
  },
  asks(ground, given) {
    const read = readWishes(ground, given);
    const [wish, ...others] = 'wishes' in read ? read.wishes : [];
    if ('refuse' in read || !wish || others.length > 0) return {};
    const { repeat, saysCount } = read;
    const pictures = saysCount
      ? wish.count * repeat
      : { orMembers: ground.installation.limits.maxCount, times: repeat };
    return { pictures, jobs: repeat, modelHash: wish.modelHash, durable: true };
  },
  judge(scene, given) {
    const read = readWishes(scene, given);
    if ('refuse' in read) return read;
    for (const wish of read.wishes) {
      const unfit = judgeWish(scene, wish);
      if (unfit) return unfit;
    }
    return judgeInput(scene, given, fewestSteps(read));
  },
  async handle(stage, given) {
    const { facts, member, reply, services } = stage;
    const input = await openInput(stage, given);
    if (input && 'refuse' in input) return refuseLate(stage, input);
    const read = readWishes(stage, { ...given, shape: input?.shape });
    if ('refuse' in read) return;
    const plain = requestsOf(read, drawSeed);
    const started = input ? await withInput(stage, plain, input) : { requests: plain, notes: [] };
    if ('refuse' in started) return refuseLate(stage, started);
    const { requests } = started;
    const notes = [...read.notes, ...started.notes];
    const ephemeral = given.private ?? member.private ?? false;
    if (read.wishes.length > 1) {
      const batch = { requests: [...requests], ephemeral, notes };
      await services.batches.keep(facts.user.id, facts.interactionId, batch);
      await reply.edit(batchCard(stage.texts, facts.interactionId, batch));
      return;
    }
    const drafts = requests.map((request) => ({ kind: 'imagine' as const, request, parent: null, notes }));
    await startBatch(stage, drafts, { ephemeral, usesReply: true });
  },
});
