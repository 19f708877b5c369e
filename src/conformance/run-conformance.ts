// Runs every area over a fixture folder and accounts for every file in it.

import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { EaselError } from '../errors.ts';
import type { AreaContext, CaseResult } from './area.ts';
import { exact } from './area.ts';
import { areas } from './areas/index.ts';
import { makeFixtureModels } from './fixture-models.ts';

export interface ConformanceOptions {
  /** Where to unpack and import; a folder is made inside and removed afterwards. Default: the system's temporary folder. */
  readonly scratchDir?: string;
  /** Called with one line per case as it is measured. */
  readonly onLine?: (line: string) => void;
  /** Runs only the areas whose name contains this; then files that no area claimed are not reported. */
  readonly filter?: string;
  readonly signal?: AbortSignal;
}

export interface ConformanceReport {
  readonly passed: boolean;
  readonly cases: readonly CaseResult[];
  readonly failures: number;
}

/** Throws EaselError `bad-request` where there is no such folder, `cancelled` when the signal fires. */
export async function runConformance(
  fixturesDir: string,
  options: ConformanceOptions = {},
): Promise<ConformanceReport> {
  const { onLine = () => {}, filter, signal } = options;
  const files = await listFiles(fixturesDir);
  const scratchDir = await mkdtemp(join(options.scratchDir ?? tmpdir(), 'easel-conformance-'));
  const claimed = new Set<string>(['README.md']);
  const context: AreaContext = {
    fixturesDir,
    scratchDir,
    files,
    claim: (path) => claimed.add(path),
    models: makeFixtureModels(fixturesDir, scratchDir, files),
  };
  const cases: CaseResult[] = [];
  const report = (result: CaseResult) => {
    cases.push(result);
    onLine(formatCase(result));
  };
  try {
    for (const area of areas.filter(({ name }) => filter === undefined || name.includes(filter))) {
      try {
        for await (const result of area.run(context)) {
          report(result);
          if (signal?.aborted) throw new EaselError('cancelled', 'The conformance run was cancelled');
        }
      } catch (error) {
        if (error instanceof EaselError && error.code === 'cancelled') throw error;
        // A golden that cannot even be read is a failure of its area, not the end of the run.
        report(
          exact(
            area.name,
            'the whole area',
            false,
            error instanceof Error ? error.message.split('\n')[0] : String(error),
          ),
        );
      }
    }
  } finally {
    await rm(scratchDir, { recursive: true, force: true });
  }
  if (filter === undefined) {
    for (const file of files) if (!claimed.has(file)) report(exact('files', file, false, 'no check knows this file'));
  }
  const failures = cases.filter(({ passed }) => !passed).length;
  const empty = cases.length === 0;
  onLine(empty ? 'No goldens were found.' : `${cases.length} cases, ${failures} failed.`);
  return { passed: failures === 0 && !empty, cases, failures };
}

/** `pass  unet  case0 [1,4,8,8] t=1  5.5e-7 <= 1e-4 abs`. */
export function formatCase({ area, name, error, tolerance, unit, passed, note }: CaseResult): string {
  const number = (value: number) => (value === 0 || !Number.isFinite(value) ? String(value) : value.toExponential(2));
  const what =
    unit === 'exact'
      ? passed
        ? 'equal'
        : 'different'
      : `${number(error)} ${passed ? '<=' : '>'} ${number(tolerance)} ${unit}`;
  return [
    passed ? 'pass' : 'FAIL',
    area.padEnd(15),
    name.padEnd(58),
    what,
    ...(note === undefined ? [] : [`(${note})`]),
  ].join('  ');
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    throw new EaselError('bad-request', `Expected a folder of fixtures but ${folder} could not be read`, { cause });
  });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}
