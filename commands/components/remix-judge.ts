// Whether a job may be remixed.

import type { Scene } from '../../src/discord/behaviour.ts';
import { judgeParent, parentOf } from '../../src/discord/parent-job.ts';
import { type Refusal, refuse } from '../../src/discord/refusal.ts';

/** A sheet's cells have words and settings of their own: one form would change some and not others. */
export function judgeRemix(scene: Scene): Refusal | null {
  return judgeParent(scene) ?? (parentOf(scene)?.job.request.plot ? refuse(scene.texts.plot.noRemix) : null);
}
