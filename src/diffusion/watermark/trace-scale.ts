// At which scale a picture may have been marked: sizes that pictures are painted at, and what a search of its spectrum suggests.

import { fft2d } from './fft.ts';
import { analyse, evidence, type Plane } from './trace-analysis.ts';
import { dataHarmonics, syncHarmonics, tileSize } from './trace-pattern.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

const commonEdges = [512, 256, 768, 1024, 640, 384, 448, 576, 704, 320, 832, 896, 960, 1536] as const;
const smallestScale = 0.4;
const largestScale = 2.5;

/** Sizes with at least one common edge of the shape of the picture, other than its own. */
export function likelySizes({ width, height }: Size): Size[] {
  const sizes: Size[] = [];
  for (const edge of commonEdges) {
    const long = Math.max(width, height);
    const other = (side: number) => Math.round((edge * side) / long / 8) * 8;
    const size = width >= height ? { width: edge, height: other(height) } : { width: other(width), height: edge };
    const scale = long / edge;
    if (scale < smallestScale || scale > largestScale || scale === 1) continue;
    // Rounded to whole pixels, the other side must come out as it is.
    const side = width >= height ? [size.height, height] : [size.width, width];
    if (Math.abs(side[0]! * scale - side[1]!) <= 1) sizes.push(size);
  }
  return sizes;
}

const largestFft = 1024;
const scaleStep = 1.0015;

/**
 * Scales (picture pixels per marked pixel) at which the spectrum has most power on the lines of the repeated tile, best first.
 * Blind to where the tile begins, so it works on crops; needs about two tiles per side.
 */
export function searchScales(luma: Plane, count: number): number[] {
  // Twice the picture, so that lines between the frequencies of the transform are seen.
  const n = Math.min(largestFft, 2 ** Math.ceil(Math.log2(2 * Math.max(luma.width, luma.height))));
  const power = paddedPower(centre(luma, n), n);
  const harmonics = [...dataHarmonics, ...syncHarmonics];
  const scores: { scale: number; score: number }[] = [];
  for (let scale = smallestScale; scale <= largestScale; scale *= scaleStep) {
    const unit = n / (tileSize * scale);
    let score = 0;
    let used = 0;
    for (const { kx, ky, radius } of harmonics) {
      if (radius * unit > 0.47 * n) continue;
      const on = sample(power, n, kx * unit, ky * unit);
      // Half a line away, where the mark has nothing, the picture itself is measured.
      const off = sample(power, n, (kx + 0.5) * unit, ky * unit) + sample(power, n, kx * unit, (ky + 0.5) * unit);
      score += Math.log((on + 1e-9) / (off / 2 + 1e-9));
      used++;
    }
    if (used >= 60) scores.push({ scale, score: score / Math.sqrt(used) });
  }
  const best: number[] = [];
  for (const { scale } of scores.sort((a, b) => b.score - a.score)) {
    if (best.length === count) break;
    if (best.every((other) => Math.abs(Math.log(scale / other)) > 2.5 * Math.log(scaleStep))) best.push(scale);
  }
  return best;
}

function centre({ width, height, values }: Plane, longest: number): Plane {
  const w = Math.min(width, longest);
  const h = Math.min(height, longest);
  if (w === width && h === height) return { width, height, values };
  const left = (width - w) >> 1;
  const top = (height - h) >> 1;
  const out = new Float32Array(w * h);
  for (let y = 0; y < h; y++) out.set(values.subarray((top + y) * width + left, (top + y) * width + left + w), y * w);
  return { width: w, height: h, values: out };
}

/** Power spectrum of side n. */
function paddedPower(luma: Plane, n: number): Float32Array {
  const { width, height, values } = evidence(analyse(luma));
  const re = new Float64Array(n * n);
  const im = new Float64Array(n * n);
  for (let y = 0; y < height; y++) re.set(values.subarray(y * width, (y + 1) * width), y * n);
  fft2d(re, im, n);
  return Float32Array.from(re, (value, i) => value * value + im[i]! * im[i]!);
}

/** Bilinear, wrapping. */
function sample(power: Float32Array, n: number, x: number, y: number): number {
  const i = Math.floor(x);
  const j = Math.floor(y);
  const fx = x - i;
  const fy = y - j;
  const mask = n - 1;
  const top = (j & mask) * n;
  const bottom = ((j + 1) & mask) * n;
  const a = power[top + (i & mask)]! * (1 - fx) + power[top + ((i + 1) & mask)]! * fx;
  const b = power[bottom + (i & mask)]! * (1 - fx) + power[bottom + ((i + 1) & mask)]! * fx;
  return a * (1 - fy) + b * fy;
}
