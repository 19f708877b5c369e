// `{red, blue} house` is two prompts. Braces may stand inside braces, `\,` `\{` `\}` are the characters themselves, and braces around a
// single choice are left as they are: other tools use them for emphasis.

interface Choice {
  readonly options: readonly Part[][];
}
type Part = string | Choice;

/** Deeper nesting is read as plain text. */
const deepest = 5;
const isEscape = (text: string, at: number) => text[at] === '\\' && ',{}'.includes(text[at + 1] || ' ');

/** Where each opening brace that offers a choice is closed: one pass, so that no text takes long. */
function choicesIn(text: string): ReadonlyMap<number, number> {
  const open: { at: number; commas: number }[] = [];
  const closed = new Map<number, number>();
  for (let at = 0; at < text.length; at += 1) {
    if (isEscape(text, at)) at += 1;
    else if (text[at] === '{') open.push({ at, commas: 0 });
    else if (text[at] === ',') {
      const around = open.at(-1);
      if (around) around.commas += 1;
    } else if (text[at] === '}') {
      const pair = open.pop();
      if (pair && pair.commas > 0 && open.length < deepest) closed.set(pair.at, at);
    }
  }
  return closed;
}

/** The text between two places, cut at the commas of its own level where `splits`. */
function partsOf(
  text: string,
  closed: ReadonlyMap<number, number>,
  from: number,
  to: number,
  splits: boolean,
): Part[][] {
  let option: Part[] = [];
  const options = [option];
  let plain = '';
  let depth = 0;
  const flush = () => {
    if (plain !== '') option.push(plain);
    plain = '';
  };
  for (let at = from; at < to; at += 1) {
    const end = closed.get(at);
    if (isEscape(text, at)) {
      at += 1;
      plain += text[at];
    } else if (end !== undefined) {
      flush();
      option.push({ options: partsOf(text, closed, at + 1, end, true) });
      at = end;
    } else if (splits && depth === 0 && text[at] === ',') {
      flush();
      option = [];
      options.push(option);
    } else {
      if (text[at] === '{') depth += 1;
      else if (text[at] === '}') depth = Math.max(0, depth - 1);
      plain += text[at];
    }
  }
  flush();
  return options;
}

function countOf(parts: readonly Part[]): number {
  return parts.reduce(
    (product, part) =>
      typeof part === 'string' ? product : product * part.options.reduce((sum, option) => sum + countOf(option), 0),
    1,
  );
}

function expand(parts: readonly Part[]): string[] {
  return parts.reduce<string[]>(
    (texts, part) => {
      const endings = typeof part === 'string' ? [part] : part.options.flatMap((option) => expand(option).map(trimmed));
      return texts.flatMap((text) => endings.map((ending) => text + ending));
    },
    [''],
  );
}

const trimmed = (text: string) => text.trim();

export interface Permutations {
  /** How many prompts there are, whether or not they were written out. */
  readonly count: number;
  /** All of them in reading order; empty where there are more than `most`. */
  readonly texts: readonly string[];
}

/** Text without choices comes back as itself, escapes resolved. Counted before anything is written out: `{a,b}` forty times is a short text. */
export function permutationsOf(text: string, most: number): Permutations {
  const [parts = []] = partsOf(text, choicesIn(text), 0, text.length, false);
  const count = countOf(parts);
  return { count, texts: count > most ? [] : expand(parts) };
}
