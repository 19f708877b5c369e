// Pictures that tile without a seam from an ordinary model: before each U-Net call the latent is rolled round its edges by another
// offset, so that no place is always at the border; the decoder sees a wrapped margin that is cut off again.

import { LATENT_FACTOR } from './architecture.ts';
import type { SamplerRun } from './samplers/sampler.ts';
import type { Tensor } from './tensor.ts';
import { sizeOf, tensor } from './tensor.ts';

/** Cells of wrapped margin for decoding: wider than what one decoded pixel sees through the convolutions' bulk. */
const margin = 8;

/** `dims`: [n, 4, h, w] of what x holds. */
export function rolling(predictNoise: SamplerRun['predictNoise'], dims: readonly number[]): SamplerRun['predictNoise'] {
  const [height, width] = dims.slice(2) as [number, number];
  let call = 0;
  return async (x, sigma, timestep) => {
    // Multiples of irrational numbers never settle into a rhythm (the plastic number's low-discrepancy sequence).
    const down = Math.floor(height * ((0.7548776662 * call) % 1));
    const right = Math.floor(width * ((0.569840291 * call) % 1));
    call++;
    const eps = await predictNoise(roll(x, dims, down, right), sigma, timestep);
    return roll(eps, dims, height - down, width - right);
  };
}

/** Decodes with each latent continued round its edges, then cuts the margin off. */
export async function decodeWrapped(latents: Tensor, decode: (latents: Tensor) => Promise<Tensor>): Promise<Tensor> {
  const [n, c, h, w] = latents.dims as [number, number, number, number];
  const wide = take(latents.data, [n * c, h, w], -margin, -margin, h + 2 * margin, w + 2 * margin);
  const decoded = await decode(tensor(wide, [n, c, h + 2 * margin, w + 2 * margin]));
  const channels = decoded.dims[1]!;
  const cut = margin * LATENT_FACTOR;
  const [height, width] = [h * LATENT_FACTOR, w * LATENT_FACTOR];
  const data = take(decoded.data, [n * channels, decoded.dims[2]!, decoded.dims[3]!], cut, cut, height, width);
  return tensor(data, [n, channels, height, width]);
}

function roll(x: Float32Array, dims: readonly number[], down: number, right: number): Float32Array {
  const [height, width] = dims.slice(2) as [number, number];
  return take(x, [sizeOf(dims.slice(0, 2)), height, width], -down, -right, height, width);
}

/** A window of each plane, its coordinates wrapping round the edges. */
function take(
  x: Float32Array,
  [planes, h, w]: readonly [number, number, number],
  top: number,
  left: number,
  height: number,
  width: number,
): Float32Array {
  const result = new Float32Array(planes * height * width);
  const wrap = (value: number, length: number) => ((value % length) + length) % length;
  let to = 0;
  for (let plane = 0; plane < planes; plane++) {
    for (let y = 0; y < height; y++) {
      const row = (plane * h + wrap(top + y, h)) * w;
      for (let i = 0; i < width; i++) result[to++] = x[row + wrap(left + i, w)]!;
    }
  }
  return result;
}
