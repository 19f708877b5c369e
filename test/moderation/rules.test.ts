import { describe, expect, test } from 'vitest';
import { defaultFilter } from '../../src/moderation/default-filter.ts';
import { judgePrompt } from '../../src/moderation/judge-prompt.ts';
import type { RuleSettings } from '../../src/moderation/rule.ts';
import { rules, rulesWith } from '../../src/moderation/rules/index.ts';

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

  test.each([
    'picture 1011',
    'screen of binary digits 1011 0101 1100',
    'binary 1 0 1 1 0 1',
    'a kid with 455 balloons',
    'a 1000 year old marble statue, nude goddess',
    'a naked tree, 10000 years old, bristlecone pine',
    'a 455 cubic inch engine of 1969',
    'Intel 8008 chip, macro',
    'a 300 year old wooden door',
    'a 12 year old Volvo, rusty',
    'an 8 year old laptop on a desk',
    'a 16 year old oak in a field',
    'whisky aged 15 years in a barrel',
    'cheese aged 12 months',
    'Paris in 1900, gas lamps',
    'the 1950s diner, neon, 35mm film',
    'an 80s synthwave sunset, 4k',
    '90s cartoon, 8k, 60fps',
    'New York 2077',
    'the year 1011, monks copying a book',
    'temple of 500 BC, 30th century ruins',
    'size 512x768',
    'poster 24x36 inches',
    'a 6ft sailor and a 5ft anchor',
    'a $455 guitar in a shop window',
    'tickets for 20€ and 455$',
    'route 66, mile 101',
    'flight 747 over 1110 clouds',
    'a dozen of 12 eggs, 3 broken',
    '3d render of 100+ cubes',
    '4 5 5 and 1 0 1 1 written on a wall',
    '1st, 2nd, 3rd and 10th place',
    'aperture f/1.8, ISO 1600, 50mm, 1/500s',
    'a house (blue:1.2) with 10 windows',
    'a 1969 car, 455hp',
    'a 10lb dumbbell of 1011 grams',
    'number 69 on a race car',
    'departure 10:11 on platform 0101',
    'a chess game, move 14, 1851',
    'a 2 storey house of 1455',
  ])('numbers are numbers: %j passes under every preset', (prompt) => {
    expect(judge(prompt, standard)).toBe('passes');
    // The strict list knows "nude" and "naked", whatever the numbers.
    expect(judge(prompt.replace(/nude |naked /, ''), strict)).toBe('passes');
  });

  test.each([
    ['10li', standard, 'minors'],
    ['lo1i', standard, 'minors'],
    ['101i', standard, 'minors'],
    ['1 0 l i', standard, 'minors'],
    ['ｌ０ｌｉ', standard, 'minors'],
    ['a t33n, nud3', standard, 'minors'],
    ['a kid and 80085', standard, 'minors'],
    ['8 0 0 8 5', strict, 'refused-words'],
    ['80085', strict, 'refused-words'],
    ['a 9yo, s3xy', standard, 'minors'],
    ['a 9 year old girl, s3xy', standard, 'minors'],
    ['7 yrs, n4ked', standard, 'minors'],
    ['12yearold, 53x', standard, 'minors'],
    ['p0rn', standard, 'refused-words'],
    ['p0rn0', standard, 'refused-words'],
    ['a55', strict, 'refused-words'],
    ['@55', strict, 'refused-words'],
    ['4$$', strict, 'refused-words'],
    ['71t5', strict, 'refused-words'],
    ['t1t5', strict, 'refused-words'],
    ['d1ck', strict, 'refused-words'],
    ['$3xy', strict, 'refused-words'],
    ['rule 34', standard, 'refused-words'],
    ['r34', standard, 'refused-words'],
  ])('digits for letters are still read: %j', (prompt, settings, verdict) => {
    expect(judge(prompt, settings)).toBe(verdict);
  });

  test.each([
    'assist, assassin, class, brass, grass, passage, harassment training, embarrassed, bass guitar, ambassador, cassette',
    'Scunthorpe, Penistone, Lightwater, Clitheroe, Essex, Sussex, Middlesex, Arsenal',
    'cocktail, peacock, cockpit, hancock, cockatoo, shuttlecock, dickens, moby dicke, titan, titular, constitution',
    'grape, drape, therapist, scrape, parapet, trapeze, skyscraper',
    'analysis, canal, banality, sextant, sextet, unisex, sussexes, cumulus cloud, cucumber, document',
    'chinchilla, spice, spicy, kitchen, nightingale, niger, nigeria, montenegro, snigger, kites',
    'shitake, shiitake, hitchhiker, bushel, murderer mystery set, bloodhound, bloodline, bloodstone, shooting star',
  ])('words that only contain bad ones pass: %.40j', (prompt) => {
    const words = prompt.split(', ');
    expect(words.filter((word) => judge(word, strict) !== 'passes')).toEqual([]);
  });

  test('every phrase of the shipped list is refused under its preset, in capitals and with letters apart too', () => {
    for (const { from, phrases, onlyInPrompt = [] } of defaultFilter) {
      const settings = from === 'strict' ? strict : standard;
      for (const phrase of [...phrases, ...onlyInPrompt]) {
        for (const text of [phrase, `the ${phrase.toUpperCase()}!`, `a ${phrase}, oil on canvas`]) {
          expect({ text, verdict: judge(text, settings) }).not.toMatchObject({ verdict: 'passes' });
        }
        if (from === 'strict')
          expect({ phrase, verdict: judge(phrase, standard) }).toMatchObject({ verdict: 'passes' });
      }
    }
  });

  test.each([
    ['a house', 'blurry, lowres', 'passes'],
    ['a house', 'porn', 'refused-words'],
    // What people write to keep it away does not count in the negative prompt, and neither does the floor's pairing.
    ['a house', 'nsfw, nude, naked, topless, gore, blood, bloody, text, watermark', 'passes'],
    ['a cat', 'nsfw, nude, child, deformed hands', 'passes'],
    ['a child in a garden', 'nude, sexy, nsfw', 'passes'],
    // A term that means it by itself does, and so does the wish said the other way round.
    ['anime knight', 'nsfw, loli', 'minors'],
    ['nude woman', 'adult, mature', 'minors'],
    ['sexy woman in a bikini', 'grown-up', 'minors'],
    ['a woman in a garden', 'adult, mature', 'passes'],
    ['nude woman', 'adult content', 'passes'],
    ['a child, standing', 'clothes', 'minors'],
    ['a child, standing', 'modern clothes', 'passes'],
    ['a baby penguin', 'clothes', 'passes'],
  ])('prompt %j, negative prompt %j: %s', (prompt, negative, verdict) => {
    for (const settings of [standard, strict]) {
      const isNude = /nude|sexy/.test(prompt) && verdict === 'passes';
      expect(judge(prompt, isNude ? standard : settings, negative)).toBe(verdict);
    }
  });

  test('a server’s own phrases count in both fields', () => {
    expect(judge('a house', server, 'pineapple pizza')).toBe('refused-words');
    expect(judge('a house', server, 'pine()apple  PIZZA')).toBe('refused-words');
  });

  test('an operator’s own list counts in both fields, but for what it says is for the prompt only', () => {
    const own = rulesWith([{ category: 'own', from: 'standard', phrases: ['gore'], onlyInPrompt: ['nude'] }]);
    const judgeOwn = (prompt: string, negativePrompt: string) =>
      judgePrompt(own, { prompt, negativePrompt }, standard)?.matched ?? 'passes';
    expect(judgeOwn('a house', 'gore')).toBe('gore');
    expect(judgeOwn('nude', '')).toBe('nude');
    expect(judgeOwn('a house', 'nude')).toBe('passes');
  });

  test('the floor comes before every other rule', () => {
    expect(judge('child porn discord.gg/abcdef')).toBe('minors');
  });

  test('every rule has an id of its own', () => {
    expect(new Set(rules.map((rule) => rule.id)).size).toBe(rules.length);
  });
});
