// From what the checker measured to a verdict, by the policy that came with the job. One floor stands under every policy: where a
// special-care concept and any other are both present, the picture is withheld, whatever leniency or blurring was asked for.

import {
  type CheckerMeasurement,
  type CheckerThresholds,
  conceptHits,
  scoreConcepts,
} from '../diffusion/safety-checker.ts';
import { hashDistance, possiblyNear, surelyNear } from '../image/perceptual-hash.ts';
import type { SafetyPolicy, TakedownFingerprint, Verdict } from './engine.ts';

/** What is known of one picture. A null measurement means that the check failed. */
export interface Evidence {
  readonly measurement: CheckerMeasurement | null;
  /** 16 hexadecimal digits. */
  readonly perceptualHash: string;
}

export function judgePicture(evidence: Evidence, thresholds: CheckerThresholds, policy: SafetyPolicy): Verdict {
  const { measurement } = evidence;
  if (measurement === null) return { outcome: 'withheld', reason: 'checker-error', scores: null, hits: [] };
  const floor = scoreConcepts(measurement, thresholds, Math.max(0, policy.adjustment));
  // A number that is none compares as harmless: it counts as a failed check instead.
  if (![...floor.concepts, ...floor.specialCare].every(Number.isFinite)) {
    return { outcome: 'withheld', reason: 'checker-error', scores: null, hits: [] };
  }
  if (floor.specialCare.some((score) => score > 0) && conceptHits(floor).length > 0) {
    return { outcome: 'withheld', reason: 'special-care', scores: floor, hits: conceptHits(floor) };
  }
  const scores = scoreConcepts(measurement, thresholds, policy.adjustment);
  const hits = conceptHits(scores);
  if (policy.takedowns?.some((takedown) => isNearTakedown(evidence.perceptualHash, measurement, takedown))) {
    return { outcome: 'withheld', reason: 'takedown', scores, hits };
  }
  if (hits.length > 0) {
    return { outcome: policy.onFlag === 'blur' ? 'blurred' : 'withheld', reason: 'flagged', scores, hits };
  }
  return { outcome: 'posted', reason: null, scores, hits };
}

const nearCosine = 0.9;

export function isNearTakedown(
  hash: string,
  { embedding }: Pick<CheckerMeasurement, 'embedding'>,
  takedown: Pick<TakedownFingerprint, 'perceptualHash' | 'embedding'>,
): boolean {
  const distance = hashDistance(hash, takedown.perceptualHash);
  if (distance <= surelyNear) return true;
  if (distance > possiblyNear || takedown.embedding.length !== embedding.length) return false;
  const cosine = takedown.embedding.reduce((sum, value, i) => sum + value * (embedding[i] ?? 0), 0);
  return cosine >= nearCosine;
}
