// A small seeded generator for proofs, so that a run can be repeated: mulberry32 (Ettinger, public domain).

export interface Random {
  /** 0 <= x < 1 */
  next(): number;
  /** A whole number from 0 to n - 1. */
  below(n: number): number;
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }
  return { next, below: (n) => Math.floor(next() * n) };
}
