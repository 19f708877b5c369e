// The short form of `easel prove load`.

import { expect, it } from 'vitest';
import { faultsOf, proveLoad } from '../../src/proofs/presses.ts';

it('posts each picture of a storm of presses once, and lets nobody wait behind a heap', async () => {
  const report = await proveLoad({ presses: 60, withinMs: 3000, heavyJobs: 8 });
  // How quick it is says `easel prove load` on a machine of one's own: a busy one lets the three seconds pass, and says so to the member.
  const isAboutTime = (fault: string) => /^(p99|\d+ presses were void|(late|no)-acknowledgement)/.test(fault);
  expect(faultsOf(report).filter((fault) => !isAboutTime(fault))).toEqual([]);
  expect(report.promised).toBeGreaterThan(20);
}, 400_000);
