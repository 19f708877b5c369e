// The only way out for a picture: check every tile by itself at full size, replace what may not be shown, mark, encode, and read the
// mark back from the encoded file. Any failure of the checker withholds; any failure of the marks stops the job.

import type { CheckerMeasurement, SafetyChecker } from '../diffusion/safety-checker.ts';
import { alwaysTracedSide, leastReferenceAccuracy, markPicture, readMarks } from '../diffusion/watermark/mark.ts';
import { EaselError, expected } from '../errors.ts';
import { composePlot, type PlotLabels } from '../image/compose-plot.ts';
import { encodeLossy, encodePng } from '../image/encode.ts';
import { composeGrid } from '../image/grid.ts';
import { perceptualHash } from '../image/perceptual-hash.ts';
import type { Pixels } from '../image/pixels.ts';
import { readPicture } from '../image/read-picture.ts';
import { blurHeavily, resizePixels } from '../image/resize.ts';
import { withheldTile } from '../image/withheld.ts';
import type { FinishedImage, PreviewImage, SafetyPolicy, SafetyScores, Verdict } from './engine.ts';
import { judgePicture } from './judge-picture.ts';

export interface PaintedTile {
  readonly pixels: Pixels;
  readonly seed: number;
  /** uint32, unique per picture. */
  readonly traceId: number;
}

export interface FinishDependencies {
  readonly checker: Pick<SafetyChecker, 'measure' | 'thresholds'>;
  /** The `parameters` text of a picture by its seed. */
  readonly describe: (seed: number) => string;
  /** Score of an embedding, null where there is none. Judges nothing: a picture is shown or withheld without it. */
  readonly aesthetics?: (embedding: ArrayLike<number>) => number | null;
  /** Signs the PNG before it is read back. */
  readonly sign?: (png: Uint8Array) => Promise<Uint8Array>;
}

export interface FinishedJob {
  readonly tiles: readonly FinishedImage[];
  /** Null for a single picture. */
  readonly grid: FinishedImage | null;
}

/** What will be seen of one tile. */
interface JudgedTile {
  readonly tile: PaintedTile;
  readonly verdict: Verdict;
  readonly perceptualHash: string;
  readonly embedding: readonly number[] | null;
  readonly shown: Pixels;
}

/**
 * Finishes 1-4 tiles of one size and, when there are several, their grid, which is marked with `gridTraceId` as one picture.
 * @throws EaselError `watermark-failed` when a mark does not read back from the file, `bad-request` for no tiles
 */
export async function finish(
  tiles: readonly PaintedTile[],
  dependencies: FinishDependencies,
  policy: SafetyPolicy,
  gridTraceId?: number,
): Promise<FinishedJob> {
  const first = tiles[0];
  if (first === undefined)
    throw new EaselError('bad-request', expected('at least one tile', 'finishing', tiles.length));
  const measurements = await measureOrNull(
    tiles.map((tile) => tile.pixels),
    dependencies,
  );
  const judged = await Promise.all(
    tiles.map((tile, i) => judge(tile, measurements?.[i] ?? null, dependencies, policy)),
  );
  const finished: FinishedImage[] = [];
  for (const [index, tile] of judged.entries()) finished.push(await finishTile(tile, index, dependencies));
  if (tiles.length === 1) return { tiles: finished, grid: null };
  if (gridTraceId === undefined) throw new EaselError('bad-request', expected('a trace id', 'the grid', gridTraceId));
  return { tiles: finished, grid: await finishGrid(judged, first.seed, gridTraceId, dependencies) };
}

/**
 * Finishes a labelled sheet: every cell is checked by itself at full size and replaced where it may not be shown, the sheet is composed of
 * what is left and marked as one picture. The cells themselves are not kept.
 * @throws EaselError `watermark-failed` when the mark does not read back
 */
