// A second reader of AUTOMATIC1111's generation text, written from its description and sharing nothing with src/image: the last line holds
// the pairs if it has at least three, matched by one regular expression; the lines before are the prompt up to "Negative prompt:".
// Description: AUTOMATIC1111/stable-diffusion-webui wiki, "Features: PNG info"; the pattern is the one that its users' tools share.

const pair = /\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)/g;

export interface Infotext {
  readonly [key: string]: string;
}

export function readInfotext(text: string): Infotext {
  const lines = text.trim().split('\n');
  let last = lines.pop() ?? '';
  if ([...last.matchAll(pair)].length < 3) {
    lines.push(last);
    last = '';
  }
  const result: Record<string, string> = { Prompt: '', 'Negative prompt': '' };
  let part = 'Prompt';
  for (const line of lines) {
    let words = line.trim();
    if (words.startsWith('Negative prompt:')) {
      part = 'Negative prompt';
      words = words.slice('Negative prompt:'.length).trim();
    }
    result[part] += (result[part] === '' ? '' : '\n') + words;
  }
  for (const [, key = '', value = ''] of last.matchAll(pair)) {
    const read = value.startsWith('"') ? String(JSON.parse(value)) : value;
    const size = /^(\d+)x(\d+)$/.exec(read);
    if (size) Object.assign(result, { [`${key}-1`]: size[1], [`${key}-2`]: size[2] });
    else result[key] = read;
  }
  return result;
}
