// /settings: a member's own defaults for /imagine. What is given is set; without anything it shows what is set, and how to forget it.

import { samplerIds, samplers } from '../src/diffusion/samplers/index.ts';
import { defineCommand } from '../src/discord/define-command.ts';
import { refuseModel } from '../src/discord/imagine-wish.ts';
import { suggestModelChoices } from '../src/discord/model-choices.ts';
import { booleanOption, choiceOption, integerOption, numberOption, stringOption } from '../src/discord/options.ts';
import { checkWords } from '../src/discord/paint-checks.ts';
import { refuse } from '../src/discord/refusal.ts';
import type { Installation } from '../src/discord/services.ts';
import { parseSizeId, sizeId, sizesFor } from '../src/discord/sizes.ts';
import { suggestStyleChoices } from '../src/discord/style-choices.ts';
import { hardLimits } from '../src/jobs/paint-request.ts';
import { findStyle } from '../src/prompt/styles.ts';
import type { MemberSettings } from '../src/store/member-settings.ts';
import { settingsCard } from './components/forget-setting.ts';

const longestNegative = 1000;

function optionsFor({ model, limits }: Installation) {
  return {
    size: choiceOption({
      choices: sizesFor(model.nativeSize, limits.maxEdge).map((size) => ({
        name: (texts) => `${texts.sizes[size.name]} ${size.width}×${size.height}`,
        value: sizeId(size),
      })),
    }),
    style: stringOption({ maxLength: 40, suggests: true }),
    model: stringOption({ maxLength: 100, suggests: true }),
    negative: stringOption({ maxLength: longestNegative }),
    steps: integerOption({ min: hardLimits.steps.min, max: limits.maxSteps }),
    guidance: numberOption({ min: hardLimits.guidanceScale.min, max: hardLimits.guidanceScale.max }),
    sampler: choiceOption({ choices: samplerIds.map((id) => ({ name: () => samplers[id].label, value: id })) }),
    count: integerOption({ min: hardLimits.count.min, max: limits.maxCount }),
    private: booleanOption(),
  };
}

export const settings = defineCommand({
  words: (texts) => texts.commands.settings,
  options: optionsFor,
  suggest: async (ground, { name, text }) =>
    name === 'model'
      ? suggestModelChoices(ground.texts, ground.installation.offers, text)
      : suggestStyleChoices(ground, text),
  first: 'private',
  check(ground, { style, model, negative }) {
    const { installation, texts } = ground;
    if (style !== undefined && !findStyle(installation.styles, style)) {
      return refuse(texts.flags.noStyle(style.replace(/`/g, 'ˋ')));
    }
    if (model !== undefined && !installation.offers.find(model)) return refuseModel(ground, model);
    // Words that would be refused later are refused now, where it can be seen why.
    const neutral = { prompt: '-', width: 64, height: 64, steps: 1, count: 1 };
    return negative ? checkWords(ground, { ...neutral, negativePrompt: negative }) : null;
  },
  async handle(stage, given) {
    const { services, facts, installation, reply } = stage;
    const before = await services.memberSettings.get(facts.user.id);
    const style = given.style === undefined ? null : findStyle(installation.styles, given.style);
    const model = given.model === undefined ? null : installation.offers.find(given.model);
    const changes: Partial<MemberSettings> = {
      ...(given.size ? parseSizeId(given.size) : {}),
      ...(style ? { style: style.name } : {}),
      ...(model ? { model: model.name.slice(0, 100) } : {}),
      ...(given.negative === undefined ? {} : { negativePrompt: given.negative.trim() }),
      ...(given.steps === undefined ? {} : { steps: given.steps }),
      ...(given.guidance === undefined ? {} : { guidanceScale: given.guidance }),
      ...(given.sampler === undefined ? {} : { sampler: given.sampler }),
      ...(given.count === undefined ? {} : { count: given.count }),
      ...(given.private === undefined ? {} : { private: given.private }),
    };
    const now: MemberSettings = { ...before, ...changes };
    if (Object.keys(changes).length > 0) await services.memberSettings.set(facts.user.id, now);
    await reply.edit(settingsCard(stage.texts, now));
  },
});
