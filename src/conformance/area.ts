// What an area of the conformance run is: it finds the goldens of one kind in a fixture folder, claims the files and keys it knows,
// and measures each against ours. Whatever nobody claims is reported as unchecked, which counts as a failure.

export interface CaseResult {
  readonly area: string;
  /** What was compared, as a reader of the fixtures would name it. */
  readonly name: string;
  /** Largest error found, in the unit of `unit`; Infinity where there was nothing to compare with. */
  readonly error: number;
  readonly tolerance: number;
  readonly unit: string;
  readonly passed: boolean;
  /** One line more: why it failed, or what else was seen. */
  readonly note?: string;
}

export interface AreaContext {
  /** The fixture folder; read only. */
  readonly fixturesDir: string;
  /** An empty folder of the run's own; removed afterwards. */
  readonly scratchDir: string;
  /** Marks a file (path relative to the fixture folder) as one this area knows. */
  readonly claim: (path: string) => void;
  /** All files of the fixture folder, relative, with forward slashes, sorted. */
  readonly files: readonly string[];
  /** The model imported from the fixtures' checkpoints, built once and shared between the areas. */
  readonly models: FixtureModels;
}

/** Folders of ONNX models made from the fixtures' checkpoints; each is made on first use. */
export interface FixtureModels {
  /** From the fp32 single file. */
  readonly fp32: () => Promise<string>;
  /** From the single file that stores fp16 weights, computed in fp32. */
  readonly fp16Weights: () => Promise<string>;
  /** From the fp32 single file, stored as fp16. */
  readonly fp16: () => Promise<string>;
  /** A file of the fixture folder, unpacked where it was gzipped: its path there without `.gz` -> where it lies now. */
  readonly unpacked: (path: string) => Promise<string>;
  readonly unpackedFolder: (folder: string) => Promise<string>;
  /** Every whole model that comes in one file. */
  readonly singleFiles: () => Promise<readonly { readonly path: string; readonly dtype: string }[]>;
  /** The model folder imported from a file or a diffusers folder. */
  readonly imported: (path: string, precision: 'fp32' | 'fp16') => Promise<string>;
}

export interface Area {
  readonly name: string;
  readonly run: (context: AreaContext) => AsyncGenerator<CaseResult, void, void>;
}

/** A case with a number: passes when the error is at most the tolerance (NaN never does). */
export function measured(
  area: string,
  name: string,
  error: number,
  tolerance: number,
  unit = 'abs',
  note?: string,
): CaseResult {
  return { area, name, error, tolerance, unit, passed: error <= tolerance, ...(note === undefined ? {} : { note }) };
}

/** Single network runs of a model stored as fp16 may differ by this much: relative L2. */
export const fp16Tolerance = 2e-2;

/** A case that is right or wrong. */
export function exact(area: string, name: string, right: boolean, note?: string): CaseResult {
  return measured(area, name, right ? 0 : 1, 0, 'exact', right ? undefined : note);
}

/** Largest absolute difference; Infinity for arrays of different length, NaN for anything not finite. */
export function maxAbsDifference(ours: ArrayLike<number>, golden: ArrayLike<number>): number {
  if (ours.length !== golden.length) return Number.POSITIVE_INFINITY;
  let worst = 0;
  for (let i = 0; i < ours.length; i++) {
    const difference = Math.abs((ours[i] ?? Number.NaN) - (golden[i] ?? Number.NaN));
    if (!(difference <= worst)) worst = difference;
    if (Number.isNaN(worst)) return worst;
  }
  return worst;
}

/** Largest difference relative to max(1, |golden|). */
export function maxRelativeDifference(ours: ArrayLike<number>, golden: ArrayLike<number>): number {
  const scale = (i: number) => Math.max(1, Math.abs(golden[i] ?? 1));
  const scaled = (values: ArrayLike<number>) => Array.from(values, (value, i) => value / scale(i));
  return maxAbsDifference(scaled(ours), scaled(golden));
}

/** ||ours - golden|| / ||golden||. */
export function relativeL2(ours: ArrayLike<number>, golden: ArrayLike<number>): number {
  if (ours.length !== golden.length) return Number.POSITIVE_INFINITY;
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < golden.length; i++) {
    difference += ((ours[i] ?? Number.NaN) - (golden[i] ?? 0)) ** 2;
    norm += (golden[i] ?? 0) ** 2;
  }
  return Math.sqrt(difference / norm);
}

/** True when both hold the same numbers in the same order. */
export function sameNumbers(ours: ArrayLike<number>, golden: ArrayLike<number>): boolean {
  return maxAbsDifference(ours, golden) === 0;
}
