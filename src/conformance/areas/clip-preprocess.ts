// clip-preprocess/: pictures and what Pillow's bicubic resampling and CLIP's normalisation make of them.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { clipPixelValues, clipResizeAndCrop } from '../../diffusion/clip-preprocess.ts';
import { readPicture } from '../../image/read-picture.ts';
import type { Area, AreaContext, CaseResult } from '../area.ts';
import { exact, maxAbsDifference, measured } from '../area.ts';
import { Goldens } from '../goldens.ts';
import { readJson } from '../read.ts';

const area = 'clip-preprocess';
const folder = 'clip-preprocess';
/** A port of Pillow's own resampling should be exact. */
const levelTolerance = 0;
const valueTolerance = 1e-5;

export const clipPicturesSchema = z.object({
  images: z.array(z.object({ name: z.string(), input: z.string(), width: z.int(), height: z.int() })),
});

async function* run(context: AreaContext): AsyncGenerator<CaseResult> {
  const goldens = await Goldens.open(context, `${folder}/clip-preprocess.safetensors`);
  if (goldens === undefined) return;
  context.claim(`${folder}/clip-preprocess.json`);
  const { images } = await readJson(context, `${folder}/clip-preprocess.json`, clipPicturesSchema);
  for (const { name, input, width, height } of images) {
    context.claim(`${folder}/${input}`);
    const picture = await readPicture(await readFile(join(context.fixturesDir, folder, input)));
    yield exact(
      area,
      `${name} size`,
      picture.width === width && picture.height === height,
      `${picture.width}x${picture.height}`,
    );
    const levels = goldens.numbers(`${name}.resized_cropped_u8`);
    const cropped = clipResizeAndCrop(picture).data;
    yield measured(
      area,
      `${name} ${width}x${height} pixels`,
      maxAbsDifference(cropped, levels),
      levelTolerance,
      'levels',
    );
    if (!goldens.has(`${name}.pixel_values`)) continue;
    const values = goldens.numbers(`${name}.pixel_values`);
    yield measured(area, `${name} values`, maxAbsDifference(clipPixelValues(picture), values), valueTolerance);
  }
  yield* goldens.unused(area);
}

export const clipPreprocess: Area = { name: area, run };
