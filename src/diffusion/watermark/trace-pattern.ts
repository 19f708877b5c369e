// The shape of Easel's own mark: a tile of 64x64 luma values, repeated over the picture, that is built from 320-odd low and middle
// frequencies. Each carries two code bits (the signs of its cosine and sine parts), the rest carry fixed signs that tell where the
// tile begins. Frequencies on the axes and on the 8-pixel raster are left to edges of pictures and to JPEG.

import { codeLength } from './trace-code.ts';

export const tileSize = 64;

/** One frequency: cycles per tile along x and y, half of the plane (the other half follows from real values). */
export interface Harmonic {
  readonly kx: number;
  readonly ky: number;
  readonly radius: number;
}

const minRadius = 4;
const maxRadius = 15.6;

/** Place of a frequency in a 64x64 spectrum; negative ones wrap. */
export const harmonicIndex = (kx: number, ky: number): number =>
  ((ky + tileSize) % tileSize) * tileSize + ((kx + tileSize) % tileSize);

/** Small seeded generator (xorshift32): the layout is part of the format, so it must never depend on anything else. */
function layoutRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4294967296;
  };
}

const allHarmonics: readonly Harmonic[] = (() => {
  const found: Harmonic[] = [];
  for (let ky = 0; ky <= maxRadius; ky++) {
    for (let kx = -Math.floor(maxRadius); kx <= maxRadius; kx++) {
      const radius = Math.hypot(kx, ky);
      if (ky === 0 || kx === 0 || radius < minRadius || radius > maxRadius) continue;
      if (kx % 8 === 0 && ky % 8 === 0) continue;
      found.push({ kx, ky, radius });
    }
  }
  const random = layoutRandom(0x45a5e1);
  for (let i = found.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [found[i], found[j]] = [found[j]!, found[i]!];
  }
  return found;
})();

/** Carry the code word: bit 2h in the cosine part of harmonic h, bit 2h + 1 in its sine part. */
export const dataHarmonics: readonly Harmonic[] = allHarmonics.slice(0, codeLength / 2);
/** Carry fixed signs. */
export const syncHarmonics: readonly Harmonic[] = allHarmonics.slice(codeLength / 2);

/** Signs (+1 or -1) of cosine and sine parts of the sync harmonics. */
export const syncSigns: Int8Array = (() => {
  const random = layoutRandom(0x7ace1d);
  return Int8Array.from({ length: 2 * syncHarmonics.length }, () => (random() < 0.5 ? -1 : 1));
})();

/** Signs that whiten the code word, so that an id of mostly equal bits makes no peak. */
export const dataSigns: Int8Array = (() => {
  const random = layoutRandom(0x1d2c3b);
  return Int8Array.from({ length: codeLength }, () => (random() < 0.5 ? -1 : 1));
})();
