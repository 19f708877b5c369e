// Whose words a negative prompt holds that was taken from a record. An older version wrote the server's among the member's: what is surely the
// server's is told apart, and what is left may be anybody's, so that it accuses nobody.

import { withoutServerNegative } from '../jobs/server-negative.ts';
import type { Scene } from './behaviour.ts';

export interface OwnNegative {
  /** Without what is known to be the server's. */
  readonly negativePrompt: string;
  /** Whether words of the server may be left in it all the same: it changed its own since. */
  readonly isMixed: boolean;
}

export function ownNegative({ guild, jobs }: Pick<Scene, 'guild' | 'jobs'>, negativePrompt: string): OwnNegative {
  const [parent] = jobs;
  const isTakenOver = parent?.isMixed === true && negativePrompt === parent.job.request.negativePrompt;
  if (!isTakenOver) return { negativePrompt, isMixed: false };
  const rest = withoutServerNegative(negativePrompt, guild.negativePrompt);
  return { negativePrompt: rest, isMixed: rest !== '' };
}
