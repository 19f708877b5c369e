// The short form of `easel prove checker`: the miniature's networks through bot, worker and deliverer.

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse-config.ts';
import { miniatureSource } from '../../src/launcher/resolve-model.ts';
import { proveChecker } from '../../src/proofs/checker.ts';

const isThere = existsSync(miniatureSource().checkpoint);

it.skipIf(!isThere)(
  `nothing is shown without a clean verdict, and a run goes on where it stopped${isThere ? '' : ' (skipped: models/miniature is absent)'}`,
  async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'easel-checker-'));
    try {
      const said: string[] = [];
      const run = () =>
        proveChecker({
          config: parseConfig({ EASEL_DATA_DIR: dataDir, EASEL_PROVIDER: 'cpu' }),
          requests: 1,
          steps: 4,
          out: join(dataDir, 'checker'),
          say: (line) => said.push(line),
        });
      const { sets, shownUnchecked, ...first } = await run();
      expect(shownUnchecked).toBe(0);
      for (const rates of Object.values(sets)) {
        expect(rates.failed).toBe(0);
        expect(rates.posted + rates.withheld + rates.refused).toBe(1);
      }
      const lines = said.length;
      expect(await run(), 'everything is known already').toEqual({ sets, shownUnchecked, ...first });
      expect(said).toHaveLength(lines);
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  },
  300_000,
);
