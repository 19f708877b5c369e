// What may still be posted of a result, asked before each attempt: delivery may try for hours, and in the meantime its member may have been
// banned, or a picture like one of these taken down. What was decided before the request is not asked again: it was asked then, and
// moderators who release a picture know what they do.

import { hashDistance, surelyNear } from '../image/perceptual-hash.ts';
import type { DeliverJob } from '../jobs/deliver-job.ts';
import type { GenerateJob, GenerateResult } from '../jobs/generate-job.ts';
import type { Bans } from '../store/bans.ts';
import type { Takedowns } from '../store/takedowns.ts';

export interface Moderation {
  readonly bans: Pick<Bans, 'find'>;
  readonly takedowns: Pick<Takedowns, 'inForce'>;
}

type Outcome = DeliverJob['outcome'];

function withoutTakenDown(result: GenerateResult, hashes: readonly string[]): GenerateResult {
  const isNear = (hash: string) => hashes.some((known) => hashDistance(known, hash) <= surelyNear);
  const near = result.pictures.filter(
    ({ outcome, perceptualHash }) => outcome !== 'withheld' && isNear(perceptualHash),
  );
  if (near.length === 0) return result;
  // The grid shows them as well.
  const pictures = result.pictures.map((picture) =>
    near.includes(picture) || picture.kind === 'grid'
      ? { ...picture, outcome: 'withheld' as const, reason: 'takedown' as const }
      : picture,
  );
  return { ...result, pictures };
}

/** @returns the outcome itself where nothing has changed */
export async function asOfNow({ bans, takedowns }: Moderation, job: GenerateJob, outcome: Outcome): Promise<Outcome> {
  if (outcome.type !== 'done') return outcome;
  const { guildId, interactionAt } = job.reply;
  const [ban, inForce] = await Promise.all([bans.find(guildId, job.requester.userId), takedowns.inForce(guildId)]);
  if (ban && ban.at > interactionAt) return { type: 'cancelled', byUserId: null };
  const since = inForce.filter(({ at }) => at >= job.createdAt);
  const result = withoutTakenDown(
    outcome.result,
    since.map(({ perceptualHash }) => perceptualHash),
  );
  return result === outcome.result ? outcome : { type: 'done', result };
}
