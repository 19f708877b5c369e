// Reading a picture's marks takes a worker about as long as a step of painting, and costs the asker nothing: so many an hour and member.

import type { Stage } from './behaviour.ts';

export const verifiedHourly = 30;

/** Counts one more. @returns what the member is told where it was one too many, else null */
export async function tooManyVerified({ facts, services, texts }: Stage): Promise<string | null> {
  const isWithin = await services.moderation.reviews.count('verify', facts.user.id, verifiedHourly);
  return isWithin ? null : texts.review.tooMany(verifiedHourly);
}
