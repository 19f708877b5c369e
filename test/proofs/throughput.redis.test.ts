// The short form of `easel prove throughput`.

import { expect, it } from 'vitest';
import { proveThroughput } from '../../src/proofs/throughput.ts';

it('two workers do twice the work of one, and Redis is far from its limits', async () => {
  const report = await proveThroughput({ workers: [1, 2], jobsPerWorker: 4, steps: 20, stepMs: 100, ceilingJobs: 60 });
  expect(report.runs.map(({ workers, jobs }) => [workers, jobs])).toEqual([
    [1, 4],
    [2, 8],
  ]);
  // The long form holds 5 %; eight jobs are too few for that on a busy machine.
  expect(report.runs[1]?.ofLinear).toBeGreaterThan(0.85);
  expect(report.runs[1]?.ofLinear).toBeLessThan(1.15);
  expect(report.redis.ceilingJobsPerSecond).toBeGreaterThan(50);
}, 300_000);
