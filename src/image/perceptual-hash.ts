// A 64-bit fingerprint that survives re-encoding and resizing: the signs of the low frequencies of a 32x32 grey picture, against their
// median (the "pHash" of Zauner 2010). 16 hexadecimal digits; near pictures differ in few bits, unrelated ones in about 32.

import { type Pixels, toSharp } from './pixels.ts';

const side = 32;
const kept = 8;

/** Frequencies 1-8 in both directions; the cosine of each at the 32 sample points. */
const cosines = Float64Array.from({ length: kept * side }, (_, i) =>
  Math.cos((Math.PI * (Math.floor(i / side) + 1) * (2 * (i % side) + 1)) / (2 * side)),
);

export async function perceptualHash(pixels: Pixels): Promise<string> {
  const grey = await toSharp(pixels).greyscale().resize(side, side, { fit: 'fill', kernel: 'cubic' }).raw().toBuffer();
  const rows = new Float64Array(side * kept);
  for (let y = 0; y < side; y++) {
    for (let u = 0; u < kept; u++) {
      let sum = 0;
      for (let x = 0; x < side; x++) sum += grey[y * side + x]! * cosines[u * side + x]!;
      rows[y * kept + u] = sum;
    }
  }
  const spectrum = new Float64Array(kept * kept);
  for (let v = 0; v < kept; v++) {
    for (let u = 0; u < kept; u++) {
      let sum = 0;
      for (let y = 0; y < side; y++) sum += rows[y * kept + u]! * cosines[v * side + y]!;
      spectrum[v * kept + u] = sum;
    }
  }
  const sorted = spectrum.slice().sort();
  const median = (sorted[(kept * kept) / 2 - 1]! + sorted[(kept * kept) / 2]!) / 2;
  let hash = 0n;
  for (const value of spectrum) hash = (hash << 1n) | (value > median ? 1n : 0n);
  return hash.toString(16).padStart(16, '0');
}

/** Bits of 64 that re-encoding and resizing move at most; unrelated pictures differ in about 32. */
export const surelyNear = 8;
/** Edits move more bits; then what the safety checker sees in the picture must agree as well. */
export const possiblyNear = 16;

/** Number of differing bits, 0-64. */
export function hashDistance(a: string, b: string): number {
  let difference = BigInt(`0x${a}`) ^ BigInt(`0x${b}`);
  let bits = 0;
  for (; difference > 0n; difference &= difference - 1n) bits++;
  return bits;
}
