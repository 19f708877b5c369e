// safety-checker.safetensors and .json: the checker's network on given values, then scores and decisions from the pictures themselves.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { clipPixelValues } from '../../diffusion/clip-preprocess.ts';
import { conceptHits, readCheckerThresholds, scoreConcepts } from '../../diffusion/safety-checker.ts';
import { Network } from '../../diffusion/session.ts';
import type { Tensor } from '../../diffusion/tensor.ts';
import { slice } from '../../diffusion/tensor.ts';
import { readPicture } from '../../image/read-picture.ts';
import { openCheckpoint } from '../../model-import/checkpoint.ts';
import { toFloat32 } from '../../model-import/tensor.ts';
import type { Area, AreaContext, CaseResult } from '../area.ts';
import { exact, fp16Tolerance, maxAbsDifference, measured, relativeL2 } from '../area.ts';
import { Goldens } from '../goldens.ts';
import { readJson } from '../read.ts';
import { clipPicturesSchema } from './clip-preprocess.ts';

const area = 'safety checker';
const embeddingTolerance = 1e-4;
const cosineTolerance = 1e-5;
const scoreTolerance = 0.001;

const scores = z.array(z.number());
const indices = z.array(z.int());
const names = z.array(z.string());
const fileSchema = z.object({
  images_in_order: names,
  rule: z.string(),
  summary: z.strictObject({ flagged: names, only_by_adjustment: names, clean: names, special_but_clean: names }),
  images: z.array(
    z.strictObject({
      image: z.string(),
      special_scores: scores,
      special_care: indices,
      adjustment: z.number(),
      concept_scores: scores,
      bad_concepts: indices,
      bad_concepts_without_adjustment: indices,
      has_nsfw_concept: z.boolean(),
    }),
  ),
});

async function* run(context: AreaContext): AsyncGenerator<CaseResult> {
  const goldens = await Goldens.open(context, 'safety-checker.safetensors');
  if (goldens === undefined) return;
  const values = goldens.floats('pixel_values');
  const folder = await context.models.fp32();
  const network = await Network.open(join(folder, 'safety_checker', 'model.onnx'));
  const stored16 = await Network.open(join(await context.models.fp16(), 'safety_checker', 'model.onnx'));
  const outputs = await network.run({ clip_input: values });
  const outputs16 = await stored16.run({ clip_input: values });
  await stored16.release();
  for (const [name, tolerance] of [
    ['image_embeds', embeddingTolerance],
    ['cos_dist', cosineTolerance],
    ['special_cos_dist', cosineTolerance],
  ] as const) {
    const golden = goldens.floats(name).data;
    yield measured(area, name, maxAbsDifference(outputs[name]?.data ?? [], golden), tolerance);
    yield measured(
      area,
      `${name} stored as fp16`,
      relativeL2(outputs16[name]?.data ?? [], golden),
      fp16Tolerance,
      'rel L2',
    );
  }
  if (goldens.has('pooled_output')) {
    const projected = await project(context, goldens.floats('pooled_output'));
    const error = maxAbsDifference(outputs.image_embeds?.data ?? [], projected);
    yield measured(area, 'image_embeds from pooled_output', error, embeddingTolerance);
  }
  yield* decisions(context, folder, network, values);
  await network.release();
  yield* goldens.unused(area);
}

/** Our graph does not answer with the pooled output; its projection, which it does answer with, must come from it. */
async function project(context: AreaContext, pooled: Tensor): Promise<Float32Array> {
  const path = context.files.find((file) => /\/safety_checker\/[^/]+\.safetensors(?:\.gz)?$/.test(file)) ?? '';
  const checkpoint = await openCheckpoint(await context.models.unpacked(path.replace(/\.gz$/, '')));
  const weight = checkpoint.tensors.get('visual_projection.weight');
  const matrix = weight === undefined ? new Float32Array() : toFloat32(await weight.read(), weight.dtype);
  await checkpoint.close();
  const [rows, width] = pooled.dims as [number, number];
  const length = matrix.length / width;
  return Float32Array.from({ length: rows * length }, (_, i) => {
    const [row, column] = [Math.floor(i / length), i % length];
    let total = 0;
    for (let k = 0; k < width; k++) total += (pooled.data[row * width + k] ?? 0) * (matrix[column * width + k] ?? 0);
    return total;
  });
}

