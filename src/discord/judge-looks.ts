// Whether stored pictures may be posted once more: they were checked where they were painted, and since then pictures may have been taken
// down, or they are carried to where more is withheld. What the fingerprints leave open, a worker looks at.

import { hashDistance, possiblyNear, surelyNear } from '../image/perceptual-hash.ts';
import type { GenerateJob, Picture } from '../jobs/generate-job.ts';
import { inspectJobVersion } from '../jobs/inspect-job.ts';
import type { Stage } from './behaviour.ts';
import { safetyOf } from './new-job.ts';
import { type Refusal, refuse } from './refusal.ts';

/** A worker may be in the middle of a picture. */
const inspectionMs = 60_000;

/** @returns why they may not be shown here, in the words for a withheld picture */
export async function judgeLooks(
  stage: Stage,
  { safety }: Pick<GenerateJob, 'safety'>,
  pictures: readonly Picture[],
): Promise<Refusal | null> {
  const { facts, guild, services, texts } = stage;
  const withhold = (reason: Exclude<Picture['reason'], null>) =>
    refuse(texts.job.allWithheld(texts.job.reasons[guild.showReasons ? reason : 'hidden']), 'looks');
  const shown = pictures.filter(({ outcome }) => outcome !== 'withheld');
  const known = await services.moderation.takedowns.inForce(facts.guildId);
  const distanceOf = ({ perceptualHash }: Picture) =>
    Math.min(...known.map((takedown) => hashDistance(perceptualHash, takedown.perceptualHash)));
  if (shown.some((picture) => distanceOf(picture) <= surelyNear)) return withhold('takedown');

  const here = { ...safetyOf(stage), onFlag: 'withhold' as const };
  const isStricter = here.adjustment > safety.adjustment;
  // A grid was composed of tiles that are looked at one by one.
  const ones = shown.some(({ kind }) => kind === 'tile') ? shown.filter(({ kind }) => kind === 'tile') : shown;
  for (const picture of ones) {
    if (!isStricter && distanceOf(picture) > possiblyNear) continue;
    const verdict = await services.queue
      .inspect(
        { version: inspectJobVersion, imageKey: picture.imageKey, safety: here, guildId: facts.guildId },
        inspectionMs,
      )
      .then((result) => result.verdict)
      .catch((error: unknown) => {
        services.logger.warn({ err: error, imageKey: picture.imageKey }, 'a picture to be shown could not be checked');
        return null;
      });
    if (verdict === null) return refuse(texts.failures.notChecked, 'looks');
    if (verdict.outcome !== 'posted') return withhold(verdict.reason ?? 'checker-error');
  }
  return null;
}
