// One level of the two-dimensional Haar transform in float64, in the order of operations of PyWavelets (columns first, then rows):
// the reference truncates the inverse to 8 bit, so the last bit of these sums decides whole levels.

const r = Math.SQRT1_2; // as PyWavelets stores it, rounded up: its square is a little over a half

/** Four bands of height/2 x width/2 each, named by what was done along y, then x (a: average, d: difference). */
export interface HaarBands {
  readonly width: number;
  readonly height: number;
  readonly aa: Float64Array;
  readonly da: Float64Array;
  readonly ad: Float64Array;
  readonly dd: Float64Array;
}

/** Transforms the top-left `width` x `height` part (both even) of a plane whose rows are `stride` apart. */
export function haarForward(plane: ArrayLike<number>, stride: number, width: number, height: number): HaarBands {
  const w = width >> 1;
  const h = height >> 1;
  const make = () => new Float64Array(w * h);
  const bands = { width: w, height: h, aa: make(), da: make(), ad: make(), dd: make() };
  for (let y = 0, i = 0; y < h; y++) {
    const top = 2 * y * stride;
    const bottom = top + stride;
    for (let x = 0; x < w; x++, i++) {
      const a0 = r * plane[bottom + 2 * x]! + r * plane[top + 2 * x]!;
      const a1 = r * plane[bottom + 2 * x + 1]! + r * plane[top + 2 * x + 1]!;
      const d0 = -r * plane[bottom + 2 * x]! + r * plane[top + 2 * x]!;
      const d1 = -r * plane[bottom + 2 * x + 1]! + r * plane[top + 2 * x + 1]!;
      bands.aa[i] = r * a1 + r * a0;
      bands.ad[i] = -r * a1 + r * a0;
      bands.da[i] = r * d1 + r * d0;
      bands.dd[i] = -r * d1 + r * d0;
    }
  }
  return bands;
}

/** The average band alone, which is all that reading a mark needs. */
export function haarAverage(plane: ArrayLike<number>, stride: number, width: number, height: number): Float64Array {
  const w = width >> 1;
  const h = height >> 1;
  const out = new Float64Array(w * h);
  for (let y = 0, i = 0; y < h; y++) {
    const top = 2 * y * stride;
    const bottom = top + stride;
    for (let x = 0; x < w; x++, i++) {
      const a0 = r * plane[bottom + 2 * x]! + r * plane[top + 2 * x]!;
      const a1 = r * plane[bottom + 2 * x + 1]! + r * plane[top + 2 * x + 1]!;
      out[i] = r * a1 + r * a0;
    }
  }
  return out;
}

/** The inverse: a plane of 2*height x 2*width, not rounded. */
export function haarInverse(bands: HaarBands): Float64Array {
  const { width: w, height: h, aa, da, ad, dd } = bands;
  const stride = 2 * w;
  const out = new Float64Array(4 * w * h);
  for (let y = 0, i = 0; y < h; y++) {
    for (let x = 0; x < w; x++, i++) {
      const a0 = r * aa[i]! + r * ad[i]!;
      const a1 = r * aa[i]! + -r * ad[i]!;
      const d0 = r * da[i]! + r * dd[i]!;
      const d1 = r * da[i]! + -r * dd[i]!;
      const top = 2 * y * stride + 2 * x;
      out[top] = r * a0 + r * d0;
      out[top + 1] = r * a1 + r * d1;
      out[top + stride] = r * a0 + -r * d0;
      out[top + stride + 1] = r * a1 + -r * d1;
    }
  }
  return out;
}
