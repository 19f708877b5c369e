// The table of verdicts: what was measured, what the policy says, what follows.

import { describe, expect, it } from 'vitest';
import type { SafetyPolicy } from '../../src/inference/engine.ts';
import { isNearTakedown, judgePicture } from '../../src/inference/judge-picture.ts';

const thresholds = { concepts: [0.2, 0.2], specialCare: [0.3, 0.3, 0.3] };
const hash = '00ff00ff00ff00ff';
const takedown = { id: 't', perceptualHash: hash, embedding: [1, 0] };

function judge(
  concepts: number[],
  special: number[],
  policy: Partial<SafetyPolicy> = {},
  perceptualHash = 'ff00ff00ff00ff00',
) {
  const measurement = {
    embedding: Float32Array.of(1, 0),
    conceptCosines: Float32Array.from(concepts),
    specialCareCosines: Float32Array.from(special),
  };
  return judgePicture({ measurement, perceptualHash }, thresholds, { adjustment: 0, onFlag: 'withhold', ...policy });
}

describe('judging a picture', () => {
  it.each([
    ['posts what is harmless', [0.1, 0.1], [0, 0, 0], {}, 'posted', null],
    ['posts a special-care subject that is nothing else', [0.1, 0.1], [0.4, 0, 0], {}, 'posted', null],
    ['withholds a hit', [0.21, 0.1], [0, 0, 0], {}, 'withheld', 'flagged'],
    ['blurs a hit on request', [0.21, 0.1], [0, 0, 0], { onFlag: 'blur' }, 'blurred', 'flagged'],
    ['lets leniency pass a near hit', [0.21, 0.1], [0, 0, 0], { adjustment: -0.05 }, 'posted', null],
    ['withholds a near miss when strict', [0.19, 0.1], [0, 0, 0], { adjustment: 0.03 }, 'withheld', 'flagged'],
    ['never blurs special care with a hit', [0.21, 0.1], [0, 0.31, 0], { onFlag: 'blur' }, 'withheld', 'special-care'],
    ['lowers the bar by special care', [0.195, 0.1], [0, 0.31, 0], {}, 'withheld', 'special-care'],
    [
      'does not let leniency reach special care',
      [0.21, 0.1],
      [0, 0.31, 0],
      { adjustment: -0.1 },
      'withheld',
      'special-care',
    ],
    ['counts numbers that are none as a failed check', [Number.NaN, 0.1], [0, 0, 0], {}, 'withheld', 'checker-error'],
    ['counts missing concepts as a failed check', [0.1], [0, 0, 0], {}, 'withheld', 'checker-error'],
  ] as const)('%s', (_what, concepts, special, policy, outcome, reason) => {
    expect(judge([...concepts], [...special], policy)).toMatchObject({ outcome, reason });
  });

  it('withholds what is near a taken-down picture, and names special care before it', () => {
    expect(judge([0.1, 0.1], [0, 0, 0], { takedowns: [takedown] }, hash).reason).toBe('takedown');
    expect(judge([0.3, 0.1], [0.4, 0, 0], { takedowns: [takedown] }, hash).reason).toBe('special-care');
    expect(judge([0.1, 0.1], [0, 0, 0], { takedowns: [takedown] }).outcome).toBe('posted');
  });

  it('withholds without scores when there is no measurement', () => {
    const verdict = judgePicture({ measurement: null, perceptualHash: hash }, thresholds, {
      adjustment: 0,
      onFlag: 'blur',
    });
    expect(verdict).toEqual({ outcome: 'withheld', reason: 'checker-error', scores: null, hits: [] });
  });
});

describe('nearness to a taken-down picture', () => {
  const near = (bits: bigint, embedding: number[]) =>
    isNearTakedown(
      (BigInt(`0x${hash}`) ^ ((1n << bits) - 1n)).toString(16).padStart(16, '0'),
      { embedding: Float32Array.from(embedding) },
      takedown,
    );

  it('needs 8 bits or fewer, or 16 with the same content', () => {
    expect(near(8n, [0, 1])).toBe(true);
    expect(near(9n, [0, 1])).toBe(false);
    expect(near(16n, [0.98, 0.199])).toBe(true);
    expect(near(16n, [0.9, 0.436])).toBe(false);
    expect(near(17n, [1, 0])).toBe(false);
  });

  it('does not compare embeddings of different checkers', () => {
    expect(near(12n, [1, 0, 0])).toBe(false);
  });
});
