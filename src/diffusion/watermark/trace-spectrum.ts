// From a picture at the scale it was marked at to soft bits: the spectrum of the folded tile, where the tile begins, and what each
// code bit looks like then.

import { fft2d } from './fft.ts';
import { analyse, evidence, foldOntoTile, type Plane } from './trace-analysis.ts';
import { codeLength } from './trace-code.ts';
import { dataHarmonics, dataSigns, harmonicIndex, syncHarmonics, syncSigns, tileSize } from './trace-pattern.ts';

/** Spectrum of the folded tile, each ring of equal frequency scaled to unit power. */
export interface TileSpectrum {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** Where the picture's top-left pixel lies on the tile, in pixels, with how clearly (1 is noise; a mark gives 4 to 12). */
export interface TileOffset {
  readonly x: number;
  readonly y: number;
  readonly clarity: number;
}

const rings = 18;

export function tileSpectrum(luma: Plane): TileSpectrum {
  const re = foldOntoTile(evidence(analyse(luma)));
  const im = new Float64Array(re.length);
  fft2d(re, im, tileSize);
  const power = new Float64Array(rings);
  const count = new Float64Array(rings);
  const used = [...dataHarmonics, ...syncHarmonics];
  for (const { kx, ky, radius } of used) {
    const i = harmonicIndex(kx, ky);
    const ring = Math.round(radius);
    for (let r = ring - 1; r <= ring + 1; r++) {
      power[r]! += re[i]! ** 2 + im[i]! ** 2;
      count[r]!++;
    }
  }
  for (const { kx, ky, radius } of used) {
    const i = harmonicIndex(kx, ky);
    const ring = Math.round(radius);
    const scale = power[ring]! > 0 ? 1 / Math.sqrt(power[ring]! / count[ring]!) : 0;
    re[i]! *= scale;
    im[i]! *= scale;
  }
  return { re, im };
}

/** The `count` most likely offsets, best first, refined to fractions of a pixel. */
export function findOffsets({ re, im }: TileSpectrum, count: number): TileOffset[] {
  const mapRe = new Float64Array(tileSize * tileSize);
  const mapIm = new Float64Array(tileSize * tileSize);
  for (const [n, { kx, ky }] of syncHarmonics.entries()) {
    const i = harmonicIndex(kx, ky);
    const a = syncSigns[2 * n]!;
    const b = syncSigns[2 * n + 1]!;
    mapRe[i] = re[i]! * a + im[i]! * b;
    mapIm[i] = im[i]! * a - re[i]! * b;
  }
  fft2d(mapRe, mapIm, tileSize);
  const scale = 1 / Math.sqrt(syncHarmonics.length);
  const value = (x: number, y: number) => mapRe[harmonicIndex(x % tileSize, y % tileSize)]! * scale;
  const peaks: TileOffset[] = [];
  for (let y = 0; y < tileSize; y++) {
    for (let x = 0; x < tileSize; x++) {
      const here = value(x, y);
      if (here < 2 || [value(x + 1, y), value(x - 1, y), value(x, y + 1), value(x, y - 1)].some((v) => v > here))
        continue;
      peaks.push({
        x: x + vertex(value(x - 1, y), here, value(x + 1, y)),
        y: y + vertex(value(x, y - 1), here, value(x, y + 1)),
        clarity: here,
      });
    }
  }
  return peaks.sort((a, b) => b.clarity - a.clarity).slice(0, count);
}

/** Place of the top of the parabola through three values, -0.5 to 0.5. */
function vertex(left: number, middle: number, right: number): number {
  const curvature = left - 2 * middle + right;
  return curvature < 0 ? (left - right) / (2 * curvature) : 0;
}

/** 512 numbers, positive where a bit is likely 0. */
export function softBits({ re, im }: TileSpectrum, x: number, y: number): Float32Array {
  const soft = new Float32Array(codeLength);
  for (const [n, { kx, ky }] of dataHarmonics.entries()) {
    const i = harmonicIndex(kx, ky);
    const phase = (2 * Math.PI * (kx * x + ky * y)) / tileSize;
    const c = Math.cos(phase);
    const s = Math.sin(phase);
    soft[2 * n] = (re[i]! * c + im[i]! * s) * dataSigns[2 * n]!;
    soft[2 * n + 1] = (im[i]! * c - re[i]! * s) * dataSigns[2 * n + 1]!;
  }
  return soft;
}
