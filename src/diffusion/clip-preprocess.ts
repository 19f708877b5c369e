// Pictures as CLIP's vision tower wants them: shortest side 224 by bicubic resampling, centre crop, CLIP's mean and deviation.
// The resampling is Pillow's for 8 bit (libImaging/Resample.c): a = -0.5, support widened when shrinking, coefficients of 22 bit
// fixed point, two passes with an 8-bit picture between. The checker's thresholds were set on it, and sharp's kernel moves scores.

import type { RgbPixels } from './rgb-pixels.ts';

export const clipImageSize = 224;
const mean = [0.48145466, 0.4578275, 0.40821073] as const;
const deviation = [0.26862954, 0.26130258, 0.27577711] as const;

/** Values [3, 224, 224] of one picture, channel by channel. */
export function clipPixelValues(pixels: RgbPixels): Float32Array {
  const { data } = clipResizeAndCrop(pixels);
  const area = clipImageSize * clipImageSize;
  const values = new Float32Array(3 * area);
  for (let c = 0; c < 3; c++) {
    for (let i = 0; i < area; i++) values[c * area + i] = (data[3 * i + c]! / 255 - mean[c]!) / deviation[c]!;
  }
  return values;
}

/** The 224x224 picture before normalisation. */
export function clipResizeAndCrop(pixels: RgbPixels): RgbPixels {
  const { width, height } = pixels;
  const short = Math.min(width, height);
  const scaled = (side: number) => (side === short ? clipImageSize : Math.floor((clipImageSize * side) / short));
  const resized = resizeBicubic(pixels, scaled(width), scaled(height));
  const left = (resized.width - clipImageSize) >> 1;
  const top = (resized.height - clipImageSize) >> 1;
  const data = new Uint8Array(clipImageSize * clipImageSize * 3);
  for (let y = 0; y < clipImageSize; y++) {
    const from = 3 * ((top + y) * resized.width + left);
    data.set(resized.data.subarray(from, from + 3 * clipImageSize), 3 * y * clipImageSize);
  }
  return { width: clipImageSize, height: clipImageSize, data };
}

/** Pillow's Image.resize with BICUBIC, sample for sample. */
export function resizeBicubic(pixels: RgbPixels, width: number, height: number): RgbPixels {
  let { data } = pixels;
  if (width !== pixels.width) data = resampleRows(data, pixels.width, pixels.height, coefficients(pixels.width, width));
  if (height !== pixels.height) data = resampleColumns(data, width, coefficients(pixels.height, height));
  return { width, height, data };
}

const precisionBits = 32 - 8 - 2;
const half = 1 << (precisionBits - 1);

interface Taps {
  /** First input sample of each output sample. */
  readonly first: Int32Array;
  /** Number of input samples of each output sample. */
  readonly count: Int32Array;
  /** `stride` fixed-point weights per output sample. */
  readonly weights: Int32Array;
  readonly stride: number;
}

function coefficients(inputSize: number, outputSize: number): Taps {
  const scale = inputSize / outputSize;
  const filterScale = Math.max(scale, 1);
  const support = 2 * filterScale;
  const stride = Math.ceil(support) * 2 + 1;
  const taps = {
    first: new Int32Array(outputSize),
    count: new Int32Array(outputSize),
    weights: new Int32Array(outputSize * stride),
    stride,
  };
  for (let i = 0; i < outputSize; i++) {
    const centre = (i + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - support + 0.5));
    const count = Math.min(inputSize, Math.trunc(centre + support + 0.5)) - first;
    const row = Array.from({ length: count }, (_, k) => bicubic((k + first - centre + 0.5) * (1 / filterScale)));
    const sum = row.reduce((total, weight) => total + weight, 0);
    taps.first[i] = first;
    taps.count[i] = count;
    for (let k = 0; k < count; k++) {
      const weight = row[k]! / sum;
      taps.weights[i * stride + k] = Math.trunc((weight < 0 ? -0.5 : 0.5) + weight * (1 << precisionBits));
    }
  }
  return taps;
}

/** Keys' cubic convolution with a = -0.5. */
function bicubic(x: number): number {
  const a = -0.5;
  const t = Math.abs(x);
  if (t < 1) return ((a + 2) * t - (a + 3)) * t * t + 1;
  if (t < 2) return (((t - 5) * t + 8) * t - 4) * a;
  return 0;
}

function resampleRows(input: Uint8Array, width: number, height: number, taps: Taps): Uint8Array {
  const outputWidth = taps.first.length;
  const output = new Uint8Array(outputWidth * height * 3);
  for (let y = 0, o = 0; y < height; y++) {
    for (let x = 0; x < outputWidth; x++) {
      let r = half;
      let g = half;
      let b = half;
      let p = 3 * (y * width + taps.first[x]!);
      for (let k = x * taps.stride, end = k + taps.count[x]!; k < end; k++) {
        const weight = taps.weights[k]!;
        r += input[p++]! * weight;
        g += input[p++]! * weight;
        b += input[p++]! * weight;
      }
      output[o++] = clip(r);
      output[o++] = clip(g);
      output[o++] = clip(b);
    }
  }
  return output;
}

function resampleColumns(input: Uint8Array, width: number, taps: Taps): Uint8Array {
  const row = width * 3;
  const outputHeight = taps.first.length;
  const output = new Uint8Array(row * outputHeight);
  for (let y = 0; y < outputHeight; y++) {
    const from = taps.first[y]! * row;
    const count = taps.count[y]!;
    for (let x = 0; x < row; x++) {
      let sum = half;
      for (let k = 0, p = from + x; k < count; k++, p += row) sum += input[p]! * taps.weights[y * taps.stride + k]!;
      output[y * row + x] = clip(sum);
    }
  }
  return output;
}

function clip(sum: number): number {
  return Math.max(0, Math.min(255, sum >> precisionBits));
}
