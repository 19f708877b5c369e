// Documents name variables, scripts and commands; each must exist.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { cliCommands } from '../../src/cli/index.ts';
import { configSchema } from '../../src/config/schema.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const skipped = new Set(['node_modules', 'dist', 'data', '.git', 'shared']);

function pages(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    if (skipped.has(name)) return [];
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return pages(path);
    return name.endsWith('.md') ? [path] : [];
  });
}

/** What a pattern's first group finds in all pages, with the page. */
function named(pattern: RegExp): { page: string; name: string }[] {
  return pages(root).flatMap((page) =>
    [...readFileSync(page, 'utf8').matchAll(pattern)].map(([, name = '']) => ({ page: relative(root, page), name })),
  );
}

function strangers(found: readonly { page: string; name: string }[], known: ReadonlySet<string>): string[] {
  return found.filter(({ name }) => !known.has(name)).map(({ page, name }) => `${page}: ${name}`);
}

describe('the documents name only', () => {
  it('variables that the configuration knows', () => {
    const found = named(/\b((?:EASEL|DISCORD|OTEL)_[A-Z0-9_]*[A-Z0-9])\b/g).filter(
      // Gone by decision, and told so.
      ({ page, name }) => !(page.startsWith('docs/decisions/') && !(name in configSchema.shape)),
    );
    expect(found.length).toBeGreaterThan(20);
    expect(strangers(found, new Set(Object.keys(configSchema.shape)))).toEqual([]);
  });

  it('npm scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };
    const found = named(/\bnpm run ([a-z:]+)/g);
    expect(found.length).toBeGreaterThan(5);
    expect(strangers(found, new Set(Object.keys(scripts)))).toEqual([]);
  });

  it('subcommands that exist', () => {
    const found = named(/\b(?:npm run easel --|`easel) ([a-z]+)/g);
    expect(found.length).toBeGreaterThan(10);
    expect(strangers(found, new Set(cliCommands.map(({ name }) => name)))).toEqual([]);
  });
});
