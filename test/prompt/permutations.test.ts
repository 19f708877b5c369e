import { describe, expect, it } from 'vitest';
import { permutationsOf } from '../../src/prompt/permutations.ts';

describe('permutations', () => {
  it.each([
    ['a house', ['a house']],
    ['{red, blue} house', ['red house', 'blue house']],
    ['a {red, blue} {house, boat}', ['a red house', 'a red boat', 'a blue house', 'a blue boat']],
    ['a {red, {dark, light} blue} house', ['a red house', 'a dark blue house', 'a light blue house']],
    ['a {small\\, red, blue} house', ['a small, red house', 'a blue house']],
    ['a {house} by the sea', ['a {house} by the sea']],
    ['a {house by the sea, today', ['a {house by the sea, today']],
    ['a house --ar {3:2, 1:1}', ['a house --ar 3:2', 'a house --ar 1:1']],
    ['a {big, } house', ['a big house', 'a  house']],
    ['{a {b}, c} d', ['a {b} d', 'c d']],
    ['a } b, c', ['a } b, c']],
  ])('%j', (text, texts) => {
    expect(permutationsOf(text, 10)).toEqual({ count: texts.length, texts });
  });

  it('counts without writing out what nobody would pay for', () => {
    const started = performance.now();
    const found = permutationsOf('{a,b}'.repeat(300), 10);
    expect(found.count).toBeGreaterThan(1e80);
    expect(found.texts).toEqual([]);
    for (const hostile of [
      '{'.repeat(2000),
      '{,'.repeat(1000),
      `${'{a,'.repeat(600)}${'}'.repeat(600)}`,
      '}'.repeat(2000),
    ])
      permutationsOf(hostile, 10);
    expect(performance.now() - started).toBeLessThan(300);
  });
});
