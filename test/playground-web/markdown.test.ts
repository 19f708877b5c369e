import { expect, test } from 'vitest';

// The page's modules are JavaScript with JSDoc types, checked by a configuration of their own.
const { parseInline, parseMarkdown } = await import(
  new URL('../../src/playground/web/markdown.js', import.meta.url).href
);

const text = (value: string) => ({ type: 'text', text: value });

test.each([
  ['**bold**', [{ type: 'strong', children: [text('bold')] }]],
  ['*a* _b_', [{ type: 'em', children: [text('a')] }, text(' '), { type: 'em', children: [text('b')] }]],
  ['***both***', [{ type: 'strong', children: [{ type: 'em', children: [text('both')] }] }]],
  ['__u__ ~~s~~', [{ type: 'underline', children: [text('u')] }, text(' '), { type: 'strike', children: [text('s')] }]],
  ['||secret||', [{ type: 'spoiler', children: [text('secret')] }]],
  ['`**raw**`', [{ type: 'code', text: '**raw**' }]],
  [
    '<@21> <@&11> <#31>',
    [
      { type: 'mention', kind: 'user', id: '21' },
      text(' '),
      { type: 'mention', kind: 'role', id: '11' },
      text(' '),
      { type: 'mention', kind: 'channel', id: '31' },
    ],
  ],
  ['<t:1700000000:R>', [{ type: 'time', seconds: 1700000000, style: 'R' }]],
  ['</imagine:7>', [{ type: 'command', name: 'imagine', id: '7' }]],
  ['[a](https://example.org "t")', [{ type: 'link', url: 'https://example.org', children: [text('a')] }]],
  [
    'see https://example.org/a_b.',
    [
      text('see '),
      { type: 'link', url: 'https://example.org/a_b', children: [text('https://example.org/a_b')] },
      text('.'),
    ],
  ],
  ['one\ntwo', [text('one'), { type: 'break' }, text('two')]],
])('%s is read as Discord reads it', (source, nodes) => {
  expect(parseInline(source)).toEqual(nodes);
});

test.each([
  'snake_case_name',
  '2 * 3 * 4',
  '\\*not italic\\*',
  '<b>html</b>',
  '[x](javascript:alert(1))',
  '**',
  '@nobody',
])('%s stays plain words', (source) => {
  const nodes = parseInline(source);
  expect(nodes.every((node: { type: string }) => node.type === 'text')).toBe(true);
  expect(nodes.map((node: { text: string }) => node.text).join('')).toBe(source.replaceAll('\\', ''));
});

test('blocks are told apart: heading, subtext, quote, nested list, fence, paragraph', () => {
  const source = '# Title\n-# small\n> quoted\n- one\n  - two\n1. first\n```ts\nconst x = `**`;\n```\nend';
  const types = parseMarkdown(source).map((block: { type: string }) => block.type);
  expect(types).toEqual(['heading', 'subtext', 'quote', 'list', 'fence', 'paragraph']);
});

test('a fence in the middle of a line ends the paragraph and keeps its text as written', () => {
  expect(parseMarkdown('look: ```\n**a**\n``` done')).toEqual([
    { type: 'paragraph', children: [text('look: ')] },
    { type: 'fence', language: '', text: '**a**' },
    { type: 'paragraph', children: [text(' done')] },
  ]);
});

test('no character is lost from hostile or endless input', () => {
  const source = `${'*'.repeat(2000)}${'_['.repeat(500)}${'||'.repeat(500)}`;
  const flatten = (node: { text?: string; children?: unknown[] }): string =>
    node.text ?? (node.children ?? []).map((child) => flatten(child as typeof node)).join('');
  expect(parseMarkdown(source).map(flatten).join('').length).toBeGreaterThan(0);
});
