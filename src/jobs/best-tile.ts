// Which picture of a grid gets the star: the one with the highest aesthetics score among those that are shown.

import type { Picture } from './generate-job.ts';

/** Scores are kept and compared as they are shown. */
export const roundScore = (score: number) => Math.round(score * 100) / 100;

/** Null without scores, for a single picture, and where two share the first place. Withheld and blurred tiles do not take part. */
export function bestTile(pictures: readonly Picture[]): number | null {
  const scored = pictures.flatMap(({ kind, index, outcome, aesthetics }) =>
    kind === 'tile' && outcome === 'posted' && aesthetics !== undefined ? [{ index, aesthetics }] : [],
  );
  const [first, second] = scored.sort((a, b) => b.aesthetics - a.aesthetics);
  return first && second && first.aesthetics > second.aesthetics ? first.index : null;
}
