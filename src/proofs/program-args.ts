// How a proof or a test starts Easel in a process of its own.

import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../launcher/package-root.ts';

function newest(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => /\.(ts|json)$/.test(entry.name))
    .reduce((time, entry) => Math.max(time, statSync(join(entry.parentPath, entry.name)).mtimeMs), 0);
}

/** As scripts/bootstrap.mjs asks before it builds. */
function isBuilt(root: string): boolean {
  const stamp = join(root, 'dist', '.built');
  if (!existsSync(stamp)) return false;
  return (
    statSync(stamp).mtimeMs > Math.max(...['src', 'commands', 'workers'].map((folder) => newest(join(root, folder))))
  );
}

/**
 * Node's arguments before the subcommand: the build, where there is one that is newer than every source (`npm test` makes it; a process starts
 * in half the time), and the sources through tsx otherwise.
 */
export function programArgs(): string[] {
  const root = packageRoot();
  return import.meta.url.endsWith('.ts') && !isBuilt(root)
    ? ['--import', 'tsx', join(root, 'src', 'main.ts')]
    : [join(root, 'dist', 'src', 'main.js')];
}
