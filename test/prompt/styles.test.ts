import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultStyles } from '../../src/prompt/default-styles.ts';
import { findStyle, readStyles, stylesIn, stylesSchema, suggestStyles, withStyle } from '../../src/prompt/styles.ts';
import { textsFor } from '../../src/texts/index.ts';

describe('the styles everybody gets', () => {
  it('keep the shape that an operator must keep, each under a name of its own', () => {
    expect(stylesSchema.parse(defaultStyles)).toEqual(defaultStyles);
    for (const style of defaultStyles) expect(findStyle(defaultStyles, style.name)).toBe(style);
  });

  it('are described in each language, in English by the same words as among the texts', () => {
    const described = Object.fromEntries(defaultStyles.map(({ name, description }) => [name, description]));
    expect(textsFor('en-US').styles).toEqual(described);
    for (const locale of ['de', 'fr', 'es-419', 'ja'])
      for (const { name, description } of stylesIn(defaultStyles, locale, textsFor(locale).styles)) {
        expect(description).not.toBe(described[name]);
        expect(description.length).toBeLessThanOrEqual(80);
      }
  });

  it('are found however the name is written', () => {
    for (const name of ['Pixel art', 'pixel-art', 'PIXELART'])
      expect(findStyle(defaultStyles, name)?.name).toBe('Pixel art');
    expect(findStyle(defaultStyles, 'no such')).toBeNull();
  });

  it('are suggested by name first, then by description', () => {
    expect(
      suggestStyles(defaultStyles, 'po', 25)
        .map((style) => style.name)
        .slice(0, 2),
    ).toEqual(['Portrait', 'Poster']);
    expect(suggestStyles(defaultStyles, 'neon', 25).map((style) => style.name)).toContain('Cyberpunk');
    expect(suggestStyles(defaultStyles, '', 25)).toHaveLength(25);
  });
});

describe('withStyle', () => {
  const style = { name: 'x', description: 'x', prompt: 'etching of {prompt}, fine', negative: 'photo' };
  it('puts the words where the style says, letter by letter', () => {
    expect(withStyle({ prompt: 'a $& house', negativePrompt: 'people' }, style)).toEqual({
      prompt: 'etching of a $& house, fine',
      negativePrompt: 'people, photo',
    });
  });
  it('follows the words where it says nothing', () => {
    expect(withStyle({ prompt: 'a house', negativePrompt: '' }, { ...style, prompt: 'etching', negative: '' })).toEqual(
      {
        prompt: 'a house, etching',
        negativePrompt: '',
      },
    );
  });
});

describe('a style of the operator', () => {
  const style = { name: 'Photo', description: 'As ours', prompt: '', negative: '' };
  const said = (one: typeof style & { descriptions?: Record<string, string> }, locale: string) =>
    stylesIn([one], locale, textsFor(locale).styles)[0]?.description;
  it('is described by the file, in the language that the file has, never by the words of the one it replaces', () => {
    const own = { ...style, descriptions: { de: 'Wie unsere', es: 'Como las nuestras' } };
    expect(['de', 'es-ES', 'fr', 'en-US'].map((locale) => said(own, locale))).toEqual([
      'Wie unsere',
      'Como las nuestras',
      'As ours',
      'As ours',
    ]);
    expect(said(style, 'de')).toBe('As ours');
  });
});

describe("the operator's file", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'easel-styles-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  const written = async (content: unknown) => {
    const path = join(folder, `${Math.random()}.json`);
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  };

  it('adds styles and replaces those of the same name', async () => {
    const styles = await readStyles(
      await written([
        { name: 'House', description: 'Ours', prompt: '{prompt}, our house style' },
        { name: 'photo', description: 'Other', prompt: 'snapshot' },
      ]),
    );
    expect(styles).toHaveLength(defaultStyles.length + 1);
    expect(findStyle(styles, 'house')?.negative).toBe('');
    expect(findStyle(styles, 'Photo')?.prompt).toBe('snapshot');
  });

  it.each([
    ['not JSON', '{'],
    ['a wrong key', [{ name: 'a', description: 'b', promt: 'c' }]],
    [
      'the same name twice',
      [
        { name: 'a b', description: 'b' },
        { name: 'A-B', description: 'c' },
      ],
    ],
  ])('is refused by its path: %s', async (_what, content) => {
    const path = await written(content);
    await expect(readStyles(path)).rejects.toThrow(path);
  });
});
