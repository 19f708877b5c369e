// How the shipped list fares on phrases that look risky and are not, and on such as must be refused: docs/evidence/filter.md has the rates.
// The unseen lists were written after the last change to the filter and must not be tuned against: a change of the filter brings new ones.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { judgePrompt } from '../../src/moderation/judge-prompt.ts';
import { rules } from '../../src/moderation/rules/index.ts';

const linesOf = (name: string) =>
  readFileSync(new URL(name, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '');
const refuses = (preset: 'standard' | 'strict') => (prompt: string) =>
  judgePrompt(rules, { prompt, negativePrompt: '' }, { preset, refusedPhrases: [] }) !== null;

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
