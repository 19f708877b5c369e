// LoRA arithmetic against test/golden/adapters (its README has the recipe).

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addFactors, readFactors } from '../../src/adapters/lora-delta.ts';
import type { LoraLayer } from '../../src/adapters/lora-file.ts';
import { type MatrixProduct, openMatrixProduct } from '../../src/diffusion/matrix-product.ts';
import type { LazyTensor } from '../../src/model-import/tensor.ts';

interface Golden {
  name: string;
  shape: number[];
  alpha: number | null;
  weight: number;
  down: number[];
  up: number[];
  mid: number[] | null;
  merged: number[];
}

const goldens = JSON.parse(readFileSync(new URL('../golden/adapters/lora.json', import.meta.url), 'utf8')) as Golden[];

const filled = (shape: readonly number[], seed: number) =>
  Float32Array.from({ length: shape.reduce((product, size) => product * size, 1) }, (_, n) =>
    Math.sin(12.9898 * (n + 1) + seed),
  );
const lazy = (shape: readonly number[], values: Float32Array): LazyTensor => ({
  name: 'made',
  dtype: 'F32',
  shape,
  read: async () => new Uint8Array(values.slice().buffer),
});

let product: MatrixProduct;
beforeAll(async () => {
  product = await openMatrixProduct();
});
afterAll(() => product.close());

function layerOf(golden: Golden): LoraLayer {
  return {
    network: 'unet',
    layer: golden.name,
    down: lazy(golden.down, filled(golden.down, 2)),
    up: lazy(golden.up, filled(golden.up, 3)),
    ...(golden.mid ? { mid: lazy(golden.mid, filled(golden.mid, 4)) } : {}),
    ...(golden.alpha === null ? {} : { alpha: lazy([], Float32Array.of(golden.alpha)) }),
  };
}

const largestError = (found: Float32Array, wanted: readonly number[]) =>
  Math.max(...wanted.map((value, i) => Math.abs(value - (found[i] ?? Number.NaN))));

describe.each(goldens)('a LoRA of a $name', (golden) => {
  const rows = golden.shape[0]!;
  const columns = golden.merged.length / rows;

  it('is merged into the whole weight', async () => {
    const weight = filled(golden.shape, 1);
    const factors = await readFactors(layerOf(golden), golden.weight);
    await addFactors(weight, { rows: [0, rows], isTransposed: false }, factors, product);
    expect(largestError(weight, golden.merged)).toBeLessThan(1e-6);
  });

  it('is merged into some rows that are stored transposed', async () => {
    const [from, to] = [1, rows - 1];
    const turned = (values: ArrayLike<number>) =>
      Float32Array.from({ length: (to - from) * columns }, (_, at) => {
        const [column, row] = [Math.floor(at / (to - from)), at % (to - from)];
        return values[(from + row) * columns + column]!;
      });
    const block = turned(filled(golden.shape, 1));
    const factors = await readFactors(layerOf(golden), golden.weight);
    await addFactors(block, { rows: [from, to], isTransposed: true }, factors, product);
    expect(largestError(block, [...turned(golden.merged)])).toBeLessThan(1e-6);
  });
});

it('takes the alpha of the file where a layer has none', async () => {
  const { alpha: _, ...layer } = layerOf(goldens[0]!);
  const own = await readFactors(layerOf(goldens[0]!), 1);
  expect((await readFactors(layer, 1, 1)).up).toEqual(own.up);
  expect((await readFactors(layer, 1)).up).not.toEqual(own.up);
});
