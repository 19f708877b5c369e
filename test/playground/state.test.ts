import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { createClock } from '../../src/playground/clock.ts';
import { compareSnowflakes, createSnowflakes, snowflakeTime } from '../../src/playground/snowflake.ts';
import { imageSize } from '../../src/playground/state/image-size.ts';

describe('sizes of pictures', () => {
  const picture = () => sharp({ create: { width: 37, height: 21, channels: 3, background: '#123456' } });
  it.each([
    ['PNG', () => picture().png()],
    ['JPEG', () => picture().jpeg()],
    ['progressive JPEG', () => picture().jpeg({ progressive: true })],
    ['GIF', () => picture().gif()],
    ['lossy WebP', () => picture().webp()],
    ['lossless WebP', () => picture().webp({ lossless: true })],
    [
      'WebP with transparency and metadata',
      () =>
        picture()
          .ensureAlpha(0.5)
          .withExif({ IFD0: { Artist: 'x' } })
          .webp(),
    ],
  ])('are read from %s', async (_name, make) => {
    expect(imageSize(await make().toBuffer())).toEqual({ width: 37, height: 21 });
  });
  it('are unknown for anything else', () => {
    expect(imageSize(Buffer.from('not a picture at all, only text that goes on'))).toBeUndefined();
    expect(imageSize(Buffer.alloc(3))).toBeUndefined();
  });
});

describe('the clock', () => {
  it('runs timers that fall due when it is pushed, in their order, and none that was cancelled', () => {
    const clock = createClock();
    const ran: string[] = [];
    clock.after(2000, () => ran.push('second'));
    clock.after(1000, () => ran.push('first'));
    clock.after(1500, () => ran.push('cancelled'))();
    clock.after(60_000, () => ran.push('later'));
    clock.advance(3000);
    expect(ran).toEqual(['first', 'second']);
  });
});

describe('ids', () => {
  it('grow strictly and tell their time', () => {
    const clock = createClock();
    const next = createSnowflakes(clock);
    const ids = Array.from({ length: 10_000 }, next);
    expect([...ids].sort(compareSnowflakes)).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
    expect(Math.abs(snowflakeTime(next()) - clock.now())).toBeLessThan(1000);
  });
});
