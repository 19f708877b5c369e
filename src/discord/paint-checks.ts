// What every request to paint must pass before it is promised: place, limits, words. Pure, so that it may precede the first response.

import { readLoras } from '../diffusion/prompt-loras.ts';
import type { GenerateJob } from '../jobs/generate-job.ts';
import { hardLimits } from '../jobs/paint-request.ts';
import { judgePrompt, type PromptTexts } from '../moderation/judge-prompt.ts';
import type { Finding, RuleSettings } from '../moderation/rule.ts';
import { stricterPreset } from '../moderation/settings-change.ts';
import type { Ground, Scene } from './behaviour.ts';
import { judgeLoras } from './judge-loras.ts';
import { shorten } from './message-body.ts';
import { longestQuote } from './notice-request.ts';
import { ownNegative } from './own-negative.ts';
import { type Refusal, refuse } from './refusal.ts';

export interface Wish {
  readonly prompt: string;
  readonly negativePrompt: string;
  readonly width: number;
  readonly height: number;
  readonly steps: number;
  readonly count: number;
  /** Which model is to paint; not given where nothing is painted. */
  readonly modelHash?: string | undefined;
  readonly modelName?: string | undefined;
}

/** The stricter of the operator's limit and the guild's. */
function tighter(operator: number, guild: number | null): number {
  return guild === null ? operator : Math.min(operator, guild);
}

/** What the rules find in a request's words. */
export function findInWords(
  { rules }: Pick<Ground, 'rules'>,
  wish: PromptTexts,
  settings: RuleSettings,
): Finding | null {
  const { prompt, negativePrompt } = wish;
  const { words } = readLoras(prompt);
  // Names of LoRAs are words too, and what the text encoder reads is what is left without them.
  const read = words === prompt ? null : { prompt: words, negativePrompt };
  return judgePrompt(rules, { prompt, negativePrompt }, settings) ?? (read && judgePrompt(rules, read, settings));
}

function judgeWords(ground: Ground, wish: Wish, settings: RuleSettings): Refusal | null {
  const { refusals } = ground.texts;
  const found = findInWords(ground, wish, settings);
  if (!found) return null;
  const { category, entryId, field, matched, ruleId, sentence } = found;
  const refusal = refuse(
    sentence === 'promptTooLong' ? refusals.promptTooLong(hardLimits.promptCharacters) : refusals[sentence],
    `rule-${ruleId}`,
  );
  // That a prompt is empty or too long concerns nobody but its author.
  if (category === 'form') return refusal;
  const details = {
    rule: ruleId,
    category,
    field,
    ...(matched === undefined ? {} : { matched }),
    ...(entryId === undefined ? {} : { entry: entryId }),
    text: shorten(field === 'prompt' ? wish.prompt : wish.negativePrompt, longestQuote),
  };
  return { ...refusal, record: { action: 'request refused', details } };
}

/** The part that needs nothing from Redis: refused words cost neither a round trip nor a charge. */
export function checkWords(ground: Ground, wish: Wish): Refusal | null {
  return judgeWords(ground, wish, { preset: 'standard', refusedPhrases: [] }) ?? judgeLoras(ground, wish);
}

/** By this server's rules. */
function judgeWordsHere(scene: Scene, wish: Wish): Refusal | null {
  const { guild, installation, texts } = scene;
  const { negativePrompt, isMixed } = ownNegative(scene, wish.negativePrompt);
  const unfit = judgeWords(
    scene,
    { ...wish, negativePrompt },
    {
      preset: stricterPreset(guild.safety, installation.ceilings.safety),
      refusedPhrases: guild.refusedPhrases,
      filter: guild.filter,
    },
  );
  return isMixed && unfit?.record?.details?.field === 'negative'
    ? refuse(texts.refusals.refusedWords, unfit.reason)
    : unfit;
}

function judgePlace({ facts, guild, texts }: Scene): Refusal | null {
  const allowed = guild.channelIds;
  const here = [facts.channelId, facts.parentChannelId];
  return facts.guildId !== null && allowed.length > 0 && !here.some((id) => id !== null && allowed.includes(id))
    ? refuse(texts.refusals.channel(allowed.map((id) => `<#${id}>`).join(', ')), 'channel')
    : null;
}

/** What is posted once more is asked for its place and words: limits are on painting. */
export function judgePosting(scene: Scene, { request, requester }: GenerateJob): Refusal | null {
  const unfit = judgePlace(scene) ?? judgeWordsHere(scene, request);
  // Somebody else's words accuse nobody.
  return unfit?.record && requester.userId !== scene.facts.user.id
    ? refuse(scene.texts.refusals.refusedWords, unfit.reason)
    : unfit;
}

export function judgeWish(scene: Scene, wish: Wish): Refusal | null {
  const { guild, installation, texts } = scene;
  const { refusals } = texts;
  const elsewhere = judgePlace(scene);
  if (elsewhere) return elsewhere;
  if (wish.modelHash !== undefined && !installation.offers.has(wish.modelHash)) {
    return refuse(texts.models.gone(wish.modelName ?? wish.modelHash.slice(0, 12)), 'model');
  }
  const unfit = judgeWordsHere(scene, wish);
  if (unfit) return unfit;
  const loras = wish.modelHash === undefined ? null : judgeLoras(scene, wish);
  if (loras) return loras;
  const maxSteps = tighter(installation.limits.maxSteps, guild.maxSteps);
  if (wish.steps > maxSteps) return refuse(refusals.steps(maxSteps), 'limit');
  const maxEdge = tighter(installation.limits.maxEdge, guild.maxEdge);
  if (Math.max(wish.width, wish.height) > maxEdge) return refuse(refusals.size(maxEdge), 'limit');
  const maxCount = tighter(installation.limits.maxCount, guild.maxCount);
  return wish.count > maxCount ? refuse(refusals.count(maxCount), 'limit') : null;
}
