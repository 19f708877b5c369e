// vae.safetensors: pictures to means, log variances and scaled samples, and latents to pictures; with `fp16_weights.` before the case
// those of the checkpoint that stores fp16.

import { join } from 'node:path';
import { readModelFolder } from '../../diffusion/model-folder.ts';
import { Network } from '../../diffusion/session.ts';
import type { Tensor } from '../../diffusion/tensor.ts';
import { decode, encode, samplePosterior, vaeDecoderFile, vaeEncoderFile } from '../../diffusion/vae.ts';
import type { Area, AreaContext, CaseResult } from '../area.ts';
import { fp16Tolerance, maxAbsDifference, measured, relativeL2 } from '../area.ts';
import { Goldens } from '../goldens.ts';

const area = 'vae';
const tolerance = 1e-4;

/** What can be asked of a model: golden name -> its value from the inputs of a case. */
async function answers(folder: string, goldens: Goldens, name: string): Promise<Record<string, Tensor>> {
  const { latentScale } = await readModelFolder(folder);
  const result: Record<string, Tensor> = {};
  const decoder = await Network.open(join(folder, vaeDecoderFile));
  if (goldens.has(`${name}.image`)) {
    const encoder = await Network.open(join(folder, vaeEncoderFile));
    const posterior = await encode(encoder, goldens.floats(`${name}.image`));
    await encoder.release();
    result.mean = posterior.mean;
    result.logvar = posterior.logvar;
    if (goldens.has(`${name}.posterior_noise`)) {
      result.sampled_scaled_latent = samplePosterior(
        posterior,
        latentScale,
        goldens.floats(`${name}.posterior_noise`).data,
      );
    }
    result.reconstruction_from_mean = await decode(decoder, samplePosterior(posterior, latentScale), latentScale);
  }
  if (goldens.has(`${name}.latent`))
    result.decoded = await decode(decoder, goldens.floats(`${name}.latent`), latentScale);
  await decoder.release();
  return result;
}

async function* run(context: AreaContext): AsyncGenerator<CaseResult> {
  const goldens = await Goldens.open(context, 'vae.safetensors');
  if (goldens === undefined) return;
  const outputs = ['mean', 'logvar', 'sampled_scaled_latent', 'decoded', 'reconstruction_from_mean'];
  const names = new Set(goldens.matching(/^((?!fp16_weights\.)[^.]+)\./));
  for (const name of names) {
    const plain = await answers(await context.models.fp32(), goldens, name);
    const stored16 = await answers(await context.models.fp16(), goldens, name);
    for (const output of outputs.filter((one) => goldens.has(`${name}.${one}`))) {
      const golden = goldens.floats(`${name}.${output}`);
      const title = `${name}.${output} [${golden.dims}]`;
      yield measured(area, title, maxAbsDifference(plain[output]?.data ?? [], golden.data), tolerance);
      const error = relativeL2(stored16[output]?.data ?? [], golden.data);
      yield measured(area, `${title} stored as fp16`, error, fp16Tolerance, 'rel L2');
    }
  }
  for (const name of new Set(goldens.matching(/^fp16_weights\.([^.]+)\./))) {
    const ours = await answers(await context.models.fp16Weights(), goldens, name);
    for (const output of outputs.filter((one) => goldens.has(`fp16_weights.${name}.${one}`))) {
      const golden = goldens.floats(`fp16_weights.${name}.${output}`).data;
      yield measured(
        area,
        `${name}.${output} of fp16 weights`,
        maxAbsDifference(ours[output]?.data ?? [], golden),
        tolerance,
      );
    }
  }
  yield* goldens.unused(area);
}

export const vae: Area = { name: area, run };
