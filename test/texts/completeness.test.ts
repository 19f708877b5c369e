// Whoever adds a text adds it in English; this list shows what the other languages still lack, and it must be empty before a release.

import { describe, expect, test } from 'vitest';
import { auditActions } from '../../src/store/audit.ts';
import { de } from '../../src/texts/de.ts';
import { en } from '../../src/texts/en.ts';
import { es } from '../../src/texts/es.ts';
import { fr } from '../../src/texts/fr.ts';
import { ja } from '../../src/texts/ja.ts';
import { textsIn } from './texts-in.ts';

const english = new Map([...textsIn(en)].map(({ path, value }) => [path, value]));

/** Numbers that stand out in the result, so that a gap that a translation forgot is seen. */
function markedGaps(count: number): number[] {
  return Array.from({ length: count }, (_, index) => 7001 + index);
}

function shownGaps(text: string, gaps: readonly number[]): number[] {
  return gaps.filter((gap) => text.includes(String(gap)));
}

describe.each(Object.entries({ de, fr, es, ja }))('%s', (_language, translation) => {
  const own = new Map([...textsIn(translation)].map(({ path, value }) => [path, value]));

  test('has every text that English has', () => {
    expect([...english.keys()].filter((path) => !own.has(path))).toEqual([]);
  });

  test('has no text that English has not', () => {
    expect([...own.keys()].filter((path) => !english.has(path))).toEqual([]);
  });

  test('has no sentence left in English', () => {
    const sentences = [...own].filter(([, value]) => typeof value === 'string' && value.split(' ').length > 3);
    expect(sentences.filter(([path, value]) => english.get(path) === value)).toEqual([]);
  });

  test('shows the same names and numbers as English does', () => {
    for (const [path, value] of own) {
      const original = english.get(path);
      if (typeof value !== 'function' || typeof original !== 'function') {
        expect(typeof value, path).toBe(typeof original);
        continue;
      }
      const gaps = markedGaps(Math.max(original.length, value.length));
      expect({ path, gaps: shownGaps(value(...gaps), gaps) }).toEqual({
        path,
        gaps: shownGaps(original(...gaps), gaps),
      });
    }
  });
});

test('everything that the audit trail writes down has a name, and as many as Discord suggests at once', () => {
  expect(Object.keys(en.admin.audit.actions).sort()).toEqual([...auditActions].sort());
  expect(auditActions.length).toBeLessThanOrEqual(25);
});
