// The Stable Diffusion safety checker: a CLIP vision tower whose embedding is compared with 17 published concepts and 3 that call for
// special care (diffusers, StableDiffusionSafetyChecker; Rando et al. 2022 describe it). It measures; what a score means for a
// picture is the business of whoever holds the policy.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EaselError, expected } from '../errors.ts';
import { clipImageSize, clipPixelValues } from './clip-preprocess.ts';
import type { RgbPixels } from './rgb-pixels.ts';
import { Network, type NetworkOptions } from './session.ts';

/** Cosines above which a concept counts as present. */
export interface CheckerThresholds {
  readonly concepts: readonly number[];
  readonly specialCare: readonly number[];
}

/** What the network says of one picture, before any threshold. */
export interface CheckerMeasurement {
  /** The CLIP image embedding scaled to unit length. */
  readonly embedding: Float32Array;
  /** Cosine to each concept. */
  readonly conceptCosines: Float32Array;
  readonly specialCareCosines: Float32Array;
}

/** Cosine minus threshold plus adjustment, rounded to 3 decimals: above 0 means present. */
export interface ConceptScores {
  readonly concepts: readonly number[];
  readonly specialCare: readonly number[];
}

/** Runs the graph on [batch, 3, 224, 224] values; answers with the graph's three outputs, row by row. */
export type CheckerNetwork = (
  clipInput: Float32Array,
  batch: number,
) => Promise<{
  readonly image_embeds: Float32Array;
  readonly cos_dist: Float32Array;
  readonly special_cos_dist: Float32Array;
}>;

/** An opened checker. */
export interface SafetyChecker {
  readonly thresholds: CheckerThresholds;
  /** Throws EaselError `safety-check-failed` or what the session throws. */
  measure(pictures: readonly RgbPixels[]): Promise<CheckerMeasurement[]>;
  close(): Promise<void>;
}

/**
 * Opens `<model>/safety_checker`. Throws `model-without-checker` when there is none, or one that answers only yes or no: without
 * cosines there is nothing to report or to adjust.
 */
export async function openSafetyChecker(modelFolder: string, options: NetworkOptions = {}): Promise<SafetyChecker> {
  const thresholds = await readCheckerThresholds(modelFolder);
  const path = join(modelFolder, 'safety_checker', 'model.onnx');
  const network = await Network.open(path, options).catch((cause: unknown) => {
    if (!(cause instanceof EaselError) || cause.code !== 'model-missing') throw cause;
    throw new EaselError('model-without-checker', `Expected the safety checker's network at ${path}`, { cause });
  });
  const missing = outputNames.filter((name) => !network.outputs.has(name));
  if (missing.length > 0) {
    await network.release();
    throw new EaselError(
      'model-without-checker',
      expected('cosines as outputs', path, [...network.outputs].join(', ')),
    );
  }
  const run: CheckerNetwork = async (data, batch) => {
    const outputs = await network.run(
      { clip_input: { data, dims: [batch, 3, clipImageSize, clipImageSize] } },
      outputNames,
    );
    const [image_embeds, cos_dist, special_cos_dist] = outputNames.map((name) => outputs[name]!.data);
    return { image_embeds: image_embeds!, cos_dist: cos_dist!, special_cos_dist: special_cos_dist! };
  };
  return {
    thresholds,
    measure: (pictures) => measurePictures(pictures, run, thresholds),
    close: () => network.release(),
  };
}

const outputNames = ['image_embeds', 'cos_dist', 'special_cos_dist'] as const;

/** What a special-care hit adds to every later score. */
const specialCareAdjustment = 0.01;

/** A positive `adjustment` makes every score stricter; 0 is what diffusers does. */
export function scoreConcepts(
  cosines: Pick<CheckerMeasurement, 'conceptCosines' | 'specialCareCosines'>,
  thresholds: CheckerThresholds,
  adjustment = 0,
): ConceptScores {
  let current = adjustment;
  const score = (cosine: number, threshold: number) => Math.round((cosine - threshold + current) * 1000) / 1000;
  // The adjustment also counts for the special-care concepts after the first hit, as in diffusers.
  const specialCare = thresholds.specialCare.map((threshold, i) => {
    const value = score(cosines.specialCareCosines[i]!, threshold);
    if (value > 0) current = adjustment + specialCareAdjustment;
    return value;
  });
  return { concepts: thresholds.concepts.map((t, i) => score(cosines.conceptCosines[i]!, t)), specialCare };
}

/** Indices of the concepts that are present. */
export function conceptHits(scores: ConceptScores): number[] {
  return scores.concepts.flatMap((score, i) => (score > 0 ? [i] : []));
}

/**
 * Measures pictures of any sizes, one batch. Throws EaselError `safety-check-failed` when the network's answer has another shape
 * than its thresholds ask for, or numbers that are not finite: a checker that cannot be believed must not pass a picture.
 */
export async function measurePictures(
  pictures: readonly RgbPixels[],
  network: CheckerNetwork,
  thresholds: CheckerThresholds,
): Promise<CheckerMeasurement[]> {
  const batch = pictures.length;
  const input = new Float32Array(batch * 3 * clipImageSize * clipImageSize); // [b, 3, 224, 224]
  for (const [i, picture] of pictures.entries())
    input.set(clipPixelValues(picture), i * 3 * clipImageSize * clipImageSize);
  const outputs = await network(input, batch);
  checkShape('cos_dist', outputs.cos_dist, batch * thresholds.concepts.length);
  checkShape('special_cos_dist', outputs.special_cos_dist, batch * thresholds.specialCare.length);
  checkShape(
    'image_embeds',
    outputs.image_embeds,
    batch * Math.max(1, Math.floor(outputs.image_embeds.length / batch)),
  );
  return pictures.map((_, i) => ({
    embedding: unit(row(outputs.image_embeds, i, batch)),
    conceptCosines: row(outputs.cos_dist, i, batch),
    specialCareCosines: row(outputs.special_cos_dist, i, batch),
  }));
}

/** Reads `concept_embeds_weights` and `special_care_embeds_weights` of `<model>/safety_checker/config.json`. */
export async function readCheckerThresholds(modelFolder: string): Promise<CheckerThresholds> {
  const path = join(modelFolder, 'safety_checker', 'config.json');
  let config: unknown;
  try {
    config = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new EaselError('model-without-checker', `Expected a readable safety checker configuration at ${path}`, {
      cause,
    });
  }
  const list = (key: string): number[] => {
    const value = (config as Record<string, unknown> | null)?.[key];
    if (
      !Array.isArray(value) ||
      value.length === 0 ||
      !value.every((x) => typeof x === 'number' && Number.isFinite(x))
    ) {
      throw new EaselError('model-without-checker', expected('a list of numbers', `${key} in ${path}`, value));
    }
    return value as number[];
  };
  return { concepts: list('concept_embeds_weights'), specialCare: list('special_care_embeds_weights') };
}

function checkShape(name: string, values: Float32Array, length: number): void {
  if (values.length !== length || values.length === 0) {
    throw new EaselError('safety-check-failed', expected(`${length} numbers`, `the checker's ${name}`, values.length));
  }
  if (!values.every(Number.isFinite)) {
    throw new EaselError('safety-check-failed', `Expected finite numbers for the checker's ${name}`);
  }
}

function row(values: Float32Array, i: number, batch: number): Float32Array {
  const length = values.length / batch;
  return values.slice(i * length, (i + 1) * length);
}

function unit(vector: Float32Array): Float32Array {
  const norm = Math.hypot(...vector);
  return norm > 0 ? vector.map((x) => x / norm) : vector;
}
