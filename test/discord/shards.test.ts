import { describe, expect, it } from 'vitest';
import { evenTotal, readShards, shareOf } from '../../src/discord/shards.ts';

describe('the shards of a process', () => {
  it.each([
    ['auto', 'auto'],
    ['0-3/16', { ids: [0, 1, 2, 3], count: 16 }],
    ['5/16', { ids: [5], count: 16 }],
    ['1 of 4', { part: 1, parts: 4 }],
  ])('are read from %s', (text, wish) => {
    expect(readShards(text)).toEqual(wish);
  });

  it.each(['16/16', '3-1/4', '4 of 4', '1-4/4', 'all'])('are refused where %s makes no sense', (text) => {
    expect(() => readShards(text)).toThrow(/DISCORD_SHARDS/);
  });

  it.each([
    [1, 1],
    [1, 4],
    [10, 4],
    [16, 4],
    [63, 8],
  ])('cover all of what Discord recommends (%i shards, %i processes), each shard once', (recommended, parts) => {
    const total = evenTotal(recommended, parts);
    expect(total).toBeGreaterThanOrEqual(recommended);
    expect(total - recommended).toBeLessThan(parts);
    const shares = Array.from({ length: parts }, (_, part) => shareOf(part, parts, total));
    expect(shares.flatMap(({ ids }) => ids)).toEqual(Array.from({ length: total }, (_, id) => id));
    expect(new Set(shares.map(({ count }) => count))).toEqual(new Set([total]));
  });
});
