import { expect, test } from 'vitest';
import { code, plain } from '../../src/discord/message-body.ts';

test('writing that is turned round is shown as it was judged', () => {
  expect(plain('\u202Ereggin\u202C party \u2067x\u2069')).toBe('reggin party x');
  expect(code('\u202Eabc`')).toBe('abcˋ');
});

test('right-to-left writing keeps its letters and marks', () => {
  expect(plain('שלום \u200Fעולם')).toBe('שלום \u200Fעולם');
});
