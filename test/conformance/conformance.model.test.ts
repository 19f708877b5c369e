// All goldens of the oracle fixtures, and proof that a spoiled tensor is noticed. Skipped where the fixtures are absent.

import { chmod, cp, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runConformance } from '../../src/conformance/run-conformance.ts';
import { fixturePath, fixturesNote, hasFixtures } from '../support/fixtures.ts';

const fixtures = fixturePath('');

// Forty seconds on two quiet cores; the limit is for machines that do other things as well.
describe.runIf(hasFixtures)(`the oracle fixtures${fixturesNote}`, { timeout: 900_000 }, () => {
  it('agree with every golden', async () => {
    const { passed, cases } = await runConformance(fixtures);
    expect(cases.filter((result) => !result.passed)).toEqual([]);
    expect(passed).toBe(true);
    expect(cases.length).toBeGreaterThan(1000);
  });

  it('are missed where one number of a network golden is spoiled', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'easel-spoiled-'));
    try {
      await cp(join(fixtures, 'checkpoint'), join(folder, 'checkpoint'), { recursive: true });
      await cp(join(fixtures, 'unet.safetensors'), join(folder, 'unet.safetensors'));
      await chmod(join(folder, 'unet.safetensors'), 0o644);
      const file = await open(join(folder, 'unet.safetensors'), 'r+');
      const { size } = await file.stat();
      await file.write(Buffer.from(Float32Array.of(1e3).buffer), 0, 4, size - 4);
      await file.close();
      const { passed, cases } = await runConformance(folder, { filter: 'unet' });
      expect(passed).toBe(false);
      expect(cases.some((result) => result.passed)).toBe(true);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
