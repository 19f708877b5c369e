// The aesthetics head against PyTorch's own answers (test/golden/aesthetics: make.py has the recipe), and what is refused.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openAesthetics, requireWidth } from '../../src/adapters/open-aesthetics.ts';
import { openCheckpoint } from '../../src/model-import/checkpoint.ts';
import {
  failure,
  floats,
  type StoredTensor,
  temporaryFolder,
  values,
  writeSafetensors,
} from '../model-import/files.ts';

const golden = fileURLToPath(new URL('../golden/aesthetics/', import.meta.url));
const { embeddings, scores } = JSON.parse(readFileSync(join(golden, 'mlp.json'), 'utf8')) as {
  embeddings: number[][];
  scores: number[];
};
const folder = temporaryFolder();
const head = (name: string, tensors: Record<string, StoredTensor>) => writeSafetensors(join(folder, name), tensors);

/** The published head's tensors in small, as safetensors. */
async function tensorsOfGolden(): Promise<Record<string, StoredTensor>> {
  const checkpoint = await openCheckpoint(join(golden, 'mlp.pth'));
  const all: [string, StoredTensor][] = [];
  for (const [name, one] of checkpoint.tensors) all.push([name, floats(one.shape, await values(one))]);
  await checkpoint.close();
  return Object.fromEntries(all);
}

describe('the aesthetics head', () => {
  it('answers as PyTorch does, from the published .pth and from safetensors in any order', async () => {
    const backwards = Object.fromEntries(Object.entries(await tensorsOfGolden()).reverse());
    for (const path of [join(golden, 'mlp.pth'), head('mlp.safetensors', backwards)]) {
      const { width, score } = await openAesthetics(path);
      expect(width).toBe(8);
      // PyTorch adds up in float32 layer by layer: six digits agree.
      for (const [i, embedding] of embeddings.entries()) expect(score(embedding)).toBeCloseTo(scores[i]!, 6);
    }
  });

  it('reads a plain linear layer, with or without a bias', async () => {
    const weight = floats([1, 3], [1, 2, 3]);
    const withBias = await openAesthetics(head('linear.safetensors', { weight, bias: floats([1], [0.5]) }));
    expect(withBias.score([1, 0.5, 0.25])).toBe(3.25);
    expect((await openAesthetics(head('bare.safetensors', { weight }))).score([1, 0.5, 0.25])).toBe(2.75);
  });

  it('gives no score for an embedding of another width or without numbers in it', async () => {
    const { score } = await openAesthetics(head('linear.safetensors', { weight: floats([1, 2], [1, 1]) }));
    expect(score([1])).toBeNull();
    expect(score([1, Number.NaN])).toBeNull();
  });

  it('refuses what is no chain of linear layers with one output', async () => {
    const { 'layers.7.weight': _, 'layers.7.bias': __, ...shorter } = await tensorsOfGolden();
    expect(await failure(openAesthetics(head('short.safetensors', shorter)))).toMatch(
      /^checkpoint-unsupported: .*layers fit together.* one has 3 outputs where 1 are needed/,
    );
    const normed = { weight: floats([1, 2], [1, 1]), 'norm.running_mean': floats([2], [0, 0]) };
    expect(await failure(openAesthetics(head('norm.safetensors', normed)))).toMatch(
      /^checkpoint-unsupported: .* found norm\.running_mean$/,
    );
    const cube = { weight: floats([1, 2, 2], [1, 1, 1, 1]) };
    expect(await failure(openAesthetics(head('cube.safetensors', cube)))).toMatch(/found weights of \[1,2,2\]$/);
    const infinite = { weight: floats([1, 2], [1, Number.POSITIVE_INFINITY]) };
    expect(await failure(openAesthetics(head('infinite.safetensors', infinite)))).toMatch(/^checkpoint-damaged/);
    writeFileSync(join(folder, 'page.pth'), '<!doctype html>');
    expect(await failure(openAesthetics(join(folder, 'page.pth')))).toMatch(/^checkpoint-unsupported: .*a web page/);
    expect(await failure(openAesthetics(join(folder, 'none.pth')))).toMatch(/^bad-config: .*EASEL_AESTHETICS_FILE/);
  });

  it('is refused for a checker whose embeddings have another width, naming both', async () => {
    const plain = await openAesthetics(head('linear.safetensors', { weight: floats([1, 2], [1, 1]) }));
    expect(() => requireWidth(plain, 2, 'a.pth', 'miniature')).not.toThrow();
    expect(() => requireWidth(plain, 192, 'a.pth', 'miniature')).toThrow(
      expect.objectContaining({
        code: 'bad-config',
        message: expect.stringMatching(
          /of 192 numbers, as the safety checker of miniature makes them, but a\.pth reads 2/,
        ),
      }),
    );
  });
});
