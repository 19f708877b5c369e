import { expect, test } from 'vitest';
import { safetyPolicy } from '../../src/moderation/image-policy.ts';

const base = { preset: 'standard', onFlag: 'withhold', ageRestricted: false, operatorAdjustment: 0 } as const;

test('blurring needs the wish, the preset and the channel, all three', () => {
  expect(safetyPolicy({ ...base, preset: 'age-restricted', onFlag: 'blur', ageRestricted: true }).onFlag).toBe('blur');
  expect(safetyPolicy({ ...base, preset: 'age-restricted', onFlag: 'blur' }).onFlag).toBe('withhold');
  expect(safetyPolicy({ ...base, onFlag: 'blur', ageRestricted: true }).onFlag).toBe('withhold');
  expect(safetyPolicy({ ...base, preset: 'age-restricted', ageRestricted: true }).onFlag).toBe('withhold');
});

test('a server may be stricter than the operator and never more lenient', () => {
  for (const operatorAdjustment of [-0.1, 0, 0.1]) {
    for (const preset of ['strict', 'standard', 'age-restricted'] as const) {
      expect(safetyPolicy({ ...base, preset, operatorAdjustment }).adjustment).toBeGreaterThanOrEqual(
        operatorAdjustment,
      );
    }
  }
});
