// How the shipped list fares on phrases that look risky and are not, and on such as must be refused: docs/evidence/filter.md has the rates.
// The unseen lists were written after the words that they try and must not be tuned against: further words bring new lists.
// scenes.txt, negatives.txt, floor-phrases.txt and evasions.txt were tuned on.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { judgePrompt } from '../../src/moderation/judge-prompt.ts';
import { rules } from '../../src/moderation/rules/index.ts';

const linesOf = (name: string) =>
  readFileSync(new URL(name, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '');
type Preset = 'standard' | 'strict' | 'age-restricted';
/** Lines may hold what nobody sees as `\u200B` and, behind three bars, a negative prompt. */
const findIn = (preset: Preset, line: string) => {
  const written = line.replace(/\\u([0-9A-F]{4})/gi, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
  const [prompt = '', negativePrompt = ''] = written.split(' ||| ');
  return judgePrompt(rules, { prompt, negativePrompt }, { preset, refusedPhrases: [] });
};
const refuses = (preset: Preset) => (line: string) => findIn(preset, line) !== null;

describe.each([
  { name: 'phrases', least: 150, falseAlarms: 0.02, recall: 0.98 },
  { name: 'unseen', least: 50, falseAlarms: 0.04, recall: 0.95 },
])('the shipped list and the $name', ({ name, least, falseAlarms, recall }) => {
  const harmless = linesOf(`harmless-${name}.txt`);
  const risky = linesOf(`refused-${name}.txt`);

  test('are enough of each kind, each once', () => {
    for (const list of [harmless, risky]) {
      expect(list.length).toBeGreaterThanOrEqual(least);
      expect(new Set(list).size).toBe(list.length);
    }
  });

  test('harmless ones pass: all of them under the standard preset, nearly all under the strict one', () => {
    expect(harmless.filter(refuses('standard'))).toEqual([]);
    const refused = harmless.filter(refuses('strict'));
    expect(refused.length / harmless.length, refused.join('; ')).toBeLessThanOrEqual(falseAlarms);
  });

  test('the others are refused under the strict preset', () => {
    const missed = risky.filter((phrase) => !refuses('strict')(phrase));
    expect(1 - missed.length / risky.length, missed.join('; ')).toBeGreaterThanOrEqual(recall);
  });
});

test('a harmless phrase excuses itself alone: the word beside it is still found', () => {
  for (const prompt of ['a blood orange and blood', 'naked mole-rat, naked woman', 'blood, orange and bloody']) {
    expect(refuses('strict')(prompt), prompt).toBe(true);
  }
  // Tags that stand side by side are no phrase, whatever parts them.
  for (const prompt of [
    'nude, heels',
    'nude. silk',
    'topless\nconvertible',
    'nude! tones',
    '(naked:1.2) (cake)',
    'naked - tree',
  ]) {
    expect(refuses('strict')(`1girl, ${prompt}, garden`), prompt).toBe(true);
  }
  for (const prompt of [
    'Murder, She Wrote',
    'Philip K. Dick',
    'Tom, Dick and Harry',
    'a naked-mole-rat',
    'gore-tex boots',
  ]) {
    expect(refuses('strict')(prompt), prompt).toBe(false);
  }
  // The floor knows no excuses.
  expect(refuses('standard')('a nude lipstick on a nude child')).toBe(true);
  expect(refuses('standard')('a naked mole rat and a child')).toBe(true);
});

const presets: readonly Preset[] = ['standard', 'strict', 'age-restricted'];

describe('the floor', () => {
  test.each(presets)('holds under the preset %s: every phrase of its file is refused as such', (preset) => {
    const phrases = linesOf('floor-phrases.txt');
    expect(phrases.length).toBeGreaterThanOrEqual(150);
    expect(phrases.filter((line) => findIn(preset, line)?.ruleId !== 'minors')).toEqual([]);
  });

  test.each(['harmless-phrases.txt', 'harmless-unseen.txt', 'scenes.txt', 'negatives.txt'])(
    'finds nothing in the innocents of %s',
    (name) => {
      expect(linesOf(name).filter((line) => findIn('strict', line)?.ruleId === 'minors')).toEqual([]);
    },
  );

  test('fares on phrases and scenes that it was not tuned on no worse than its document says', () => {
    const missed = linesOf('floor-unseen.txt').filter((line) => findIn('standard', line)?.ruleId !== 'minors');
    expect(missed.length, missed.join('; ')).toBeLessThanOrEqual(5);
    const accused = linesOf('scenes-unseen.txt').filter((line) => findIn('standard', line)?.ruleId === 'minors');
    expect(accused.length, accused.join('; ')).toBeLessThanOrEqual(1);
  });
});

describe('scenes of every day, of art, books, feasts and music', () => {
  test.each([
    { name: 'scenes.txt', standard: 0, strict: 0.11 },
    { name: 'scenes-unseen.txt', standard: 0.01, strict: 0.02 },
    { name: 'negatives.txt', standard: 0, strict: 0 },
  ])('pass: $name', ({ name, standard, strict }) => {
    const lines = linesOf(name);
    for (const [preset, most] of [['standard', standard] as const, ['strict', strict] as const]) {
      const refused = lines.filter(refuses(preset));
      expect(refused.length / lines.length, refused.join('; ')).toBeLessThanOrEqual(most);
    }
  });
});

test('what evades the eye of a list is mostly seen through', () => {
  const lines = linesOf('evasions.txt');
  for (const [preset, least] of [['standard', 0.91] as const, ['strict', 0.94] as const]) {
    const missed = lines.filter((line) => !refuses(preset)(line));
    expect(1 - missed.length / lines.length, missed.join('; ')).toBeGreaterThanOrEqual(least);
  }
});

test('no text keeps the bot reading: the worst of 2,000 characters is far below the time for a response', () => {
  const fill = (unit: (index: number) => string) =>
    Array.from({ length: 1000 }, (_, index) => unit(index))
      .join('')
      .slice(0, 2000);
  const worst = [
    fill((index) => `${'1!|+50$@4'[index % 9]} `),
    fill((index) => `a1!b${index} 1 ! q s x `),
    fill((index) => `a${index}*b p**n#c `),
    fill((index) => `\u202E(a\u0301|x${index}$y\u200Bz*q 少 `),
    fill(() => 'boy nude '),
    fill(() => 'child ox and ass bikini '),
    fill(() => '裸足エロ少女'),
    fill(() => '(a[b'),
    fill(() => ')(:1.1)'),
    `x${'1'.repeat(1998)}`,
    `${'1'.repeat(1998)}x`,
    `girl ${' '.repeat(1990)}12`,
    ' '.repeat(2000),
    `a${'()'.repeat(999)}b`,
    '\u200B'.repeat(2000),
    'a\u0301'.repeat(1000),
  ];
  for (const text of worst) {
    judgePrompt(rules, { prompt: text, negativePrompt: text }, { preset: 'strict', refusedPhrases: [] });
    const start = process.cpuUsage();
    judgePrompt(
      rules,
      { prompt: `${text.slice(0, -1)}x`, negativePrompt: text.slice(1) },
      { preset: 'strict', refusedPhrases: [] },
    );
    const { user, system } = process.cpuUsage(start);
    // Some 50 ms on a slow machine; a backtracking expression would take seconds.
    expect((user + system) / 1000, JSON.stringify(text.slice(0, 40))).toBeLessThan(500);
  }
});
