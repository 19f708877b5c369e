// What a member wants, from everything that says so: options, flags in the prompt, the member's own defaults, the model's, the
// installation's. An option wins over a flag that says something else, and the member is told. Pure: it is asked before the first response.

import { loraTag, readLoras, withoutLora } from '../diffusion/prompt-loras.ts';
import { defaultsFor } from '../jobs/model-defaults.ts';
import type { PaintRequest } from '../jobs/paint-request.ts';
import {
  type FlagProblem,
  flagNames,
  type PromptFlags,
  readPrompt,
  sizeOfRatio,
  withinRatio,
} from '../prompt/flags.ts';
import { isInOtherLanguage } from '../prompt/other-language.ts';
import { permutationsOf } from '../prompt/permutations.ts';
import { findStyle, type Style, withStyle } from '../prompt/styles.ts';
import type { MemberSettings } from '../store/member-settings.ts';
import type { Catalogue } from '../texts/index.ts';
import type { Ground, Scene } from './behaviour.ts';
import { embeddingNotes } from './embedding-notes.ts';
import type { OfferedModel } from './offers.ts';
import { type Refusal, refuse } from './refusal.ts';
import { parseSizeId } from './sizes.ts';

/** The options of /imagine that a flag can say too. */
export interface Given {
  readonly prompt: string;
  readonly negative?: string | undefined;
  readonly size?: string | undefined;
  readonly seed?: number | undefined;
  readonly steps?: number | undefined;
  readonly guidance?: number | undefined;
  readonly sampler?: PaintRequest['sampler'] | undefined;
  readonly count?: number | undefined;
  readonly style?: string | undefined;
  readonly model?: string | undefined;
  /** Size of the picture to start from: where nobody says a size, the result has its shape. */
  readonly shape?: { readonly width: number; readonly height: number } | undefined;
  /** `name` or `name:0.8`: a tag of the prompt as an option. */
  readonly lora?: string | undefined;
}

/** A request whose seed may still have to be drawn. */
export interface Wish extends Omit<PaintRequest, 'seed' | 'clipSkip' | 'init' | 'maskKey'> {
  readonly seed: number | null;
}

export interface ReadWishes {
  /** One per permutation. */
  readonly wishes: readonly Wish[];
  /** How often each is painted. */
  readonly repeat: number;
  /** Whether anything said how many pictures: else the member's default or the installation's counts. */
  readonly saysCount: boolean;
  /** Sentences for the reply. */
  readonly notes: readonly string[];
}

/** Before the gate there is no server and no member to ask. */
type Known = Pick<Ground, 'installation' | 'texts'> & Partial<Pick<Scene, 'guild' | 'member'>>;

const least = (...limits: readonly (number | null | undefined)[]) =>
  Math.min(...limits.flatMap((limit) => (limit === null || limit === undefined ? [] : [limit])));

