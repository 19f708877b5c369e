// The short form of `easel prove soak`: too few pictures to say much about memory, enough to find what is left behind.

import { describe, expect, it } from 'vitest';
import { familyOf, faultsOf, proveSoak, slope } from '../../src/proofs/soak.ts';

describe('the measures of the soak', () => {
  it('fits a straight line', () => {
    expect(
      slope([
        [0, 1],
        [10, 3],
        [20, 5],
      ]),
    ).toBeCloseTo(0.2, 12);
    expect(slope([[5, 1]])).toBe(0);
  });

  it.each([
    ['easel:{easel}:job:0123456789ab', 'easel:{easel}:job:*'],
    ['{easel}:generate-0011223344556677:job-0123456789ab', '{easel}:generate-*:job-*'],
    ['{easel}:work:held:generate-0011223344556677:123456789012345678', '{easel}:work:held:generate-*:*'],
    ['{easel}:work:intents', '{easel}:work:intents'],
  ])('tells the family of %s', (key, family) => {
    expect(familyOf(key)).toBe(family);
  });
});

it('nothing of finished work stays behind: no timer, no socket, no key', async () => {
  const report = await proveSoak({ jobs: 60 });
  // A heap of some seconds is still growing into its size.
  expect(faultsOf(report).filter((fault) => !fault.includes('heap'))).toEqual([]);
  expect(report.pictures).toBeGreaterThanOrEqual(60);
}, 400_000);
