// docs/threat-model.md names a test for each of its lines; the test is there, under that name.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const page = readFileSync(join(root, 'docs', 'threat-model.md'), 'utf8');
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| who |') && !line.startsWith('| attempt |'));

/** Quotes of any kind in the source: a title may be written with either. */
const titlesOf = (file: string) => readFileSync(join(root, file), 'utf8').replaceAll("\\'", "'");

/** Files with the titles named behind them: `file`: “title” and “title”. */
function namesIn(row: string): { file: string; title: string }[] {
  const named = [...row.matchAll(/`(?<file>test\/[^`]+)`|“(?<title>[^”]+)”/g)];
  let file = '';
  return named.flatMap(({ groups }) => {
    if (groups?.file) file = groups.file;
    return groups?.title ? [{ file, title: groups.title }] : [];
  });
}

describe('the threat model', () => {
  it('has lines, and each of them a test', () => {
    expect(rows.length).toBeGreaterThan(30);
    for (const row of rows) expect(namesIn(row).length, row).toBeGreaterThan(0);
  });

  it.each(rows.flatMap(namesIn))('$file: $title', ({ file, title }) => {
    expect(existsSync(join(root, file)), file).toBe(true);
    expect(titlesOf(file)).toContain(title);
  });
});
