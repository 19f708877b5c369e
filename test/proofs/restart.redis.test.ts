// The short form of `easel prove restart` is the proof itself, once around, with less to compare the pauses with.

import { expect, it } from 'vitest';
import { proveRestart } from '../../src/proofs/restart.ts';

it('restarts every process under load and loses, doubles and delays nothing', async () => {
  const report = await proveRestart({ seed: 5, calmMs: 2000 });
  expect(report.restarts).toEqual({ bot: 2, worker: 2, deliver: 2 });
  expect(report.unclean).toEqual([]);
  expect(report.lost).toEqual([]);
  expect(report.doubled).toEqual([]);
  expect(report.postedOnce).toBe(report.acknowledged);
  expect(report.unanswered).toEqual([]);
}, 500_000);
