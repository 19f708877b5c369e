// The `parameters` text of AUTOMATIC1111's web UI, the lingua franca of Stable Diffusion pictures: prompt, an optional
// "Negative prompt:" part, and a last line of "Key: value" pairs. Values with a comma, colon or line break stand in JSON quotes.

export interface A1111Parameters {
  readonly prompt: string;
  readonly negativePrompt: string;
  /** The pairs of the last line, in their order, unquoted: Steps, Sampler, CFG scale, Seed, Size, Model hash, Model, ... */
  readonly fields: Readonly<Record<string, string>>;
}

const negativeMark = 'Negative prompt:';

export function formatParameters({ prompt, negativePrompt, fields }: A1111Parameters): string {
  const pairs = Object.entries(fields).map(([key, value]) => `${key}: ${quote(value)}`);
  return [prompt, ...(negativePrompt ? [`${negativeMark} ${negativePrompt}`] : []), pairs.join(', ')].join('\n');
}

/** Never throws: text without recognisable pairs is all prompt. */
export function parseParameters(text: string): A1111Parameters {
  const lines = text.replaceAll('\r\n', '\n').trim().split('\n');
  const last = parsePairs(lines.at(-1) ?? '');
  // A web UI always writes at least steps, sampler and scale; fewer pairs are words of a prompt that happen to hold a colon.
  const hasPairs = Object.keys(last).length >= 3;
  const body = hasPairs ? lines.slice(0, -1) : lines;
  const negativeAt = body.findIndex((line) => line.startsWith(negativeMark));
  const prompt = negativeAt < 0 ? body : body.slice(0, negativeAt);
  const negative = negativeAt < 0 ? [] : body.slice(negativeAt);
  return {
    prompt: prompt.join('\n').trim(),
    negativePrompt: negative.join('\n').slice(negativeMark.length).trim(),
    fields: hasPairs ? last : {},
  };
}

function quote(value: string): string {
  return /[,:\n"]/.test(value) || value !== value.trim() ? JSON.stringify(value) : value;
}

/** Reads `Key: value, Key: "quoted, value"`; answers {} as soon as the line departs from that form. */
function parsePairs(line: string): Record<string, string> {
  const pairs: Record<string, string> = {};
  let rest = line.trim();
  while (rest !== '') {
    const key = /^[A-Za-z][\w +\-/().]*(?=:)/.exec(rest)?.[0];
    if (key === undefined) return {};
    rest = rest.slice(key.length + 1).trimStart();
    const quoted = /^"(?:\\.|[^"\\])*"/.exec(rest)?.[0];
    const raw = quoted ?? /^[^,]*/.exec(rest)?.[0] ?? '';
    pairs[key] = quoted === undefined ? raw.trim() : unquote(quoted);
    rest = rest.slice(raw.length).trimStart();
    if (rest !== '' && !rest.startsWith(',')) return {};
    rest = rest.slice(1).trimStart();
  }
  return pairs;
}

function unquote(quoted: string): string {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted.slice(1, -1);
  }
}
