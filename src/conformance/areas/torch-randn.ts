// torch-randn.json: two successive draws of PyTorch's CPU generator for several seeds and shapes.

import { z } from 'zod';
import { TorchGenerator } from '../../diffusion/random.ts';
import { sizeOf } from '../../diffusion/tensor.ts';
import type { Area, AreaContext, CaseResult } from '../area.ts';
import { maxAbsDifference, measured } from '../area.ts';
import { readJson } from '../read.ts';

const area = 'torch-randn';
const path = 'torch-randn.json';
const tolerance = 1e-5;

const fileSchema = z.object({
  cases: z.array(
    z.strictObject({
      seed: z.int(),
      shape: z.array(z.int()),
      first: z.array(z.number()),
      second: z.array(z.number()),
      sum: z.number(),
      sumsq: z.number(),
    }),
  ),
});

async function* run(context: AreaContext): AsyncGenerator<CaseResult> {
  if (!context.files.includes(path)) return;
  context.claim(path);
  const { cases } = await readJson(context, path, fileSchema);
  for (const golden of cases) {
    const name = `seed ${golden.seed} [${golden.shape}]`;
    const generator = new TorchGenerator(golden.seed);
    const size = sizeOf(golden.shape);
    const draws = [generator.randn(size), generator.randn(size)] as const;
    yield measured(
      area,
      `${name} first`,
      maxAbsDifference(ends(draws[0], golden.first.length), golden.first),
      tolerance,
    );
    yield measured(
      area,
      `${name} second`,
      maxAbsDifference(ends(draws[1], golden.second.length), golden.second),
      tolerance,
    );
    // Sums over thousands of numbers gather their errors: the tolerance is per number.
    const total = draws[0].reduce((a, b) => a + b, 0);
    const squares = draws[0].reduce((a, b) => a + b * b, 0);
    const worst = Math.max(Math.abs(total - golden.sum), Math.abs(squares - golden.sumsq)) / size;
    yield measured(area, `${name} sums`, worst, tolerance, 'abs/n');
  }
}

/** Long draws are stored by their first and last half of what is kept. */
function ends(values: Float32Array, kept: number): number[] {
  if (values.length === kept) return [...values];
  return [...values.subarray(0, kept / 2), ...values.subarray(values.length - kept / 2)];
}

export const torchRandn: Area = { name: area, run };
