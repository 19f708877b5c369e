// The runner itself, on goldens small enough to live here: it passes what is right and fails what is spoiled, unknown or unreadable.

import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runConformance } from '../../src/conformance/run-conformance.ts';

const goldens = fileURLToPath(new URL('../golden/conformance/', import.meta.url));
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'easel-goldens-'));
  await cp(goldens, folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Names of the failed cases. */
async function failed(): Promise<string[]> {
  const report = await runConformance(folder, { scratchDir: folder });
  expect(report.failures).toBe(report.cases.filter(({ passed }) => !passed).length);
  expect(report.passed).toBe(report.failures === 0);
  return report.cases.filter(({ passed }) => !passed).map(({ area, name }) => `${area}: ${name}`);
}

async function edit(file: string, change: (text: string) => string): Promise<void> {
  const path = join(folder, file);
  const text = await readFile(path, 'utf8');
  expect(change(text)).not.toBe(text);
  await writeFile(path, change(text));
}

describe('the conformance run', () => {
  it('passes goldens that are right, with one line each and a summary', async () => {
    const lines: string[] = [];
    const report = await runConformance(folder, { onLine: (line) => lines.push(line) });
    expect(report.passed).toBe(true);
    expect(lines).toHaveLength(report.cases.length + 1);
    expect(lines[0]).toMatch(/^pass {2}torch-randn .* <= 1\.00e-5 abs$/);
    expect(lines.at(-1)).toBe(`${report.cases.length} cases, 0 failed.`);
  });

  it('fails a golden whose number was spoiled, and only that', async () => {
    await edit('torch-randn.json', (text) => text.replace('-1.1258398294448853', '-1.1258598294448853'));
    expect(await failed()).toEqual(['torch-randn: seed 0 [1,4,2,2] first']);
  });

  it('fails a spoiled trajectory', async () => {
    await edit('schedulers.json', (text) =>
      text.replace(/("final":\[)([\d.]+)/, (_, head, first) => head + (Number(first) + 0.01)),
    );
    expect((await failed()).every((name) => name.endsWith('final'))).toBe(true);
  });

  it('fails a file that no check knows', async () => {
    await writeFile(join(folder, 'new-goldens.json'), '{}');
    expect(await failed()).toEqual(['files: new-goldens.json']);
  });

  it('fails a number that no check knows', async () => {
    await edit('torch-randn.json', (text) => text.replace('"seed"', '"third":[1],"seed"'));
    expect(await failed()).toEqual(['torch-randn: the whole area']);
  });

  it('fails a scheduler setting it has no equal for', async () => {
    await edit('schedulers.json', (text) => text.replace('"use_karras_sigmas":true', '"use_lu_lambdas":true'));
    expect(await failed()).toEqual(['schedulers: dpmpp_2m_karras']);
  });

  it('fails a file that cannot be read, and goes on with the rest', async () => {
    await edit('torch-randn.json', (text) => text.slice(0, 50));
    const names = await failed();
    expect(names).toEqual(['torch-randn: the whole area']);
  });

  it('does not pass an empty folder', async () => {
    await Promise.all(['torch-randn.json', 'schedulers.json'].map((file) => rm(join(folder, file))));
    expect((await runConformance(folder)).passed).toBe(false);
  });

  it('refuses a folder that is not there', async () => {
    await expect(runConformance(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'bad-request' });
  });

  it('runs one area when asked', async () => {
    const { cases } = await runConformance(folder, { filter: 'randn' });
    expect(new Set(cases.map(({ area }) => area))).toEqual(new Set(['torch-randn']));
  });
});
