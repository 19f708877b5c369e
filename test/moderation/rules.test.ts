import { describe, expect, test } from 'vitest';
import { judgePrompt } from '../../src/moderation/judge-prompt.ts';
import type { RuleSettings } from '../../src/moderation/rule.ts';
import { rules } from '../../src/moderation/rules/index.ts';

const standard: RuleSettings = { preset: 'standard', refusedPhrases: [] };
const strict: RuleSettings = { preset: 'strict', refusedPhrases: [] };
const server: RuleSettings = { preset: 'standard', refusedPhrases: ['pineapple pizza'] };

const judge = (prompt: string, settings = standard, negativePrompt = '') =>
  judgePrompt(rules, { prompt, negativePrompt }, settings)?.ruleId ?? 'passes';

describe('prompts and verdicts, near misses included', () => {
  test.each([
    // words that only look like bad ones
    ['an assistant shows the assembly of a classic brass compass', strict, 'passes'],
    ['assist the grandmaster of Scunthorpe', strict, 'passes'],
    ['Scunthorpe cockpit, Dickens in Sussex, a grape harvest', strict, 'passes'],
    ['a therapist drapes a scraped canvas', standard, 'passes'],
    ['a peacock and a cocktail in Essex', strict, 'passes'],
    ['a marble statue of a nude woman', standard, 'passes'],
    ['a marble statue of a nude woman', strict, 'refused-words'],
    // words of the list, and what people do to them
    ['porn', standard, 'refused-words'],
    ['PORN star', standard, 'refused-words'],
    ['p0rn', standard, 'refused-words'],
    ['p o r n', standard, 'refused-words'],
    ['p.o.r.n', standard, 'refused-words'],
    ['p\u200Bo\u200Brn', standard, 'refused-words'],
    ['pоrn with a Cyrillic o', standard, 'refused-words'],
    ['ｐｏｒｎ in full width', standard, 'refused-words'],
    ['𝓹𝓸𝓻𝓷 in script letters', standard, 'refused-words'],
    ['pörń', standard, 'refused-words'],
    ['pooooorn', standard, 'refused-words'],
    ['fuuuuck this', standard, 'refused-words'],
    ['a b c of the alphabet', strict, 'passes'],
    ['having sex on a beach', standard, 'refused-words'],
    ['having a sextant', standard, 'passes'],
    // the server's own list
    ['a PINEAPPLE  pizza', server, 'refused-words'],
    ['a pineapple next to a pizza', server, 'passes'],
    // invite links
    ['join discord.gg/abcdef now', standard, 'invite-link'],
    ['join discord . gg / abcdef', standard, 'invite-link'],
    ['https://discord.com/invite/abc', standard, 'invite-link'],
    ['a discord of colours', standard, 'passes'],
    // form
    ['   ', standard, 'length'],
    ['x'.repeat(2001), standard, 'length'],
    ['x '.repeat(1000), standard, 'passes'],
  ])('%.40j under %o: %s', (prompt, settings, verdict) => {
    expect(judge(prompt, settings)).toBe(verdict);
  });

  test.each([
    ['a child building a sandcastle', 'passes'],
    ['family portrait with a baby', 'passes'],
    ['a nude child', 'minors'],
    ['nude, 12 year old', 'minors'],
    ['sexy 16yo', 'minors'],
    ['l0li', 'minors'],
    ['erotic picture, aged fifteen', 'minors'],
    ['a s e x y teenager', 'minors'],
    ['a sexy 25 year old woman', 'passes'],
    ['the 12 apostles, naked ceiling figures', 'passes'],
    ['a kid eating chicken breast', 'passes'],
  ])('the floor: %j %s', (prompt, verdict) => {
    expect(judge(prompt)).toBe(verdict);
  });

  test('the negative prompt is judged like the prompt', () => {
    expect(judge('a house', standard, 'porn')).toBe('refused-words');
    expect(judge('a house', standard, 'blurry, lowres')).toBe('passes');
  });

  test('the floor comes before every other rule', () => {
    expect(judge('child porn discord.gg/abcdef')).toBe('minors');
  });

  test('every rule has an id of its own', () => {
    expect(new Set(rules.map((rule) => rule.id)).size).toBe(rules.length);
  });
});