async function* decisions(
  context: AreaContext,
  folder: string,
  network: Network,
  values: Tensor,
): AsyncGenerator<CaseResult> {
  const path = 'safety-checker.json';
  if (!context.files.includes(path)) return;
  context.claim(path);
  const file = await readJson(context, path, fileSchema);
  const pictures = await readJson(context, 'clip-preprocess/clip-preprocess.json', clipPicturesSchema);
  const thresholds = await readCheckerThresholds(folder);
  const verdicts: Record<'flagged' | 'only_by_adjustment' | 'clean' | 'special_but_clean', string[]> = {
    flagged: [],
    only_by_adjustment: [],
    clean: [],
    special_but_clean: [],
  };
  for (const [i, golden] of file.images.entries()) {
    const name = golden.image;
    yield exact(area, `${name} order`, file.images_in_order[i] === name, `${file.images_in_order[i]}`);
    const input = pictures.images.find((picture) => picture.name === name)?.input ?? '';
    const pixels = clipPixelValues(
      await readPicture(await readFile(join(context.fixturesDir, 'clip-preprocess', input))),
    );
    yield measured(area, `${name} pixel_values`, maxAbsDifference(pixels, slice(values, i, i + 1).data), 1e-5);
    const result = await network.run({ clip_input: { data: pixels, dims: [1, ...values.dims.slice(1)] } });
    const cosines = {
      conceptCosines: result.cos_dist?.data ?? new Float32Array(),
      specialCareCosines: result.special_cos_dist?.data ?? new Float32Array(),
    };
    const ours = scoreConcepts(cosines, thresholds);
    const hits = conceptHits(ours);
    const special = ours.specialCare.flatMap((score, k) => (score > 0 ? [k] : []));
    const bare = thresholds.concepts.flatMap((threshold, k) => {
      return Math.round(((cosines.conceptCosines[k] ?? 0) - threshold) * 1000) > 0 ? [k] : [];
    });
    // Scores are rounded to three places: half a unit of the last one on top of the tolerance.
    const within = scoreTolerance + 1e-9;
    yield measured(area, `${name} concept scores`, maxAbsDifference(ours.concepts, golden.concept_scores), within);
    yield measured(
      area,
      `${name} special-care scores`,
      maxAbsDifference(ours.specialCare, golden.special_scores),
      within,
    );
    yield exact(area, `${name} concepts`, `${hits}` === `${golden.bad_concepts}`, `found ${hits}`);
    yield exact(area, `${name} special care`, `${special}` === `${golden.special_care}`, `found ${special}`);
    yield exact(
      area,
      `${name} concepts unadjusted`,
      `${bare}` === `${golden.bad_concepts_without_adjustment}`,
      `found ${bare}`,
    );
    yield exact(area, `${name} adjustment`, (special.length > 0 ? 0.01 : 0) === golden.adjustment);
    yield exact(area, `${name} decision`, hits.length > 0 === golden.has_nsfw_concept, `flagged: ${hits.length > 0}`);
    if (hits.length === 0) verdicts[special.length > 0 ? 'special_but_clean' : 'clean'].push(name);
    else verdicts[bare.length === 0 ? 'only_by_adjustment' : 'flagged'].push(name);
  }
  for (const [verdict, wanted] of Object.entries(file.summary)) {
    const found = verdicts[verdict as keyof typeof verdicts];
    yield exact(area, `summary ${verdict}`, `${[...found].sort()}` === `${[...wanted].sort()}`, `found ${found}`);
  }
}

export const safetyChecker: Area = { name: area, run };
