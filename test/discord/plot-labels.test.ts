import { expect, test } from 'vitest';
import { drawable } from '../../src/discord/plot-wish.ts';

test('a label of a sheet keeps its language as far as the letters of dots go', () => {
  expect(drawable('étapes', 'steps')).toBe('etapes');
  expect(drawable('Größe', 'size')).toBe('Grosse');
  expect(drawable('ステップ', 'steps')).toBe('steps');
});
