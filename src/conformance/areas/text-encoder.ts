// text-encoder.safetensors: rows of ids and the hidden states of the last and last-but-one layer; with `fp16_weights_` before the name
// those of the checkpoint that stores fp16.

import { join } from 'node:path';
import { Network } from '../../diffusion/session.ts';
import type { Tensor } from '../../diffusion/tensor.ts';
import { textEncoderFile } from '../../diffusion/text-encoder.ts';
import type { Area, AreaContext, CaseResult } from '../area.ts';
import { fp16Tolerance, maxAbsDifference, measured, relativeL2 } from '../area.ts';
import { Goldens } from '../goldens.ts';

const area = 'text encoder';
const tolerance = 1e-4;
const fp16Prefix = 'fp16_weights_';

async function* run(context: AreaContext): AsyncGenerator<CaseResult> {
  const goldens = await Goldens.open(context, 'text-encoder.safetensors');
  if (goldens === undefined) return;
  const ids = { data: Array.from(goldens.numbers('input_ids')), dims: goldens.shape('input_ids') };
  const states = async (folder: string) => {
    const network = await Network.open(join(folder, textEncoderFile));
    const outputs: Record<string, Tensor> = await network.run({ input_ids: ids });
    await network.release();
    return outputs;
  };
  const [plain, stored16] = [await states(await context.models.fp32()), await states(await context.models.fp16())];
  const fp16Names = goldens.matching(/^fp16_weights_(.*)$/);
  const weights16 = fp16Names.length > 0 ? await states(await context.models.fp16Weights()) : {};
  for (const name of goldens.matching(/^((?!fp16_weights_|input_ids).*)$/)) {
    const golden = goldens.floats(name).data;
    yield measured(area, name, maxAbsDifference(plain[name]?.data ?? [], golden), tolerance);
    yield measured(
      area,
      `${name} stored as fp16`,
      relativeL2(stored16[name]?.data ?? [], golden),
      fp16Tolerance,
      'rel L2',
    );
  }
  for (const name of fp16Names) {
    const golden = goldens.floats(fp16Prefix + name).data;
    yield measured(area, `${name} of fp16 weights`, maxAbsDifference(weights16[name]?.data ?? [], golden), tolerance);
  }
  yield* goldens.unused(area);
}

export const textEncoder: Area = { name: area, run };
