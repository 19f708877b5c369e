import type { APIEmbed } from 'discord-api-types/v10';
import { describe, expect, test } from 'vitest';
import { code, plain, quiet } from '../../src/discord/message-body.ts';
import { createRandom } from '../../src/proofs/random.ts';

/** What Discord counts. */
const texts = ({ title, description, footer, fields = [] }: APIEmbed) =>
  [title, description, footer?.text, ...fields.flatMap(({ name, value }) => [name, value])].filter(
    (text) => text !== undefined,
  );
const total = (embeds: readonly APIEmbed[]) => embeds.flatMap(texts).reduce((sum, text) => sum + text.length, 0);
const fitted = (embeds: APIEmbed[]) => quiet({ embeds }).embeds ?? [];
const words = (length: number, letter = 'w') => letter.repeat(length);

describe('the embeds of a message', () => {
  test('stay within every limit of Discord, whatever is put into them', () => {
    const random = createRandom(6000);
    const upTo = (most: number) => 1 + random.below(most);
    for (let round = 0; round < 500; round += 1) {
      const embeds = Array.from(
        { length: upTo(12) },
        (): APIEmbed => ({
          ...(random.next() < 0.8 ? { title: words(upTo(300)) } : {}),
          ...(random.next() < 0.8 ? { description: words(upTo(5000), random.next() < 0.2 ? '🖼️' : 'd') } : {}),
          ...(random.next() < 0.5 ? { footer: { text: words(upTo(2500)) } } : {}),
          fields: Array.from({ length: upTo(30) }, () => ({ name: words(upTo(300)), value: words(upTo(1200), 'v') })),
        }),
      );
      const sent = fitted(embeds);
      expect(total(sent)).toBeLessThanOrEqual(6000);
      expect(sent.length).toBe(Math.min(10, embeds.length));
      for (const { title = '-', description = '-', footer, fields = [] } of sent) {
        expect(title.length).toBeLessThanOrEqual(256);
        expect(description.length).toBeLessThanOrEqual(4096);
        expect(footer?.text.length ?? 0).toBeLessThanOrEqual(2048);
        expect(fields.length).toBeLessThanOrEqual(25);
        for (const { name, value } of fields) {
          expect([name.length > 0, name.length <= 256]).toEqual([true, true]);
          expect([value.length > 0, value.length <= 1024]).toEqual([true, true]);
        }
      }
    }
  });

  test('are as they were where they fit', () => {
    const embeds = [
      { title: 'a', description: words(4096), color: 7, fields: [{ name: 'b', value: words(1024), inline: true }] },
      { title: words(256), footer: { text: words(600) } },
    ];
    expect(total(embeds)).toBeLessThan(6000);
    expect(fitted(embeds)).toEqual(embeds);
  });

  test('give of what is longest, so that titles, names and short fields stay', () => {
    const short = { name: 'Seed', value: '4294967295', inline: true };
    const embeds = [4096, 3000, 200].map((length) => ({ title: 'Card', description: words(length), fields: [short] }));
    const [long, also, brief] = fitted(embeds);
    expect(total([long!, also!, brief!])).toBe(6000);
    expect(long?.description?.length).toBe(also?.description?.length);
    expect([long?.title, long?.fields]).toEqual(['Card', [short]]);
    expect(brief).toEqual(embeds[2]);
  });

  test('end a code block that was cut', () => {
    const block = (length: number) => `Copy:\n\`\`\`\n${words(length)}\n\`\`\``;
    for (const length of [100, 4082, 4083, 4084, 4200, 9000]) {
      const [card] = fitted([{ description: block(length) }]);
      expect(card?.description).toMatch(/^Copy:\n```\nw+…?\n```$/);
      expect(card?.description?.length).toBe(Math.min(4096, block(length).length));
    }
  });
});

test('writing that is turned round is shown as it was judged', () => {
  expect(plain('\u202Ereggin\u202C party \u2067x\u2069')).toBe('reggin party x');
  expect(code('\u202Eabc`')).toBe('abcˋ');
});

test('right-to-left writing keeps its letters and marks', () => {
  expect(plain('שלום \u200Fעולם')).toBe('שלום \u200Fעולם');
});
