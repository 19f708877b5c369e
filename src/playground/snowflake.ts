// Discord's 64-bit ids: 42 bits of milliseconds since 2015, then 22 bits that count within the millisecond.
// https://docs.discord.com/developers/reference#snowflakes

import type { Clock } from './clock.ts';

const EPOCH_MS = 1_420_070_400_000;
const SEQUENCE_BITS = 22n;

export function snowflakeAt(ms: number, sequence = 0): string {
  return ((BigInt(ms - EPOCH_MS) << SEQUENCE_BITS) | BigInt(sequence)).toString();
}

export function snowflakeTime(id: string): number {
  return Number(BigInt(id) >> SEQUENCE_BITS) + EPOCH_MS;
}

/** Strictly growing ids, however many are drawn within one millisecond. */
export function createSnowflakes(clock: Clock): () => string {
  let lastMs = 0;
  let sequence = 0;
  return () => {
    const ms = Math.max(clock.now(), lastMs);
    sequence = ms === lastMs ? sequence + 1 : 0;
    lastMs = ms;
    return snowflakeAt(ms, sequence);
  };
}

/** Orders by age; ids of different length do occur. */
export function compareSnowflakes(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
