// Too little memory: fewer pictures at once, the halves of guidance apart, smaller tiles, and the same numbers in the end.

import { describe, expect, it } from 'vitest';
import { guidedNoise } from '../../src/diffusion/guidance.ts';
import { RunLimits } from '../../src/diffusion/run-limits.ts';
import type { NetworkInput, RunnableNetwork } from '../../src/diffusion/session.ts';
import { sizeOf, type Tensor, tensor } from '../../src/diffusion/tensor.ts';
import { decode } from '../../src/diffusion/vae.ts';
import { EaselError } from '../../src/errors.ts';

const waves = (dims: readonly number[]) =>
  tensor(
    Float32Array.from({ length: sizeOf(dims) }, (_, i) => Math.sin(i / 7)),
    dims,
  );
const outOfMemory = () => new EaselError('inference-out-of-memory', 'no room', { retryable: true });

/** A U-Net that takes so many places of a batch, and answers each by its own numbers and text. */
function smallUnet(places: number): RunnableNetwork & { readonly batches: number[] } {
  const batches: number[] = [];
  return {
    batches,
    inputs: new Map(),
    async run(inputs: Readonly<Record<string, NetworkInput>>) {
      const { sample, encoder_hidden_states: context } = inputs as Record<string, Tensor>;
      const batch = sample!.dims[0]!;
      batches.push(batch);
      if (batch > places) throw outOfMemory();
      const size = sample!.data.length / batch;
      const width = context!.data.length / batch;
      const data = sample!.data.map((value, i) => value * context!.data[Math.floor(i / size) * width]!);
      return { out_sample: tensor(data, sample!.dims) };
    },
  };
}

const dims = [4, 4, 2, 2];
async function noiseOf(unet: RunnableNetwork, limits: RunLimits, scale = 7): Promise<Float32Array> {
  const conditional = tensor(Float32Array.of(3), [1, 1, 1]);
  const unconditional = tensor(Float32Array.of(2), [1, 1, 1]);
  return guidedNoise({ unet, conditional, unconditional, scale, dims, limits })(waves(dims).data, 0, 1);
}

describe('the U-Net', () => {
  it('takes fewer pictures at once, then the halves of guidance apart, and remembers it', async () => {
    const wanted = await noiseOf(smallUnet(8), new RunLimits(4));
    const said: string[] = [];
    const limits = new RunLimits(4, (sentence) => said.push(sentence));
    const unet = smallUnet(1);
    expect(await noiseOf(unet, limits)).toEqual(wanted);
    expect(unet.batches).toEqual([8, 4, 2, ...Array<number>(8).fill(1)]);
    expect(said).toHaveLength(3);
    const again = smallUnet(1);
    await noiseOf(again, limits);
    expect(again.batches).toEqual(Array<number>(8).fill(1));
  });

  it('gives up where one place is too many', async () => {
    await expect(noiseOf(smallUnet(0), new RunLimits(4))).rejects.toMatchObject({ code: 'inference-out-of-memory' });
    await expect(noiseOf(smallUnet(0), new RunLimits(1), 1)).rejects.toMatchObject({ retryable: true });
  });
});

/** A decoder that takes so many cells, eight times as large, brightness from the cell. */
function smallDecoder(cells: number): RunnableNetwork & { readonly sizes: number[] } {
  const sizes: number[] = [];
  return {
    sizes,
    inputs: new Map(),
    async run(inputs: Readonly<Record<string, NetworkInput>>) {
      const { latent_sample: latent } = inputs as Record<string, Tensor>;
      const [, , h, w] = latent!.dims as [number, number, number, number];
      sizes.push(h * w);
      if (h * w > cells) throw outOfMemory();
      const data = Float32Array.from({ length: h * w * 64 }, () => latent!.data[0]!);
      return { sample: tensor(data, [1, 1, h * 8, w * 8]) };
    },
  };
}

describe('the autoencoder', () => {
  const flat = (edge: number) => tensor(new Float32Array(4 * edge * edge).fill(0.5), [1, 4, edge, edge]);

  it.each([
    [72, 64 * 64, 64],
    [72, 32 * 32, 32],
    [64, 32 * 32, 32],
  ])('goes over to tiles: %i cells square where %i fit', async (edge, fit, tile) => {
    const limits = new RunLimits(1);
    const decoder = smallDecoder(fit);
    const picture = await decode(decoder, flat(edge), 0.5, limits);
    expect(picture.dims).toEqual([1, 1, edge * 8, edge * 8]);
    expect(picture.data.every((value) => Math.abs(value - 1) < 1e-6)).toBe(true);
    expect(limits.tile).toBe(tile);
    const next = smallDecoder(fit);
    await decode(next, flat(edge), 0.5, limits);
    expect(Math.max(...next.sizes)).toBeLessThanOrEqual(fit);
  });

  it('gives up below tiles of 32', async () => {
    await expect(decode(smallDecoder(100), flat(64), 1, new RunLimits(1))).rejects.toMatchObject({
      code: 'inference-out-of-memory',
    });
  });
});
