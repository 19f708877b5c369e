// Everything that shows a picture: the message it was painted for, what posted the same file again (U, /show), what Upscale made of it or it
// was made of, and whatever else came of it and looks like it by its fingerprint.

import { hashDistance, surelyNear } from '../image/perceptual-hash.ts';
import type { Picture } from '../jobs/generate-job.ts';
import type { JobRecord, JobStore } from '../store/jobs.ts';

export interface Likeness {
  readonly record: JobRecord;
  /** The pictures that are meant, and the grid that shows them. */
  readonly pictures: readonly Picture[];
}

/** A family is followed so far. */
const mostJobs = 1000;
const mostGenerations = 10;

/** `{job}/tile-2`, `{job}/grid`: whose picture it is, whoever shows it. */
export function sourceOfKey(imageKey: string): string | null {
  return /^\{([^}]+)\}\//.exec(imageKey)?.[1] ?? null;
}

/** The job that painted what another one only shows (U1, /show). */
export async function painterOf(jobs: JobStore, record: JobRecord): Promise<JobRecord> {
  const keys = new Set((record.result?.pictures ?? []).map(({ imageKey }) => sourceOfKey(imageKey)));
  const [source] = keys;
  if (keys.size !== 1 || !source || source === record.job.jobId) return record;
  return (await jobs.get(source)) ?? record;
}

const picturesOf = ({ result }: JobRecord) => result?.pictures ?? [];
/** What stands for itself: tiles, or a sheet that has none. */
const ownOf = (record: JobRecord) => {
  const tiles = picturesOf(record).filter(({ kind }) => kind === 'tile');
  return tiles.length > 0 ? tiles : picturesOf(record);
};
const withGrid = (record: JobRecord, meant: readonly Picture[]): Likeness => ({
  record,
  pictures: picturesOf(record).filter((picture) => picture.kind === 'grid' || meant.includes(picture)),
});
/** By descent, not by fingerprint: Upscale keeps what a picture shows, and of a flat one the fingerprint may change by half. */
const isCopyKind = ({ job: { kind } }: JobRecord) => kind === 'single' || kind === 'upscale';

/**
 * @param meant the painter's pictures
 * @param isNearEnough whether something of this job that only looks alike counts
 * @returns the painter first
 */
export async function likenessesOf(
  jobs: JobStore,
  painter: JobRecord,
  meant: readonly Picture[],
  isNearEnough: (record: JobRecord) => boolean,
): Promise<readonly Likeness[]> {
  const found = new Map([[painter.job.jobId, withGrid(painter, meant)]]);
  const distance = ({ perceptualHash }: Picture) =>
    Math.min(...meant.map((one) => hashDistance(one.perceptualHash, perceptualHash)));

  // Upwards: what this is an upscaled copy of.
  let top = painter;
  for (let generation = 0; generation < mostGenerations && isCopyKind(top) && top.job.parent; generation += 1) {
    const { jobId, tile } = top.job.parent;
    const parent = await jobs.get(jobId).catch(() => null);
    const shown = parent && ownOf(parent).find(({ index }) => index === tile);
    if (!parent || !shown || shown.outcome === 'withheld') break;
    top = await painterOf(jobs, parent);
    for (const record of [parent, top]) {
      const same = ownOf(record).filter(({ imageKey }) => imageKey === shown.imageKey);
      if (!found.has(record.job.jobId)) found.set(record.job.jobId, withGrid(record, same));
    }
  }

  function pictureHits(record: JobRecord): readonly Picture[] {
    const keys = new Set([...found.values()].flatMap(({ pictures }) => pictures.map(({ imageKey }) => imageKey)));
    const { parent } = record.job;
    const isCopy =
      isCopyKind(record) &&
      parent !== null &&
      (found.get(parent.jobId)?.pictures.some(({ index }) => index === parent.tile) ?? false);
    const looksAlike = (picture: Picture) =>
      picture.outcome !== 'withheld' && (isCopy || (distance(picture) <= surelyNear && isNearEnough(record)));
    const own = ownOf(record);
    return picturesOf(record).filter(
      (picture) => keys.has(picture.imageKey) || (own.includes(picture) && looksAlike(picture)),
    );
  }

  // Downwards: whatever shows it or came of it.
  const seen = new Set(found.keys());
  const waiting = [...found.values()].map(({ record }) => record);
  for (let record = waiting.shift(); record && seen.size < mostJobs; record = waiting.shift()) {
    const ids = new Set([...(await jobs.showings(record.job.jobId)), ...record.childJobIds]);
    const fresh = [...ids].filter((id) => !seen.has(id));
    for (const child of await Promise.all(fresh.map((id) => jobs.get(id).catch(() => null)))) {
      if (!child) continue;
      seen.add(child.job.jobId);
      waiting.push(child);
      const hits = pictureHits(child);
      if (hits.length > 0) found.set(child.job.jobId, withGrid(child, hits));
    }
  }
  return [...found.values()];
}
