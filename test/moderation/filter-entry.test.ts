import { performance } from 'node:perf_hooks';
import { describe, expect, test } from 'vitest';
import {
  type EntryProblem,
  entryProblem,
  isReadable,
  mostEntries,
  mostPatterns,
  noticedEntries,
} from '../../src/moderation/filter-entry.ts';
import { judgePrompt } from '../../src/moderation/judge-prompt.ts';
import type { FilterEntry } from '../../src/moderation/rule.ts';
import { rules } from '../../src/moderation/rules/index.ts';

const entry = (text: string, more: Partial<FilterEntry> = {}): FilterEntry => ({
  id: text.slice(0, 20),
  kind: 'words',
  action: 'refuse',
  text,
  ...more,
});
const pattern = (text: string, more: Partial<FilterEntry> = {}) => entry(text, { kind: 'pattern', ...more });
const judge = (filter: readonly FilterEntry[], prompt: string, negativePrompt = '') =>
  judgePrompt(rules, { prompt, negativePrompt }, { preset: 'standard', refusedPhrases: [], filter });

describe('words of a server’s own', () => {
  test.each([
    ['mascot', 'our MASCOT in space', true],
    ['mascot', 'm4sc0t', true],
    ['mascot', 'm a s c o t', true],
    ['mascot', 'mas\u200Bcot', true],
    ['mascot', 'мascоt with Cyrillic letters', true],
    ['mascot', 'ｍａｓｃｏｔ', true],
    ['mascot', 'two mascots', true],
    ['mascot', 'mascotte', false],
    ['ass', 'assist Scunthorpe', false],
    ['blue whale', 'a BLUE  whale', true],
    ['blue whale', 'a whale in blue', false],
    ['maître', 'le maitre', true],
    ['猫', '黒猫が座る', true],
    ['ガンダム', 'かっこいいガンダムの絵', true],
    ['猫', '犬が座る', false],
    ['area 51', 'area 51 at night', true],
    ['area 51', 'area 510 at night', false],
  ])('%j in %j: %j', (text, prompt, matches) => {
    expect(judge([entry(text)], prompt)?.entryId === entry(text).id).toBe(matches);
  });

  test('count in the negative prompt too, and name entry and field for moderators', () => {
    expect(judge([entry('mascot')], 'a house', 'mascot')).toEqual({
      ruleId: 'server-filter',
      category: 'server',
      field: 'negative',
      sentence: 'refusedWords',
      matched: 'mascot',
      entryId: 'mascot',
    });
  });

  test('are asked after the floor and the list for all', () => {
    expect(judge([entry('porn')], 'child porn')?.ruleId).toBe('minors');
    expect(judge([entry('porn')], 'porn')?.ruleId).toBe('refused-words');
  });
});

describe('patterns', () => {
  test.each([
    ['mas?cot', 'our Mascot', true],
    ['ma(s|z)cots?$', 'our mazcots', true],
    ['ma(s|z)cots?$', 'mazcots in space', false],
    ['^acme', 'ACME rocket', true],
    ['acme', 'аcmе in Cyrillic', true],
    ['Straße', 'an der Straße', true],
    ['\\bv\\d{2}\\b', 'model v12', true],
  ])('%j in %j: %j', (text, prompt, matches) => {
    expect(judge([pattern(text)], prompt) !== null).toBe(matches);
  });

  test('take time that grows with the prompt alone: the worst of a full filter stays far below a second', () => {
    const nasty = ['(x+x+)+y', '(a|aa)+$b', '(.*.*.*.*)z', '([a-z]+)*!', '(?:a?){60}a{60}'].map((text) =>
      pattern(text),
    );
    const prompt = 'a'.repeat(2000);
    judge(nasty, prompt);
    const start = performance.now();
    for (const one of nasty) judge([one], prompt);
    // A backtracking engine would need longer than the universe lasts.
    expect(performance.now() - start).toBeLessThan(5000);
  });

  test('that cannot be read any more match nothing and are known as such', () => {
    expect(isReadable(pattern('('))).toBe(false);
    expect(isReadable(pattern('a'))).toBe(true);
    expect(judge([pattern('(')], 'a (house)')).toBeNull();
  });
});

describe('what may be added', () => {
  const many = (count: number, make: (text: string) => FilterEntry) =>
    Array.from({ length: count }, (_, index) => make(`word ${index}`));

  test.each<[string, FilterEntry, readonly FilterEntry[], EntryProblem | null]>([
    ['a word', entry('mascot'), [], null],
    ['a pattern', pattern('ma.cot'), [], null],
    ['signs alone', entry('🙂 !!'), [], 'no-words'],
    ['half a bracket', pattern('(a'), [], 'no-pattern'],
    ['a back reference', pattern('(a)\\1'), [], 'no-pattern'],
    ['a look-ahead', pattern('(?=a)'), [], 'no-pattern'],
    ['what matches nothing at all', pattern('a*'), [], 'matches-everything'],
    ['a count that is too large', pattern('a{1000}'), [], 'too-costly'],
    [
      'one that is too large together with others',
      pattern('b{150}'),
      [1, 2, 3].map((n) => pattern(`a{19${n}}`)),
      'too-costly',
    ],
    ['the same again', entry('mascot'), [entry('mascot')], 'known'],
    ['the same as a pattern', pattern('mascot'), [entry('mascot')], null],
    ['one more than there is room for', entry('mascot'), many(mostEntries, entry), 'too-many'],
    ['one pattern more', pattern('mascot'), many(mostPatterns, pattern), 'too-many-patterns'],
    ['a word where patterns are full', entry('mascot'), many(mostPatterns, pattern), null],
  ])('%s', (_what, wanted, others, problem) => {
    expect(entryProblem(wanted, others)).toBe(problem);
  });
});

test('flags and logs let a request pass and are noticed, each once', () => {
  const filter = [
    entry('castle', { action: 'flag' }),
    entry('moat', { action: 'log' }),
    entry('dragon', { action: 'refuse' }),
  ];
  expect(judge(filter, 'a castle with a moat')).toBeNull();
  const noticed = noticedEntries(filter, { prompt: 'a castle, a castle', negativePrompt: 'moat' });
  expect(noticed.map(({ entry: { id, action }, field }) => [id, action, field])).toEqual([
    ['castle', 'flag', 'prompt'],
    ['moat', 'log', 'negative'],
  ]);
  expect(noticedEntries(filter, { prompt: 'a dragon', negativePrompt: '' })).toEqual([]);
});
