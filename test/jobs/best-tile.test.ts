import { expect, test } from 'vitest';
import { bestTile, roundScore } from '../../src/jobs/best-tile.ts';
import type { Picture } from '../../src/jobs/generate-job.ts';

const tile = (index: number, aesthetics?: number, outcome: Picture['outcome'] = 'posted'): Picture => ({
  kind: 'tile',
  index,
  imageKey: `t${index}`,
  width: 64,
  height: 64,
  seed: 1,
  traceId: null,
  perceptualHash: '0'.repeat(16),
  outcome,
  reason: null,
  hits: [],
  ...(aesthetics === undefined ? {} : { aesthetics }),
});

test('the star goes to the highest score among the tiles that are shown', () => {
  const grid: Picture = { ...tile(-1, 9), kind: 'grid' };
  expect(bestTile([tile(0, 4.1), tile(1, 5.2), tile(2, -1), grid])).toBe(1);
  expect(bestTile([tile(0, 4.1), tile(1, 9.9, 'withheld'), tile(2, 9.8, 'blurred'), tile(3, 0)])).toBe(0);
});

test('nobody gets one without scores, without a rival, or where two share the first place', () => {
  expect(bestTile([tile(0), tile(1)])).toBeNull();
  expect(bestTile([tile(0, 5)])).toBeNull();
  expect(bestTile([tile(0, 5), tile(1, 6, 'withheld')])).toBeNull();
  expect(bestTile([tile(0, roundScore(5.2312)), tile(1, roundScore(5.2299)), tile(2, 1)])).toBeNull();
});
