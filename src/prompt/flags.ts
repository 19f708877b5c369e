// Flags inside a prompt, as people write them elsewhere: `a red house --ar 3:2 --no people --seed 7`. Pure text to values: limits that
// depend on the installation are checked where every request is. Phones turn `--` into a dash, so a dash before a known name counts too.

import { hardLimits, maxSeed } from '../jobs/paint-request.ts';

export interface PromptFlags {
  readonly no?: string;
  readonly seed?: number;
  /** Width by height. */
  readonly ar?: { readonly width: number; readonly height: number };
  readonly steps?: number;
  readonly guidance?: number;
  readonly style?: string;
  /** Name of a model. */
  readonly model?: string;
  readonly count?: number;
  readonly repeat?: number;
  readonly tile?: true;
}

export type FlagName = keyof PromptFlags;

/** What is wrong with a flag; `limit` says what it takes. */
export interface FlagProblem {
  readonly reason: 'unknown' | 'value';
  /** As typed, without dashes. */
  readonly flag: string;
  readonly limit: string;
}

export interface ReadPrompt {
  /** The prompt without its flags. */
  readonly words: string;
  readonly flags: PromptFlags;
  readonly problem: FlagProblem | null;
}

export const flagNames: readonly FlagName[] = [
  'no',
  'seed',
  'ar',
  'steps',
  'guidance',
  'style',
  'model',
  'count',
  'repeat',
  'tile',
];

/** Names used by other tools. */
const aliases: ReadonlyMap<string, FlagName> = new Map([
  ['aspect', 'ar'],
  ['cfg', 'guidance'],
  ['scale', 'guidance'],
  ['r', 'repeat'],
]);

/** A picture more slender than this is beyond the model. */
const slenderest = 3;
const mostRepeats = 40;

const flagOf = (name: string): FlagName | null => {
  const lower = name.toLowerCase();
  return aliases.get(lower) ?? flagNames.find((known) => known === lower) ?? null;
};

interface Range {
  readonly min: number;
  readonly max: number;
}

const ranges: Readonly<Record<'seed' | 'steps' | 'guidance' | 'count' | 'repeat', Range & { whole: boolean }>> = {
  seed: { min: 0, max: maxSeed, whole: true },
  steps: { ...hardLimits.steps, whole: true },
  guidance: { ...hardLimits.guidanceScale, whole: false },
  count: { ...hardLimits.count, whole: true },
  repeat: { min: 1, max: mostRepeats, whole: true },
};

function readNumber(text: string, { min, max, whole }: Range & { whole: boolean }): number | null {
  if (!(whole ? /^\d+$/ : /^\d+(\.\d+)?$/).test(text)) return null;
  const value = Number(text);
  return value >= min && value <= max ? value : null;
}

/** The ratios that readRatio takes, for people. */
export const ratioRange = `1:${slenderest}–${slenderest}:1`;

/** `16:9`, `16x9` or `16/9`; null for anything else and for what is more slender than 3:1. */
export function readRatio(text: string): { width: number; height: number } | null {
  const [, w, h] = /^(\d{1,4}(?:\.\d{1,3})?)[:x/](\d{1,4}(?:\.\d{1,3})?)$/.exec(text) ?? [];
  const [width, height] = [Number(w), Number(h)];
  if (!(width > 0 && height > 0)) return null;
  return Math.max(width / height, height / width) <= slenderest ? { width, height } : null;
}

/** The value of one flag, or what it takes instead. */
function readValue(flag: FlagName, text: string): { value: PromptFlags[FlagName] } | { limit: string } {
  switch (flag) {
    case 'tile':
      return { value: true };
    case 'no':
    case 'style':
    case 'model':
      return text === '' ? { limit: '…' } : { value: text };
    case 'ar': {
      const ratio = readRatio(text);
      return ratio ? { value: ratio } : { limit: ratioRange };
    }
    default: {
      const range = ranges[flag];
      const value = readNumber(text, range);
      return value === null ? { limit: `${range.min}–${range.max}` } : { value };
    }
  }
}

/** A dash or two before a letter, at the beginning of a word; a lone dash counts before known names only. */
const mark = /(?<=^|\s)(--|[—–])(?=[a-z])([^\s]*)/giu;

/** `--no` takes everything up to the next flag, the others one word; of a flag given twice the last counts, several `--no` are joined. */
export function readPrompt(text: string): ReadPrompt {
  const found = [...text.matchAll(mark)].filter(
    ([, dashes, name = '']) => dashes === '--' || flagOf(name.replace(/=.*$/s, '')) !== null,
  );
  const flags: Record<string, unknown> = {};
  let problem: FlagProblem | null = null;
  let words = text.slice(0, found[0]?.index ?? text.length);
  for (const [index, match] of found.entries()) {
    const [whole, , written = ''] = match;
    const [name = '', glued] = written.split(/=(.*)/s);
    const rest = text.slice(match.index + whole.length, found[index + 1]?.index ?? text.length);
    const flag = flagOf(name);
    if (flag === null) {
      problem ??= { reason: 'unknown', flag: name.slice(0, 40), limit: '' };
      continue;
    }
    const [, next = '', after = ''] = /^\s*(\S*)([\s\S]*)$/.exec(rest) ?? [];
    const takesAll = flag === 'no';
    const takesNothing = flag === 'tile';
    const given = glued ?? (takesAll ? rest.trim() : takesNothing ? '' : next);
    words += glued !== undefined || takesNothing ? rest : takesAll ? '' : ` ${after}`;
    const read = readValue(flag, given);
    if ('limit' in read) problem ??= { reason: 'value', flag: name, limit: read.limit };
    else if (flag === 'no' && typeof flags.no === 'string') flags.no = `${flags.no}, ${given}`;
    else flags[flag] = read.value;
  }
  return { words: words.replace(/\s+/g, ' ').trim(), flags: flags as PromptFlags, problem };
}

/** The nearest shape that the model is up to. */
export function withinRatio({ width, height }: { readonly width: number; readonly height: number }) {
  return { width: Math.min(width, slenderest * height), height: Math.min(height, slenderest * width) };
}

/** The size with the ratio's shape and about `edge` squared pixels, in multiples of 64, within `maxEdge`. */
export function sizeOfRatio(
  ratio: { readonly width: number; readonly height: number },
  edge: number,
  maxEdge: number,
): { width: number; height: number } {
  const multiple = 64;
  const shape = Math.sqrt(ratio.width / ratio.height);
  const scale = Math.min(1, maxEdge / (edge * Math.max(shape, 1 / shape)));
  const round = (side: number) =>
    Math.min(
      Math.floor(maxEdge / multiple) * multiple,
      Math.max(multiple, Math.round((side * scale) / multiple) * multiple),
    );
  return { width: round(edge * shape), height: round(edge / shape) };
}
