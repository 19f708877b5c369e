// What the trace mark's reader and writer both see of a picture: its luma without slow changes, evened out so that busy places do
// not drown quiet ones and edges do not drown everything, and folded onto one tile.

import type { RgbPixels } from '../rgb-pixels.ts';
import { tileSize } from './trace-pattern.ts';

/** A plane of numbers, row by row. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

export interface Analysis {
  /** Luma minus its local mean. */
  readonly detail: Plane;
  /** Local root mean square of `detail`, outliers capped, in levels. */
  readonly activity: Plane;
}

const detailRadius = 3;
const activityRadius = 4;
/** Detail beyond this many levels is an edge: it counts as this much activity ... */
const activityCap = 16;
/** ... and ever less as evidence, the further it goes beyond this. */
const edgeLevel = 12;

export function lumaPlane({ data, width, height }: RgbPixels): Plane {
  const values = new Float32Array(width * height);
  for (let i = 0, p = 0; i < values.length; i++, p += 3) {
    values[i] = 0.299 * data[p]! + 0.587 * data[p + 1]! + 0.114 * data[p + 2]!;
  }
  return { width, height, values };
}

export function analyse(luma: Plane): Analysis {
  const { width, height } = luma;
  const mean = boxBlur(luma, detailRadius).values;
  const detail = new Float32Array(mean.length);
  const squares = new Float32Array(mean.length);
  for (let i = 0; i < mean.length; i++) {
    detail[i] = luma.values[i]! - mean[i]!;
    squares[i] = Math.min(activityCap, Math.abs(detail[i]!)) ** 2;
  }
  const activity = boxBlur({ width, height, values: squares }, activityRadius).values;
  for (let i = 0; i < activity.length; i++) activity[i] = Math.sqrt(Math.max(0, activity[i]!));
  return { detail: { width, height, values: detail }, activity: { width, height, values: activity } };
}

/** Detail as evidence: divided by about the 1.5th power of the activity (between whitening and a matched filter), edges limited. */
export function evidence({ detail, activity }: Analysis): Plane {
  const values = new Float32Array(detail.values.length);
  for (let i = 0; i < values.length; i++) {
    const d = detail.values[i]!;
    const limited = d / (1 + (d / edgeLevel) ** 2);
    const power = Math.sqrt(activity.values[i]! ** 2 + 4);
    values[i] = limited / (power * Math.sqrt(power));
  }
  return { width: detail.width, height: detail.height, values };
}

/** Sums of a plane on each of the 64x64 places of the tile. */
export function foldOntoTile({ width, height, values }: Plane): Float64Array {
  const tile = new Float64Array(tileSize * tileSize);
  for (let y = 0, i = 0; y < height; y++) {
    const row = (y % tileSize) * tileSize;
    for (let x = 0; x < width; x++, i++) tile[row + (x % tileSize)]! += values[i]!;
  }
  return tile;
}

/** Mean over (2r+1)^2 pixels, edges repeated; running sums. */
export function boxBlur({ width, height, values }: Plane, radius: number): Plane {
  const rows = new Float32Array(values.length);
  const scale = 1 / (2 * radius + 1);
  for (let y = 0; y < height; y++) {
    const o = y * width;
    let sum = values[o]! * radius;
    for (let x = 0; x <= radius; x++) sum += values[o + Math.min(x, width - 1)]!;
    for (let x = 0; x < width; x++) {
      rows[o + x] = sum * scale;
      sum += values[o + Math.min(x + radius + 1, width - 1)]! - values[o + Math.max(x - radius, 0)]!;
    }
  }
  const out = new Float32Array(values.length);
  const sums = new Float64Array(width);
  for (let x = 0; x < width; x++) sums[x] = rows[x]! * radius;
  for (let y = 0; y <= radius; y++) {
    const o = Math.min(y, height - 1) * width;
    for (let x = 0; x < width; x++) sums[x]! += rows[o + x]!;
  }
  for (let y = 0; y < height; y++) {
    const o = y * width;
    const enter = Math.min(y + radius + 1, height - 1) * width;
    const leave = Math.max(y - radius, 0) * width;
    for (let x = 0; x < width; x++) {
      out[o + x] = sums[x]! * scale;
      sums[x]! += rows[enter + x]! - rows[leave + x]!;
    }
  }
  return { width, height, values: out };
}
