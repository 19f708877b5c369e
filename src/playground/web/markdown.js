// Discord's flavour of markdown, parsed into plain objects: no HTML, so nothing a message says can become part of the page.
// Blocks: headings 1-3, subtext, quotes, lists, code fences. Inline: emphasis, spoilers, code, links, mentions, timestamps.

/**
 * @typedef {{ type: 'text', text: string }
 *   | { type: 'strong' | 'em' | 'underline' | 'strike' | 'spoiler', children: Inline[] }
 *   | { type: 'code', text: string }
 *   | { type: 'link', url: string, children: Inline[] }
 *   | { type: 'mention', kind: 'user' | 'role' | 'channel' | 'everyone', id: string }
 *   | { type: 'command', name: string, id: string }
 *   | { type: 'time', seconds: number, style: string }
 *   | { type: 'emoji', name: string }
 *   | { type: 'break' }} Inline
 * @typedef {{ type: 'paragraph', children: Inline[] }
 *   | { type: 'heading', level: number, children: Inline[] }
 *   | { type: 'subtext', children: Inline[] }
 *   | { type: 'quote', children: Block[] }
 *   | { type: 'list', ordered: boolean, start: number, items: Block[][] }
 *   | { type: 'fence', language: string, text: string }} Block
 */

/** Deeper emphasis than this is shown as typed: nobody reads it, and it bounds the work. */
const MAX_DEPTH = 8;

/** @type {[delimiter: string, type: 'strong' | 'em' | 'underline' | 'strike' | 'spoiler'][]} Longer delimiters first. */
const DELIMITERS = [
  ['**', 'strong'],
  ['__', 'underline'],
  ['~~', 'strike'],
  ['||', 'spoiler'],
  ['*', 'em'],
  ['_', 'em'],
];

/** @type {[pattern: RegExp, make: (match: RegExpExecArray) => Inline][]} Each pattern is sticky. */
const TOKENS = [
  [/<@!?(\d{1,20})>/y, ([, id = '']) => ({ type: 'mention', kind: 'user', id })],
  [/<@&(\d{1,20})>/y, ([, id = '']) => ({ type: 'mention', kind: 'role', id })],
  [/<#(\d{1,20})>/y, ([, id = '']) => ({ type: 'mention', kind: 'channel', id })],
  [/@(everyone|here)\b/y, ([, id = '']) => ({ type: 'mention', kind: 'everyone', id })],
  [/<\/([^<>:\n]{1,100}):(\d{1,20})>/y, ([, name = '', id = '']) => ({ type: 'command', name, id })],
  [
    /<t:(-?\d{1,13})(?::([tTdDfFR]))?>/y,
    ([, seconds, style = 'f']) => ({ type: 'time', seconds: Number(seconds), style }),
  ],
  [/<a?:(\w{1,32}):\d{1,20}>/y, ([, name = '']) => ({ type: 'emoji', name })],
  [/<(https?:\/\/[^\s<>]+)>/y, ([, url = '']) => ({ type: 'link', url, children: [{ type: 'text', text: url }] })],
];

const MASKED_LINK =
  /\[((?:\\.|[^[\]\\\n]|\[[^[\]\n]*\])+)\]\(<?(https?:\/\/[^\s()<>]+(?:\([^\s()<>]*\)[^\s()<>]*)*)>?(?:\s+"[^"\n]*")?\)/y;
const BARE_LINK = /https?:\/\/[^\s<>"]+[^\s<>"'.,:;!?\])*_~|]/y;
const CODE = /(`{1,2})([^\n]*?[^`\n])\1(?!`)/y;

/** @param {RegExp} pattern sticky @param {string} text @param {number} at */
function matchAt(pattern, text, at) {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** @param {string} text @param {number} [depth] @returns {Inline[]} */
export function parseInline(text, depth = 0) {
  /** @type {Inline[]} */
  const output = [];
  let plain = '';
  /** @param {Inline} [node] */
  const push = (node) => {
    if (plain) output.push({ type: 'text', text: plain });
    plain = '';
    if (node) output.push(node);
  };
  let at = 0;
  while (at < text.length) {
    const found = readToken(text, at, depth);
    if (found) {
      push(found.node);
      at = found.end;
    } else if (text[at] === '\\' && /[^0-9A-Za-z\s]/.test(text[at + 1] ?? '')) {
      plain += text[at + 1];
      at += 2;
    } else {
      plain += text[at];
      at += 1;
    }
  }
  push();
  return output;
}

/** @param {string} text @param {number} at @param {number} depth @returns {{ node: Inline, end: number } | undefined} */
function readToken(text, at, depth) {
  switch (text[at]) {
    case '\n':
      return { node: { type: 'break' }, end: at + 1 };
    case '`': {
      const code = matchAt(CODE, text, at);
      return code
        ? {
            node: { type: 'code', text: (code[2] ?? '').replace(/^ (?=.*[^ ].* $)(.*) $/, '$1') },
            end: at + code[0].length,
          }
        : undefined;
    }
    case '<':
    case '@': {
      for (const [pattern, make] of TOKENS) {
        const match = matchAt(pattern, text, at);
        if (match) return { node: make(match), end: at + match[0].length };
      }
      return undefined;
    }
    case '[': {
      const link = matchAt(MASKED_LINK, text, at);
      if (!link) return undefined;
      const children =
        depth < MAX_DEPTH ? parseInline(link[1] ?? '', depth + 1).filter((node) => node.type !== 'link') : [];
      return { node: { type: 'link', url: link[2] ?? '', children }, end: at + link[0].length };
    }
    case 'h': {
      const link = matchAt(BARE_LINK, text, at);
      if (!link) return undefined;
      return {
        node: { type: 'link', url: link[0], children: [{ type: 'text', text: link[0] }] },
        end: at + link[0].length,
      };
    }
    default:
      return readEmphasis(text, at, depth);
  }
}

