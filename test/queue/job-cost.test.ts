import { describe, expect, test } from 'vitest';
import { weightedSpans } from '../../src/diffusion/tiled-noise.ts';
import type { PaintRequest } from '../../src/jobs/paint-request.ts';
import { costUnits, jobShape } from '../../src/queue/job-cost.ts';

const request: PaintRequest = {
  prompt: 'a lighthouse',
  negativePrompt: '',
  seed: 1,
  steps: 20,
  guidanceScale: 7,
  sampler: 'ddim',
  width: 1024,
  height: 1024,
  count: 1,
  clipSkip: 1,
  init: { imageKey: 'a', strength: 0.25 },
  modelHash: 'ab'.repeat(32),
};

describe('what a job in tiles costs', () => {
  test('counts every tile, the overlapping parts of each', () => {
    const shape = jobShape({ ...request, tileEdge: 512 });
    expect(shape).toEqual({ width: 512, height: 512, count: 9, steps: 5 });
    expect(costUnits(shape)).toBeCloseTo(2.25 * costUnits(jobShape(request)));
  });

  test.each([
    [1024, 512],
    [768, 512],
    [520, 512],
    [512, 256],
    [1536, 512],
    [384, 512],
  ])('counts as many tiles along %i pixels in tiles of %i as are painted', (edge, tileEdge) => {
    const { count } = jobShape({ ...request, width: edge, height: tileEdge, tileEdge });
    expect(count).toBe(weightedSpans(edge / 8, tileEdge / 8).length);
  });
});
