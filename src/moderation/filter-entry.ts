// One entry of a server's filter: words and phrases matched as whole words after normalisation, or a pattern of RE2, whose time grows with
// the length of the text alone, so that no pattern can hang the bot.

import { RE2JS } from 're2js';
import { fieldsOf, type PromptTexts, ruleTexts } from './judge-prompt.ts';
import { Phrases, phraseWords } from './phrases.ts';
import type { FilterEntry, RuleText } from './rule.ts';

export const mostEntries = 500;
export const mostPatterns = 25;
/** Instructions of a compiled pattern. The dearest of this size reads a prompt of 2,000 characters in some tens of milliseconds. */
const largestPattern = 200;
/** Of all patterns of a server together. */
const largestSum = 600;
/** As written, folded, and as the text encoder gets it: a pattern costs too much to be asked of every reading. */
const mostVersions = 3;

export type EntryProblem =
  | 'no-words'
  | 'no-pattern'
  | 'matches-everything'
  | 'too-costly'
  | 'too-many'
  | 'too-many-patterns'
  | 'known';

type Matcher = (text: RuleText) => boolean;
const never: Matcher = () => false;
const compiled = new Map<string, Matcher>();
const mostCompiled = 5000;

/** Null for what RE2 does not know: look-arounds, back references, too large a count. */
function compilePattern(text: string): RE2JS | null {
  try {
    return RE2JS.compile(text, RE2JS.CASE_INSENSITIVE);
  } catch {
    return null;
  }
}

function compile({ kind, text }: Pick<FilterEntry, 'kind' | 'text'>): Matcher {
  if (kind === 'pattern') {
    const pattern = compilePattern(text);
    // Checked when it was added; what cannot be read any more is shown as such by /admin filter list, and nothing is painted meanwhile.
    if (pattern === null) return never;
    return ({ raw, readings }) =>
      [...new Set([raw, ...readings.map((reading) => reading.text)])]
        .slice(0, mostVersions)
        .some((version) => pattern.matcher(version).find());
  }
  if (phraseWords(text).length === 0) return never;
  const phrases = new Phrases([[text, true]]);
  return ({ readings }) => readings.some((reading) => phrases.find(reading).length > 0);
}

function matcherOf(entry: Pick<FilterEntry, 'kind' | 'text'>): Matcher {
  const key = `${entry.kind} ${entry.text}`;
  let matcher = compiled.get(key);
  if (!matcher) {
    if (compiled.size >= mostCompiled) compiled.clear();
    matcher = compile(entry);
    compiled.set(key, matcher);
  }
  return matcher;
}

export function matchesEntry(entry: FilterEntry, text: RuleText): boolean {
  return matcherOf(entry)(text);
}

export function isReadable({ kind, text }: Pick<FilterEntry, 'kind' | 'text'>): boolean {
  return kind === 'words' ? phraseWords(text).length > 0 : compilePattern(text) !== null;
}

const costOf = ({ kind, text }: Pick<FilterEntry, 'kind' | 'text'>) =>
  kind === 'words' ? 0 : (compilePattern(text)?.programSize() ?? 0);

/** The same for every request to paint: what was compiled before is not compiled again. */
export function isReadableNow(entry: Pick<FilterEntry, 'kind' | 'text'>): boolean {
  return matcherOf(entry) !== never;
}

/** Whether a server may add this to what it has. @returns null where it may */
export function entryProblem(
  entry: Pick<FilterEntry, 'kind' | 'text'>,
  others: readonly FilterEntry[],
): EntryProblem | null {
  const { kind, text } = entry;
  if (others.some((other) => other.kind === kind && other.text === text)) return 'known';
  if (others.length >= mostEntries) return 'too-many';
  if (kind === 'words') return phraseWords(text).length === 0 ? 'no-words' : null;
  const pattern = compilePattern(text);
  if (pattern === null) return 'no-pattern';
  if (pattern.matcher('').find()) return 'matches-everything';
  const patterns = others.filter((other) => other.kind === 'pattern');
  if (patterns.length >= mostPatterns) return 'too-many-patterns';
  const sum = patterns.reduce((total, other) => total + costOf(other), pattern.programSize());
  return pattern.programSize() > largestPattern || sum > largestSum ? 'too-costly' : null;
}

/** Entries that let a request pass and have it noticed, each with the first field it stands in. */
export function noticedEntries(
  filter: readonly FilterEntry[],
  texts: PromptTexts,
): readonly { readonly entry: FilterEntry; readonly field: RuleText['field'] }[] {
  const noticing = filter.filter(({ action }) => action !== 'refuse');
  if (noticing.length === 0) return [];
  const fields = fieldsOf(ruleTexts(texts));
  return noticing.flatMap((entry) => {
    const text = fields.find((one) => matchesEntry(entry, one));
    return text ? [{ entry, field: text.field }] : [];
  });
}
