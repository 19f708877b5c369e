// What may be shown where: measuring is the safety checker's business, deciding is done here, before the job is queued.

import type { SafetyPolicy } from '../inference/engine.ts';

export const safetyPresets = ['strict', 'standard', 'age-restricted'] as const;
export type SafetyPreset = (typeof safetyPresets)[number];

/** Added to every concept score; positive flags more. Chosen so that strict catches what scores just under the published thresholds. */
const strictness: Readonly<Record<SafetyPreset, number>> = { strict: 0.03, standard: 0, 'age-restricted': 0 };

export interface PolicyInput {
  readonly preset: SafetyPreset;
  /** What the guild wants done to a flagged picture. */
  readonly onFlag: 'withhold' | 'blur';
  /** The channel itself is marked age-restricted. */
  readonly ageRestricted: boolean;
  /** The operator's setting and hard ceiling: guilds may only be stricter. */
  readonly operatorAdjustment: number;
}

/** Blurred pictures need the guild's wish, the guild's preset and the channel's mark, all three. */
export function safetyPolicy(input: PolicyInput): Pick<SafetyPolicy, 'adjustment' | 'onFlag'> {
  const mayBlur = input.onFlag === 'blur' && input.preset === 'age-restricted' && input.ageRestricted;
  return {
    adjustment: Math.min(0.2, input.operatorAdjustment + strictness[input.preset]),
    onFlag: mayBlur ? 'blur' : 'withhold',
  };
}