export function sayFlagProblem(texts: Catalogue, { reason, flag, limit }: FlagProblem): Refusal {
  const name = flag.replace(/`/g, 'ˋ');
  return refuse(
    reason === 'unknown'
      ? texts.flags.unknown(name, flagNames.map((known) => `--${known}`).join(' '))
      : texts.flags.value(name, limit),
  );
}

interface Choice {
  readonly style: Style | null;
  readonly overruled: readonly string[];
}

function sameSize(a: { width: number; height: number }, b: { width: number; height: number }): boolean {
  return a.width === b.width && a.height === b.height;
}

/** Which flags say something else than an option that was given too. */
function overruledBy(given: Given, flags: PromptFlags, ratioSize: { width: number; height: number } | null): string[] {
  const differs: Record<string, boolean> = {
    no: given.negative !== undefined && flags.no !== undefined && given.negative.trim() !== flags.no,
    ar: given.size !== undefined && ratioSize !== null && !sameSize(parseSizeId(given.size), ratioSize),
    seed: given.seed !== undefined && flags.seed !== undefined && given.seed !== flags.seed,
    steps: given.steps !== undefined && flags.steps !== undefined && given.steps !== flags.steps,
    guidance: given.guidance !== undefined && flags.guidance !== undefined && given.guidance !== flags.guidance,
    count: given.count !== undefined && flags.count !== undefined && given.count !== flags.count,
    style: given.style !== undefined && flags.style !== undefined && given.style !== flags.style,
    model: given.model !== undefined && flags.model !== undefined && given.model !== flags.model,
  };
  return Object.keys(differs).filter((flag) => differs[flag]);
}

/** The words with the option's LoRA, which wins over a tag of the same name. */
function withLora(words: string, given: string | undefined): { words: string; overruled: string | null } {
  if (given === undefined || words === '') return { words, overruled: null };
  const [wanted] = readLoras(`<lora:${given}>`).loras;
  const said = readLoras(words).loras.find(({ name }) => name.toLowerCase() === wanted?.name.toLowerCase());
  const rest = said ? withoutLora(words, said.name).trim() : words;
  // A strength that cannot be read goes into the tag, which is refused by name.
  return {
    words: `${rest} ${wanted ? loraTag(wanted) : `<lora:${given}>`}`,
    overruled: said && said.weight !== wanted?.weight ? loraTag(said) : null,
  };
}

function findModel({ installation }: Known, wanted: string | undefined): OfferedModel | null {
  return wanted === undefined ? null : installation.offers.find(wanted);
}

const mostNamed = 10;

export function refuseModel({ installation, texts }: Pick<Ground, 'installation' | 'texts'>, wanted: string): Refusal {
  const names = installation.offers.models().map(({ name }) => `\`${name.slice(0, 60).replace(/`/g, 'ˋ')}\``);
  return refuse(texts.models.unknown(wanted.slice(0, 60).replace(/`/g, 'ˋ'), names.slice(0, mostNamed).join(', ')));
}

function wishOf(known: Known, given: Given, words: string, flags: PromptFlags): ({ wish: Wish } & Choice) | Refusal {
  const { installation, texts, guild } = known;
  const { limits, offers } = installation;
  const member: Partial<MemberSettings> = known.member ?? {};
  const wantedModel = given.model ?? flags.model;
  const model = findModel(known, wantedModel ?? member.model);
  // As with styles below: a default that is gone since is no reason to refuse, a model asked for by name is.
  if (wantedModel !== undefined && !model) return refuseModel(known, wantedModel);
  const chosen = model ?? offers.defaultModel();
  const { name: modelName, hash: modelHash, nativeSize } = chosen;
  const defaults = defaultsFor(chosen.defaults, installation.defaults);
  const maxEdge = least(limits.maxEdge, guild?.maxEdge);
  const ratioSize = flags.ar ? sizeOfRatio(flags.ar, nativeSize, maxEdge) : null;
  const own = member.width && member.height ? { width: member.width, height: member.height } : null;
  const shaped = given.shape ? sizeOfRatio(withinRatio(given.shape), nativeSize, maxEdge) : null;
  const fits = own && Math.max(own.width, own.height) <= maxEdge ? own : null;
  const size = given.size
    ? parseSizeId(given.size)
    : (ratioSize ?? shaped ?? fits ?? { width: nativeSize, height: nativeSize });
  const wanted = given.style ?? flags.style;
  const named = wanted ?? member.style;
  const style = named === undefined ? null : findStyle(installation.styles, named);
  // A default whose style the operator has taken away since is no reason to refuse; a style asked for by name is.
  if (wanted !== undefined && !style) return refuse(texts.flags.noStyle(wanted.slice(0, 40).replace(/`/g, 'ˋ')));
  const lora = withLora(words, given.lora);
  const plain = {
    prompt: lora.words,
    negativePrompt: (given.negative ?? flags.no ?? member.negativePrompt ?? '').trim(),
  };
  const wish: Wish = {
    // Nothing is no prompt, whatever a style would make of it.
    ...(style && words !== '' ? withStyle(plain, style) : plain),
    ...size,
    seed: given.seed ?? flags.seed ?? null,
    steps: given.steps ?? flags.steps ?? least(member.steps ?? defaults.steps, limits.maxSteps, guild?.maxSteps),
    guidanceScale: given.guidance ?? flags.guidance ?? member.guidanceScale ?? defaults.guidanceScale,
    sampler: given.sampler ?? member.sampler ?? defaults.sampler,
    count: given.count ?? flags.count ?? least(member.count, limits.maxCount, guild?.maxCount),
    ...(flags.tile ? { seamless: true } : {}),
    ...(style ? { style: style.name } : {}),
    modelHash,
    modelName: modelName.slice(0, 100),
  };
  const flagged = overruledBy(given, flags, ratioSize).map((flag) => `--${flag}`);
  return { wish, style, overruled: [...flagged, ...(lora.overruled ? [lora.overruled] : [])] };
}

/** @returns what is wanted, or why it cannot be read: an unknown flag by its name, a value out of its range, too many permutations */
export function readWishes(known: Known, given: Given): ReadWishes | Refusal {
  const { installation, texts } = known;
  const most = installation.limits.maxJobs;
  const { count, texts: prompts } = permutationsOf(given.prompt, most);
  if (count > most) return refuse(texts.flags.tooMany(Math.min(count, 1_000_000), most));
  const wishes: Wish[] = [];
  const overruled = new Set<string>();
  let repeat = 1;
  let saysCount = true;
  let otherLanguage = false;
  for (const prompt of prompts) {
    const { words, flags, problem } = readPrompt(prompt);
    if (problem) return sayFlagProblem(texts, problem);
    const read = wishOf(known, given, words, flags);
    if ('refuse' in read) return read;
    wishes.push(read.wish);
    otherLanguage ||= isInOtherLanguage(readLoras(words).words);
    for (const flag of read.overruled) overruled.add(flag);
    repeat = Math.max(repeat, flags.repeat ?? 1);
    saysCount &&= (given.count ?? flags.count) !== undefined;
  }
  const total = wishes.length * repeat;
  if (total > most) return refuse(texts.flags.tooMany(total, most));
  const notes = [
    ...[...overruled].map((flag) => texts.flags.overruled(flag)),
    ...(otherLanguage ? [texts.job.otherLanguage] : []),
    ...new Set(wishes.flatMap((wish) => embeddingNotes(known, wish))),
  ];
  return { wishes, repeat, saysCount, notes };
}

/** The requests in full. Where a seed is given, each repetition goes on from where the one before ended. */
export function requestsOf(
  { wishes, repeat }: Pick<ReadWishes, 'wishes' | 'repeat'>,
  drawSeed: () => number,
): readonly PaintRequest[] {
  return wishes.flatMap((wish) =>
    Array.from({ length: repeat }, (_, turn) => ({
      ...wish,
      seed: wish.seed === null ? drawSeed() : (wish.seed + turn * wish.count) % 2 ** 32,
      clipSkip: 1 as const,
    })),
  );
}
