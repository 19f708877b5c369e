import { readdirSync, readFileSync } from 'node:fs';
import type { RESTPostAPIApplicationCommandsJSONBody } from 'discord-api-types/v10';
import { describe, expect, test } from 'vitest';
import { commands } from '../../commands/index.ts';
import { en } from '../../src/texts/en.ts';
import { textsFor } from '../../src/texts/index.ts';
import { sayFailure } from '../../src/texts/say-failure.ts';
import { testInstallation } from '../support/installation.ts';
import { textsIn } from './texts-in.ts';

const bodies = commands.map((command) => command.toJson(testInstallation));
const locales = ['en-US', 'de', 'fr', 'es-ES', 'es-419', 'ja'] as const;
type Named = Pick<RESTPostAPIApplicationCommandsJSONBody, 'name'> & {
  readonly type?: number;
  readonly description?: string;
  readonly name_localizations?: Readonly<Record<string, string>> | null;
  readonly description_localizations?: Readonly<Record<string, string>> | null;
  readonly options?: readonly Named[];
  readonly choices?: readonly Named[];
};

const isContextMenu = (node: Named) => node.description === undefined;
const nameIn = (node: Named, locale: string) => node.name_localizations?.[locale] ?? node.name;
const descriptionIn = (node: Named, locale: string) =>
  node.description_localizations?.[locale] ?? node.description ?? '';

function* everyNode(nodes: readonly Named[]): Generator<Named> {
  for (const node of nodes) {
    yield node;
    yield* everyNode(node.options ?? []);
  }
}

describe.each(locales)('in %s', (locale) => {
  // https://discord.com/developers/docs/interactions/application-commands#application-command-object-application-command-naming
  const pattern = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;

  test('names of commands and options are what Discord takes: 1 to 32 letters, in lower case', () => {
    for (const node of everyNode(bodies as readonly Named[])) {
      const name = nameIn(node, locale);
      if (isContextMenu(node)) expect(name).toMatch(/^.{1,32}$/u);
      else {
        expect(name).toMatch(pattern);
        expect(name).toBe(name.toLowerCase());
      }
    }
  });

  test('descriptions have 1 to 100 characters, choices at most 100', () => {
    for (const node of everyNode(bodies as readonly Named[])) {
      if (!isContextMenu(node)) expect(descriptionIn(node, locale), node.name).toMatch(/^.{1,100}$/u);
      for (const choice of node.choices ?? []) expect(nameIn(choice, locale), node.name).toMatch(/^.{1,100}$/u);
    }
  });

  test('no two commands, nor two options or choices of one command, have the same name', () => {
    const lists = [...everyNode(bodies as readonly Named[])].flatMap((node) => [
      node.options ?? [],
      node.choices ?? [],
    ]);
    for (const list of [bodies as readonly Named[], ...lists]) {
      const names = list.map((node) => `${isContextMenu(node) ? 'menu' : ''} ${nameIn(node, locale)}`);
      expect(names).toEqual([...new Set(names)]);
    }
  });

  test('labels of buttons have at most 34 characters, so that telephones show them whole', () => {
    for (const { path, value } of textsIn(textsFor(locale))) {
      if (typeof value === 'string' && path.startsWith('buttons.')) expect(value, path).toMatch(/^.{1,34}$/u);
    }
  });

  test('commands that a text speaks of are there under that name', () => {
    const known = new Set((bodies as readonly Named[]).map((body) => nameIn(body, locale)));
    for (const { path, value } of textsIn(textsFor(locale))) {
      const text = typeof value === 'function' ? value('a', 'b', 'c', 'd') : value.toString();
      for (const [, name] of text.matchAll(/(?<![\p{L}\p{N}<*_)/:.])\/([\p{L}-]+)/gu)) {
        expect(known, `${path}: ${text}`).toContain(name);
      }
    }
  });

  test('no text is longer than a message may be', () => {
    for (const { path, value } of textsIn(textsFor(locale))) {
      if (typeof value === 'string') expect(value.length, path).toBeLessThanOrEqual(2000);
    }
  });
});

describe('sentences about failures', () => {
  function* sources(folder: URL): Generator<string> {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) yield* sources(new URL(`${entry.name}/`, folder));
      else if (entry.name.endsWith('.ts')) yield readFileSync(new URL(entry.name, folder), 'utf8');
    }
  }

  test('are in the catalogue, all of them, word for word', () => {
    const known = new Set<string>(Object.values(en.failures));
    const said = ['src/', 'workers/', 'commands/'].flatMap((folder) =>
      [...sources(new URL(`../../${folder}`, import.meta.url))].flatMap((source) =>
        [...source.matchAll(/userMessage:\s*(?:'([^']+)'|"([^"]+)")/g)].map((match) => match[1] ?? match[2] ?? ''),
      ),
    );
    expect(said.length).toBeGreaterThan(5);
    expect(said.filter((sentence) => !known.has(sentence))).toEqual([]);
  });

  test('reach the member in the language of the request', () => {
    const german = textsFor('de');
    expect(sayFailure(german, en.failures.notChecked)).toBe(german.failures.notChecked);
    expect(german.failures.notChecked).not.toBe(en.failures.notChecked);
    expect(sayFailure(german, 'Something made up.')).toBe('Something made up.');
  });
});