export async function finishPlot(
  cells: readonly Pixels[],
  labels: PlotLabels,
  dependencies: FinishDependencies,
  policy: SafetyPolicy,
  { seed, traceId }: { readonly seed: number; readonly traceId: number },
): Promise<FinishedImage> {
  const judged: JudgedTile[] = [];
  // One at a time: sixteen cells in the checker at once would be sixteen times its memory.
  for (const pixels of cells) {
    const [measurement = null] = (await measureOrNull([pixels], dependencies)) ?? [];
    judged.push(await judge({ pixels, seed, traceId }, measurement, dependencies, policy));
  }
  const sheet = composePlot(
    judged.map((cell) => cell.shown),
    labels,
  );
  const verdict = gridVerdict(judged.map((cell) => cell.verdict));
  const text = verdict.outcome === 'withheld' ? undefined : dependencies.describe(seed);
  const file = await markedFile(sheet, traceId, text, dependencies);
  // What a moderator may release later carries the sheet's trace: cells have none of their own.
  const withheldCells: { cell: number; original: Uint8Array }[] = [];
  for (const [cell, { verdict: one, tile }] of judged.entries()) {
    if (!isReviewable(one)) continue;
    const original = await markedFile(tile.pixels, traceId, dependencies.describe(seed), dependencies);
    withheldCells.push({ cell, original: original.bytes });
  }
  const image = {
    kind: 'grid',
    index: -1,
    ...file,
    ...(withheldCells.length > 0 ? { withheldCells: withheldCells as FinishedImage['withheldCells'] & object } : {}),
    seed,
    verdict,
    perceptualHash: await perceptualHash(sheet),
    embedding: null,
    ...(cells.length > 0 ? { cells: judged.map((cell) => cell.verdict) as readonly Verdict[] } : {}),
  } as const;
  return image as FinishedImage;
}

const longestPreviewSide = 128;

/** A small blurred picture of work in progress; null where it may not be shown, or could not be checked. */
export async function makePreview(
  pixels: Pixels,
  { checker }: Pick<FinishDependencies, 'checker'>,
  policy: SafetyPolicy,
): Promise<PreviewImage | null> {
  const measurements = await measureOrNull([pixels], { checker });
  const evidence = { measurement: measurements?.[0] ?? null, perceptualHash: await perceptualHash(pixels) };
  if (judgePicture(evidence, checker.thresholds, policy).outcome !== 'posted') return null;
  const scale = Math.min(1, longestPreviewSide / Math.max(pixels.width, pixels.height));
  const width = Math.max(1, Math.round(pixels.width * scale));
  const height = Math.max(1, Math.round(pixels.height * scale));
  // Down to a third and back: soft, and of the same look at every size.
  const coarse = await resizePixels(pixels, Math.ceil(width / 3), Math.ceil(height / 3));
  const soft = await resizePixels(coarse, width, height, 'cubic');
  const preview = { kind: 'preview', bytes: await encodeLossy(soft, 'webp', 70), width, height } as const;
  return preview as PreviewImage;
}

/** Null when the checker failed in any way: the caller withholds everything. */
async function measureOrNull(
  pictures: readonly Pixels[],
  { checker }: Pick<FinishDependencies, 'checker'>,
): Promise<CheckerMeasurement[] | null> {
  try {
    const measurements = await checker.measure(pictures);
    return measurements.length === pictures.length ? measurements : null;
  } catch {
    return null;
  }
}

async function judge(
  tile: PaintedTile,
  measurement: CheckerMeasurement | null,
  { checker }: FinishDependencies,
  policy: SafetyPolicy,
): Promise<JudgedTile> {
  const hash = await perceptualHash(tile.pixels);
  const verdict = judgePicture({ measurement, perceptualHash: hash }, checker.thresholds, policy);
  const { pixels } = tile;
  const shown = {
    posted: async () => pixels,
    blurred: () => blurHeavily(pixels),
    withheld: () => withheldTile(pixels.width, pixels.height),
  };
  return {
    tile,
    verdict,
    perceptualHash: hash,
    embedding: measurement === null ? null : Array.from(measurement.embedding),
    shown: await shown[verdict.outcome](),
  };
}

/** The floor stands here: what was withheld for special care is kept nowhere, and what could not be checked may be just that. */
function isReviewable({ outcome, reason }: Verdict): boolean {
  return outcome === 'withheld' && (reason === 'flagged' || reason === 'takedown');
}

