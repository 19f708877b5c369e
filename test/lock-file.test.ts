import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Entry {
  version?: string;
  resolved?: string;
  optionalDependencies?: Record<string, string>;
}

const lock = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')) as {
  packages: Record<string, Entry>;
};

describe('package-lock.json', () => {
  it('records no download addresses', () => {
    expect(Object.entries(lock.packages).filter(([, entry]) => entry.resolved !== undefined)).toEqual([]);
  });

  it('has an entry for every platform of its tools, so that npm ci works on all of them (npm run lock repairs it)', () => {
    const missing = Object.entries(lock.packages).flatMap(([path, entry]) =>
      Object.keys(entry.optionalDependencies ?? {})
        .filter(
          (name) =>
            name.startsWith('@biomejs/') ||
            name.startsWith('@esbuild/') ||
            name.startsWith('@img/') ||
            name.startsWith('@typescript/'),
        )
        .filter((name) => !lock.packages[`node_modules/${name}`] && !lock.packages[`${path}/node_modules/${name}`]),
    );
    expect(missing).toEqual([]);
  });
});
