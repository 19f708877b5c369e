import { describe, expect, test } from 'vitest';
import { makeSquare, pan, panDirections, recentre, zoomOnto, zoomOut } from '../../src/discord/outpaint-geometry.ts';
import { placementSchema } from '../../src/jobs/paint-request.ts';

const square = { width: 256, height: 256 };
const room = { step: 128, maxEdge: 384 };

describe('zooming out', () => {
  test.each([
    [square, 2, { left: 64, top: 64, width: 128, height: 128 }],
    [square, 1.5, { left: 40, top: 40, width: 168, height: 168 }],
    [{ width: 768, height: 512 }, 1.5, { left: 128, top: 80, width: 512, height: 344 }],
  ])('of %j by %d keeps the canvas and shrinks the picture in its middle', (size, factor, outpaint) => {
    expect(zoomOut(size, factor)).toEqual({ ...size, outpaint });
  });

  test('by next to nothing still leaves something to paint on every side', () => {
    expect(zoomOut(square, 1.001).outpaint).toEqual({ left: 8, top: 8, width: 240, height: 240 });
  });
});

describe('zooming out onto a canvas of another shape', () => {
  test.each([
    [square, { width: 320, height: 192 }, 1, { left: 64, top: 0, width: 192, height: 192 }],
    [square, { width: 320, height: 192 }, 2, { left: 112, top: 48, width: 96, height: 96 }],
    [{ width: 384, height: 256 }, square, 1, { left: 0, top: 40, width: 256, height: 168 }],
    [{ width: 768, height: 512 }, { width: 512, height: 768 }, 1.3, { left: 56, top: 248, width: 392, height: 264 }],
  ])('puts %j on %j at zoom %d, in the middle and in its own shape', (size, canvas, factor, outpaint) => {
    expect(zoomOnto(size, canvas, factor)).toEqual({ ...canvas, outpaint });
    expect(placementSchema.parse(outpaint)).toEqual(outpaint);
  });

  test('by next to nothing keeps the shape of the picture, whatever the canvas', () => {
    const wide = { width: 1024, height: 384 };
    expect(zoomOnto(square, wide, 1.01)?.outpaint).toEqual({ left: 328, top: 8, width: 368, height: 368 });
    expect(zoomOnto({ width: 1024, height: 512 }, wide, 1.001)?.outpaint).toMatchObject({ width: 736, height: 368 });
    expect(zoomOut({ width: 768, height: 256 }, 1.001).outpaint).toMatchObject({ width: 720, height: 240 });
  });

  test('has nothing to paint at zoom 1 in the same shape, and something at any other', () => {
    expect(zoomOnto(square, square, 1)).toBeNull();
    for (let factor = 1.01; factor <= 2; factor += 0.07) {
      const { width = 256, height = 256 } = zoomOnto(square, square, factor)?.outpaint ?? {};
      expect([width, height].every((side) => side % 8 === 0 && side >= 120 && side <= 240)).toBe(true);
    }
  });
});

describe('panning', () => {
  test.each([
    ['right', { width: 384, height: 256 }, { left: 0, top: 0 }],
    ['left', { width: 384, height: 256 }, { left: 128, top: 0 }],
    ['down', { width: 256, height: 384 }, { left: 0, top: 0 }],
    ['up', { width: 256, height: 384 }, { left: 0, top: 128 }],
  ] as const)('%s extends that side alone', (direction, canvas, corner) => {
    expect(pan(square, direction, room)).toEqual({ ...canvas, outpaint: { ...square, ...corner } });
  });

  test('moves on where the canvas may not grow, and leaves out what is behind', () => {
    const wide = { width: 384, height: 256 };
    expect(pan(wide, 'right', room)).toEqual({ ...wide, outpaint: { ...wide, left: -128, top: 0 } });
    expect(pan(wide, 'left', room)).toEqual({ ...wide, outpaint: { ...wide, left: 128, top: 0 } });
    expect(pan(wide, 'down', { step: 128, maxEdge: 320 })).toEqual({
      width: 384,
      height: 320,
      outpaint: { ...wide, left: 0, top: -64 },
    });
  });

  test('never grows past the longest edge, however often it is pressed, and keeps half the picture in sight', () => {
    for (const direction of panDirections) {
      let size = { width: 200, height: 64 };
      for (let press = 0; press < 6; press += 1) {
        const { outpaint, ...canvas } = pan(size, direction, room);
        expect(Math.max(canvas.width, canvas.height)).toBeLessThanOrEqual(room.maxEdge);
        expect(placementSchema.parse(outpaint)).toEqual(outpaint);
        const seen = (start: number, length: number, edge: number) =>
          (Math.min(edge, start + length) - Math.max(0, start)) / length;
        expect(seen(outpaint.left, outpaint.width, canvas.width)).toBeGreaterThanOrEqual(0.5);
        expect(seen(outpaint.top, outpaint.height, canvas.height)).toBeGreaterThanOrEqual(0.5);
        size = canvas;
      }
    }
  });
});

test('a square has the longer side as its edge and the picture in its middle', () => {
  const tall = { width: 256, height: 384 };
  expect(makeSquare(tall)).toEqual({ width: 384, height: 384, outpaint: { ...tall, left: 64, top: 0 } });
});

test('a canvas of another shape keeps its middle', () => {
  const before = zoomOut(square, 2);
  expect(recentre(before.outpaint, before, { width: 192, height: 320 })).toEqual({
    left: 32,
    top: 96,
    width: 128,
    height: 128,
  });
});
