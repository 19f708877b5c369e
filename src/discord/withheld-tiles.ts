// Which pictures of a job were withheld, and which of them moderators may look at and release. The floor stands here as well: what was
// withheld for special care was never kept, and what the checker could not judge may be just that.

import type { Picture } from '../jobs/generate-job.ts';
import type { JobRecord } from '../store/jobs.ts';

export interface WithheldTile {
  /** 0-based place: of a tile in the grid, of a cell in a labelled sheet. */
  readonly tile: number;
  readonly reason: Exclude<Picture['reason'], null>;
}

export function withheldTiles(pictures: readonly Picture[]): WithheldTile[] {
  return pictures.flatMap(({ kind, index, outcome, reason, withheldCells }) => [
    ...(kind === 'tile' && outcome === 'withheld'
      ? [{ tile: index, reason: reason ?? ('checker-error' as const) }]
      : []),
    ...(withheldCells ?? []).map((cell) => ({ tile: cell.cell, reason: cell.reason })),
  ]);
}

export function mayBeReleased({ reason }: WithheldTile): boolean {
  return reason === 'flagged' || reason === 'takedown';
}

export function releasableTiles({ result }: Pick<JobRecord, 'result'>): WithheldTile[] {
  return withheldTiles(result?.pictures ?? []).filter(mayBeReleased);
}
