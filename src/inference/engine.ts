// The seam between whoever serves jobs and whatever paints: a worker process, the command line and the tests all hold an `Engine`.
// threaded.ts is the real one (a worker thread around src/diffusion); everything here is plain data that survives a structured clone.

import type { SamplerId } from '../diffusion/samplers/index.ts';
import type { Provenance } from '../image/provenance.ts';
import type { ModelDefaults } from '../jobs/model-defaults.ts';

/** What the safety checker measured on one picture. Scores are rounded cosine distances above the threshold: > 0 means flagged. */
export interface SafetyScores {
  /** One per published concept (17), in order; `score > 0` is a hit. */
  readonly concepts: readonly number[];
  /** One per special-care concept (3); a hit lowers the other thresholds by 0.01. */
  readonly specialCare: readonly number[];
}

/** What may be posted. Decided by moderation before the job is queued, applied by finish(). */
export interface SafetyPolicy {
  /** Added to every concept score before it is judged: positive is stricter. -0.1 to 0.1, within the operator's ceiling. */
  readonly adjustment: number;
  /** `blur` is allowed only in age-restricted channels; moderation sees to that. */
  readonly onFlag: 'withhold' | 'blur';
  /** Pictures that moderators took down: whatever is near one of them is withheld. */
  readonly takedowns?: readonly TakedownFingerprint[];
}

export interface TakedownFingerprint {
  readonly id: string;
  /** 16 hexadecimal digits. */
  readonly perceptualHash: string;
  /** The checker's image embedding, unit length. */
  readonly embedding: readonly number[];
}

export type WithheldReason = 'flagged' | 'special-care' | 'takedown' | 'checker-error';

export interface Verdict {
  readonly outcome: 'posted' | 'withheld' | 'blurred';
  readonly reason: WithheldReason | null;
  /** Null when the checker failed: then the outcome is withheld. */
  readonly scores: SafetyScores | null;
  /** Indices into scores.concepts that were hit. */
  readonly hits: readonly number[];
}

/** Exists in types only and is not exported: no other file can write an object literal that has it. */
declare const checked: unique symbol;

/**
 * A picture that was checked, marked and read back. Only finish() builds one; the image store takes nothing else. (A test reads the
 * sources and fails where another file asserts this type.)
 */
export interface FinishedImage {
  readonly [checked]: 'and marked';
  readonly kind: 'tile' | 'grid';
  /** 0-based place in the job; the grid has -1. */
  readonly index: number;
  /** PNG with the `parameters` text chunk. */
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** The seed of this tile; the job's seed for a grid. */
  readonly seed: number;
  readonly verdict: Verdict;
  /** Easel's own watermark payload, uint32, unique per picture; null where the picture is too small to carry it. */
  readonly traceId: number | null;
  /** 16 hexadecimal digits; of what was painted, also where the tile shows something else. */
  readonly perceptualHash: string;
  /** The checker's image embedding of what was painted (unit length); null where the check failed, and for a grid. */
  readonly embedding: readonly number[] | null;
  /** What the aesthetics predictor makes of the embedding, about 1 to 10; only on tiles that are shown, and with a head. */
  readonly aesthetics?: number;
  /** Of a labelled sheet: what was found of each of its pictures. */
  readonly cells?: readonly Verdict[];
  /**
   * The withheld original as PNG, for the encrypted review store; present only on withheld tiles and never posted unless a moderator
   * releases it, for which it is marked like any other. Absent where the reason is `special-care`: nothing of it is kept.
   */
  readonly withheldOriginal?: Uint8Array;
  /** The same of a labelled sheet's cells. */
  readonly withheldCells?: readonly { readonly cell: number; readonly original: Uint8Array }[];
}