/** @param {string} text @param {number} at @param {number} depth @returns {{ node: Inline, end: number } | undefined} */
function readEmphasis(text, at, depth) {
  if (depth >= MAX_DEPTH) return undefined;
  for (const [delimiter, type] of DELIMITERS) {
    if (!text.startsWith(delimiter, at)) continue;
    const start = at + delimiter.length;
    if (delimiter === '*' && /\s/.test(text[start] ?? ' ')) continue;
    const end = findClosing(text, start, delimiter);
    if (end <= start) continue;
    return { node: { type, children: parseInline(text.slice(start, end), depth + 1) }, end: end + delimiter.length };
  }
  return undefined;
}

/**
 * Where the emphasis that began before `from` ends: not inside code, not escaped, and for one-character delimiters not at a
 * doubled one; `_` also not inside a word (snake_case).
 * @param {string} text @param {number} from @param {string} delimiter @returns {number} -1 where it never ends
 */
function findClosing(text, from, delimiter) {
  const single = delimiter.length === 1;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '\\') {
      at += 1;
    } else if (text[at] === '`') {
      const code = matchAt(CODE, text, at);
      if (code) at += code[0].length - 1;
    } else if (text.startsWith(delimiter, at)) {
      if (single && text[at + 1] === delimiter) {
        const inner = findClosing(text, at + 2, delimiter + delimiter);
        at = inner < 0 ? at + 1 : inner + 1;
        continue;
      }
      if (single && delimiter === '*' && /\s/.test(text[at - 1] ?? '')) continue;
      if (delimiter === '_' && /\w/.test(text[at + 1] ?? '')) continue;
      // "***both***": the outer pair is the last possible one.
      if (!single && text[at + 2] === delimiter[0]) continue;
      return at;
    }
  }
  return -1;
}

