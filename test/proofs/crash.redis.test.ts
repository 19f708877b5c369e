// The short form of `easel prove crash`.

import { expect, it } from 'vitest';
import { proveCrash } from '../../src/proofs/crash.ts';

it('posts every acknowledged request exactly once through kills of worker, deliverer, bot and Redis', async () => {
  const report = await proveCrash({ jobs: 25, seed: 3, killEveryMs: 1500 });
  expect(report.lost).toEqual([]);
  expect(report.doubled).toEqual([]);
  expect(report.postedOnce).toBe(report.acknowledged);
  expect(Object.values(report.kills).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0);
}, 300_000);