async function finishTile(judged: JudgedTile, index: number, dependencies: FinishDependencies): Promise<FinishedImage> {
  const { tile, verdict, shown, embedding } = judged;
  const isRated = verdict.outcome === 'posted' && embedding !== null;
  const aesthetics = isRated ? (dependencies.aesthetics?.(embedding) ?? null) : null;
  const isWithheld = verdict.outcome === 'withheld';
  const text = dependencies.describe(tile.seed);
  const file = await markedFile(shown, tile.traceId, isWithheld ? undefined : text, dependencies);
  // What a moderator may release later leaves this function marked as well; what nobody may release does not leave it.
  const original = isReviewable(verdict) ? await markedFile(tile.pixels, tile.traceId, text, dependencies) : undefined;
  const image = {
    kind: 'tile',
    index,
    ...file,
    seed: tile.seed,
    verdict,
    perceptualHash: judged.perceptualHash,
    embedding,
    ...(aesthetics === null ? {} : { aesthetics }),
    ...(original === undefined ? {} : { withheldOriginal: original.bytes }),
  } as const;
  return image as FinishedImage;
}

async function finishGrid(
  judged: readonly JudgedTile[],
  seed: number,
  traceId: number,
  dependencies: FinishDependencies,
): Promise<FinishedImage> {
  const sheet = composeGrid(judged.map((tile) => tile.shown));
  const verdict = gridVerdict(judged.map((tile) => tile.verdict));
  const text = verdict.outcome === 'withheld' ? undefined : dependencies.describe(seed);
  const file = await markedFile(sheet, traceId, text, dependencies);
  const image = {
    kind: 'grid',
    index: -1,
    ...file,
    seed,
    verdict,
    perceptualHash: await perceptualHash(sheet),
    embedding: null,
  } as const;
  return image as FinishedImage;
}

/** Of the tiles that the grid shows: the highest score of each concept. With nothing to show it is withheld like its first tile. */
function gridVerdict(verdicts: readonly Verdict[]): Verdict {
  const shown = verdicts.filter((verdict) => verdict.outcome !== 'withheld');
  const blurred = shown.find((verdict) => verdict.outcome === 'blurred');
  if (shown.length === 0)
    return { outcome: 'withheld', reason: verdicts[0]?.reason ?? 'checker-error', scores: null, hits: [] };
  const scores = shown.flatMap((verdict) => (verdict.scores === null ? [] : [verdict.scores])).reduce(highest);
  const hits = [...new Set(shown.flatMap((verdict) => verdict.hits))].sort((a, b) => a - b);
  return { outcome: blurred === undefined ? 'posted' : 'blurred', reason: blurred?.reason ?? null, scores, hits };
}

function highest(a: SafetyScores, b: SafetyScores): SafetyScores {
  const larger = (x: readonly number[], y: readonly number[]) => x.map((value, i) => Math.max(value, y[i] ?? value));
  return { concepts: larger(a.concepts, b.concepts), specialCare: larger(a.specialCare, b.specialCare) };
}

interface MarkedFile {
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly traceId: number | null;
}

/** Marks, encodes, signs, and believes only what it reads back from the file. */
async function markedFile(
  pixels: Pixels,
  traceId: number,
  parameters: string | undefined,
  { sign }: FinishDependencies,
): Promise<MarkedFile> {
  const marked = markPicture(pixels, traceId);
  const png = await encodePng(marked.pixels, parameters === undefined ? {} : { parameters });
  const bytes = sign === undefined ? png : await sign(png);
  const reading = readMarks(await readPicture(bytes), { untouchedOnly: true });
  if (marked.hasReferencePayload && (reading.referenceAccuracy ?? 0) < leastReferenceAccuracy) {
    throw notMarked('the reference payload', `${reading.referenceAccuracy} of its bits`);
  }
  const mustTrace = Math.min(pixels.width, pixels.height) >= alwaysTracedSide;
  if (reading.traceId !== marked.traceId || (mustTrace && reading.traceId !== traceId)) {
    throw notMarked(`trace id ${traceId}`, reading.traceId);
  }
  return { bytes, width: pixels.width, height: pixels.height, traceId: reading.traceId };
}

const notMarked = (what: string, received: unknown) =>
  new EaselError('watermark-failed', expected(`${what} to read back`, 'a finished picture', received));