const FENCE = /^```(?:([a-z0-9_+\-.#]*)\n)?([\s\S]*?)```/i;
const HEADING = /^(#{1,3}) +(\S.*)$/;
const SUBTEXT = /^-# +(\S.*)$/;
const LIST_ITEM = /^( *)(?:([-*])|(\d{1,9})\.) +(.*)$/;

/** @param {string} source @param {number} [depth] @returns {Block[]} */
export function parseMarkdown(source, depth = 0) {
  /** @type {Block[]} */
  const blocks = [];
  let rest = source.replace(/\r\n?/g, '\n');
  let paragraph = '';
  /** @param {Block} [block] */
  const push = (block) => {
    const text = paragraph.replace(/\n$/, '');
    if (text.trim()) blocks.push({ type: 'paragraph', children: parseInline(text) });
    paragraph = '';
    if (block) blocks.push(block);
  };
  while (rest) {
    const fence = FENCE.exec(rest);
    if (fence?.[2]?.trim()) {
      push({ type: 'fence', language: fence[1] ?? '', text: fence[2].replace(/\n$/, '') });
      rest = rest.slice(fence[0].length).replace(/^\n/, '');
      continue;
    }
    const [line = ''] = rest.split('\n', 1);
    if (rest.startsWith('>>> ') && depth === 0) {
      push({ type: 'quote', children: parseMarkdown(rest.slice(4), depth + 1) });
      break;
    }
    const heading = HEADING.exec(line);
    const subtext = SUBTEXT.exec(line);
    if (heading) push({ type: 'heading', level: heading[1]?.length ?? 1, children: parseInline(heading[2] ?? '') });
    else if (subtext) push({ type: 'subtext', children: parseInline(subtext[1] ?? '') });
    else if (/^> /.test(line) && depth === 0) {
      const lines = takeWhile(rest, (candidate) => /^> ?/.test(candidate));
      push({
        type: 'quote',
        children: parseMarkdown(lines.map((each) => each.replace(/^> ?/, '')).join('\n'), depth + 1),
      });
      rest = dropLines(rest, lines.length);
      continue;
    } else if (LIST_ITEM.test(line)) {
      const lines = takeWhile(rest, (candidate) => LIST_ITEM.test(candidate) || /^ +\S/.test(candidate));
      push(parseList(lines, 0));
      rest = dropLines(rest, lines.length);
      continue;
    } else {
      // A fence may begin in the middle of a line.
      const open = line.indexOf('```');
      const upTo = open > 0 && FENCE.test(rest.slice(open)) ? open : Math.min(line.length + 1, rest.length);
      paragraph += rest.slice(0, upTo);
      rest = rest.slice(upTo);
      continue;
    }
    rest = dropLines(rest, 1);
  }
  push();
  return blocks;
}

/** @param {string} text @param {(line: string) => boolean} accept */
function takeWhile(text, accept) {
  const lines = text.split('\n');
  const end = lines.findIndex((line) => !accept(line));
  return end < 0 ? lines : lines.slice(0, end);
}

/** @param {string} text @param {number} count */
function dropLines(text, count) {
  return text.split('\n').slice(count).join('\n');
}

/** @param {string[]} lines of which the first is an item @param {number} depth @returns {Block} */
function parseList(lines, depth) {
  const first = LIST_ITEM.exec(lines[0] ?? '');
  const indent = first?.[1]?.length ?? 0;
  /** @type {Block[][]} */
  const items = [];
  for (let at = 0; at < lines.length; ) {
    const item = LIST_ITEM.exec(lines[at] ?? '');
    at += 1;
    /** @type {string[]} */
    const nested = [];
    while (at < lines.length && indentOf(lines[at]) > indent) {
      nested.push(lines[at] ?? '');
      at += 1;
    }
    const children = /** @type {Block[]} */ ([
      { type: 'paragraph', children: parseInline(item?.[4] ?? lines[at - 1]?.trim() ?? '') },
    ]);
    if (nested.length > 0 && LIST_ITEM.test(nested[0] ?? '') && depth < MAX_DEPTH)
      children.push(parseList(nested, depth + 1));
    else if (nested.length > 0)
      children.push({ type: 'paragraph', children: parseInline(nested.map((line) => line.trim()).join('\n')) });
    items.push(children);
  }
  return { type: 'list', ordered: first?.[3] !== undefined, start: Number(first?.[3] ?? 1), items };
}

/** @param {string | undefined} line */
function indentOf(line) {
  return /^ */.exec(line ?? '')?.[0].length ?? 0;
}