/** At most 128 px on the longer side, blurred, checked, unmarked. Travels only in the progress channel. */
export interface PreviewImage {
  readonly [checked]: 'as a preview';
  readonly kind: 'preview';
  /** WebP. */
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** One complete order. A retry of the same input on the same model paints the same picture. */
export interface PaintInput {
  /** `<lora:name:0.8>` inside it merges that LoRA into the model. */
  readonly prompt: string;
  readonly negativePrompt: string;
  /** Pixels, divisible by 8. */
  readonly width: number;
  readonly height: number;
  /** uint32; image n uses seed + n, wrapping. */
  readonly seed: number;
  /** 1-4. */
  readonly count: number;
  readonly steps: number;
  readonly guidanceScale: number;
  readonly sampler: SamplerId;
  readonly clipSkip: 1 | 2;
  /** Image-to-image start: an encoded picture (PNG, JPEG, WebP), fitted to width x height; strength 0-1. */
  readonly init?: { readonly bytes: Uint8Array; readonly strength: number };
  /** Inpainting mask as an encoded picture: white is repainted, black is kept. Needs `init`. */
  readonly mask?: Uint8Array;
  /** Outpainting: `init`, scaled to this size, lies here on the canvas (pixels, multiples of 8), and the rest is painted. Needs `init`. */
  readonly outpaint?: PaintPlacement | undefined;
  /** Seamless texture: circular padding. */
  readonly seamless?: boolean;
  /** Edge in pixels of the overlapping tiles that the U-Net works in; else it sees the picture whole. */
  readonly tileEdge?: number | undefined;
  /** A labelled sheet of single pictures instead of a grid; `count` is 1, and the first trace id marks the sheet. */
  readonly plot?: PlotInput | undefined;
  readonly safety: SafetyPolicy;
  /** One per tile and one last for the grid (present when count > 1): uint32 each. */
  readonly traceIds: readonly number[];
  readonly preview: 'off' | 'blurred';
}

export interface PaintPlacement {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface PlotInput {
  readonly columns: readonly string[];
  readonly rows: readonly string[];
  /** Row by row; what a cell does not say is as in the order. */
  readonly cells: readonly {
    readonly prompt?: string | undefined;
    readonly negativePrompt?: string | undefined;
    readonly seed?: number | undefined;
    readonly steps?: number | undefined;
    readonly guidanceScale?: number | undefined;
    readonly sampler?: SamplerId | undefined;
  }[];
}

export interface PaintTimings {
  /** Milliseconds. */
  readonly totalMs: number;
  readonly perStepMs: number;
  readonly decodeMs: number;
  readonly finishMs: number;
}

export interface PaintResult {
  /** None where the result is a labelled sheet. */
  readonly tiles: readonly FinishedImage[];
  /** Composed of the checked tiles; null for a single picture. */
  readonly grid: FinishedImage | null;
  readonly modelHash: string;
  readonly timings: PaintTimings;
}

export type PaintEvent =
  | { readonly type: 'progress'; readonly step: number; readonly steps: number; readonly msPerStep: number }
  | { readonly type: 'preview'; readonly step: number; readonly preview: PreviewImage }
  | { readonly type: 'result'; readonly result: PaintResult };

/** What one look at a foreign or own picture tells: uploads, trace, verify, takedown. */
export interface Inspection {
  readonly width: number;
  readonly height: number;
  readonly scores: SafetyScores | null;
  readonly verdict: Verdict;
  readonly perceptualHash: string;
  readonly embedding: readonly number[] | null;
  /** Whether the reference payload `StableDiffusionV1` was read, and with which share of right bits (0-1). */
  readonly referenceMark: { readonly found: boolean; readonly bitAccuracy: number };
  /** Easel's own mark: the trace id, or null. */
  readonly traceId: number | null;
  /** The AUTOMATIC1111 `parameters` text, when the file carries one. */
  readonly parameters: string | null;
  /** What a signed C2PA manifest in the file is worth; null where there is none. */
  readonly provenance: Provenance | null;
}

/** A file of the operator's folders, and why it cannot be used with the model where it cannot. */
export interface AdapterInfo {
  readonly name: string;
  readonly unfit: {
    readonly reason: 'xl' | 'width' | 'layers' | 'kind' | 'damaged' | 'model';
    /** Names and numbers, in no language. */
    readonly detail: string;
  } | null;
}

export interface ModelInfo {
  readonly name: string;
  readonly hash: string;
  /** Pixels: the edge the model was made for (512 for SD v1, 256 for the miniature). */
  readonly nativeSize: number;
  readonly provider: string;
  /** False means that generate() refuses with `model-without-checker`. */
  readonly hasChecker: boolean;
  /** What it paints best with, as far as its manifest says so. */
  readonly defaults?: ModelDefaults;
  readonly loras?: readonly AdapterInfo[];
  /** Textual inversion: by the name that is written in prompts. */
  readonly embeddings?: readonly AdapterInfo[];
}

export interface Engine {
  readonly model: ModelInfo;
  /** Throws EaselError `cancelled` when the signal fires, between two steps. One paint at a time per engine; further calls wait. */
  paint(input: PaintInput, options?: { signal?: AbortSignal }): AsyncGenerator<PaintEvent, void, void>;
  inspect(bytes: Uint8Array, safety: SafetyPolicy): Promise<Inspection>;
  close(): Promise<void>;
}
