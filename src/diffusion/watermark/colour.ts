// RGB <-> YUV as OpenCV's 8-bit COLOR_BGR2YUV / COLOR_YUV2BGR compute it (analogue YUV, 14-bit fixed point, U and V offset by 128).
// The reference watermark lives in this integer U plane, so its rounding is part of the format.

import type { RgbPixels } from '../rgb-pixels.ts';

const shift = 14;
const half = 1 << (shift - 1);
const chromaOffset = 128 << shift;

/** How much each colour moves when U moves by one and Y and V stay: the exact inverse, before rounding. */
export const bluePerU = 33292 / (1 << shift);
export const greenPerU = -6472 / (1 << shift);

export interface YuvPlanes {
  readonly y: Uint8Array;
  readonly u: Uint8Array;
  readonly v: Uint8Array;
}

/** U of one RGB sample, 0-255. */
export function uOf(r: number, g: number, b: number): number {
  const y = (b * 1868 + g * 9617 + r * 4899 + half) >> shift;
  return clampByte(((b - y) * 8061 + chromaOffset + half) >> shift);
}

export function rgbToU({ data, width, height }: RgbPixels): Uint8Array {
  const u = new Uint8Array(width * height);
  for (let i = 0, p = 0; i < u.length; i++, p += 3) u[i] = uOf(data[p]!, data[p + 1]!, data[p + 2]!);
  return u;
}

export function rgbToYuv({ data, width, height }: RgbPixels): YuvPlanes {
  const n = width * height;
  const planes = { y: new Uint8Array(n), u: new Uint8Array(n), v: new Uint8Array(n) };
  for (let i = 0, p = 0; i < n; i++, p += 3) {
    const r = data[p]!;
    const b = data[p + 2]!;
    const y = (b * 1868 + data[p + 1]! * 9617 + r * 4899 + half) >> shift;
    planes.y[i] = y;
    planes.u[i] = clampByte(((b - y) * 8061 + chromaOffset + half) >> shift);
    planes.v[i] = clampByte(((r - y) * 14369 + chromaOffset + half) >> shift);
  }
  return planes;
}

export function yuvToRgb({ y, u, v }: YuvPlanes): Uint8Array {
  const data = new Uint8Array(y.length * 3);
  for (let i = 0, p = 0; i < y.length; i++, p += 3) {
    const luma = y[i]!;
    const cu = u[i]! - 128;
    const cv = v[i]! - 128;
    data[p] = clampByte(luma + ((cv * 18678 + half) >> shift));
    data[p + 1] = clampByte(luma + ((cu * -6472 + cv * -9519 + half) >> shift));
    data[p + 2] = clampByte(luma + ((cu * 33292 + half) >> shift));
  }
  return data;
}

export function clampByte(value: number): number {
  return Math.max(0, Math.min(255, value));
}
