// unet.safetensors: latents, timesteps (one per item) and contexts of any length -> eps; with `fp16_weights.` before the case the eps of
// the checkpoint that stores fp16.

import { join } from 'node:path';
import { Network } from '../../diffusion/session.ts';
import { predictNoise, unetFile } from '../../diffusion/unet.ts';
import type { Area, AreaContext, CaseResult } from '../area.ts';
import { fp16Tolerance, maxAbsDifference, measured, relativeL2 } from '../area.ts';
import { Goldens } from '../goldens.ts';

const area = 'unet';
const tolerance = 1e-4;

async function* run(context: AreaContext): AsyncGenerator<CaseResult> {
  const goldens = await Goldens.open(context, 'unet.safetensors');
  if (goldens === undefined) return;
  const eps = (unet: Network, name: string) =>
    predictNoise(
      unet,
      goldens.floats(`${name}.sample`),
      Array.from(goldens.numbers(`${name}.timestep`)),
      goldens.floats(`${name}.context`),
    );
  const cases = goldens.matching(/^((?!fp16_weights\.).*)\.eps$/);
  const describe = (name: string) =>
    `${name} [${goldens.shape(`${name}.sample`)}] t=${Array.from(goldens.numbers(`${name}.timestep`))}`;

  const plain = await Network.open(join(await context.models.fp32(), unetFile));
  for (const name of cases) {
    const golden = goldens.floats(`${name}.eps`).data;
    yield measured(area, describe(name), maxAbsDifference((await eps(plain, name)).data, golden), tolerance);
  }
  await plain.release();

  const stored16 = await Network.open(join(await context.models.fp16(), unetFile));
  for (const name of cases) {
    const golden = goldens.floats(`${name}.eps`).data;
    yield measured(
      area,
      `${describe(name)} stored as fp16`,
      relativeL2((await eps(stored16, name)).data, golden),
      fp16Tolerance,
      'rel L2',
    );
  }
  await stored16.release();

  const of16 = goldens.matching(/^fp16_weights\.(.*)\.eps$/);
  if (of16.length > 0) {
    const weights16 = await Network.open(join(await context.models.fp16Weights(), unetFile));
    for (const name of of16) {
      const golden = goldens.floats(`fp16_weights.${name}.eps`).data;
      yield measured(
        area,
        `${describe(name)} of fp16 weights`,
        maxAbsDifference((await eps(weights16, name)).data, golden),
        tolerance,
      );
    }
    await weights16.release();
  }
  yield* goldens.unused(area);
}

export const unet: Area = { name: area, run };
