// What a job costs: once as units for fair order (known beforehand, the same everywhere), once as milliseconds (measured per model).

import type { PaintRequest } from '../jobs/paint-request.ts';

/** The shape of a job as far as its time depends on it; travels in Redis as "<width> <height> <count> <steps> <userId>". */
export interface JobShape {
  readonly width: number;
  readonly height: number;
  readonly count: number;
  readonly steps: number;
}

/** Tiles share half with their neighbours (src/diffusion/tiled-noise.ts). */
function tilesAlong(length: number, tileEdge: number): number {
  return length <= tileEdge ? 1 : Math.ceil((2 * length) / tileEdge - 1);
}

/** Steps that really run: image-to-image skips the first part of the schedule. */
export function jobShape(request: PaintRequest): JobShape {
  if (request.plot) {
    const steps = request.plot.cells.reduce((sum, cell) => sum + (cell.steps ?? request.steps), 0);
    return { width: request.width, height: request.height, count: 1, steps };
  }
  const share = request.init ? request.init.strength : 1;
  const steps = Math.max(1, Math.round(request.steps * share));
  const { tileEdge } = request;
  if (tileEdge !== undefined) {
    const tiles = tilesAlong(request.width, tileEdge) * tilesAlong(request.height, tileEdge);
    const [width, height] = [Math.min(tileEdge, request.width), Math.min(tileEdge, request.height)];
    return { width, height, count: request.count * tiles, steps };
  }
  return {
    width: request.width,
    height: request.height,
    count: request.count,
    steps,
  };
}

/** 1 unit = one picture of 512 x 512 in 50 steps. */
export function costUnits(shape: JobShape): number {
  return (shape.steps * shape.count * shape.width * shape.height) / (50 * 512 * 512);
}

export function encodeShape(shape: JobShape, userId: string): string {
  return `${shape.width} ${shape.height} ${shape.count} ${shape.steps} ${userId}`;
}

export function decodeShape(text: string): { shape: JobShape; userId: string } | null {
  const [width, height, count, steps, userId] = text.split(' ');
  const numbers = [width, height, count, steps].map(Number);
  if (userId === undefined || numbers.some((value) => !Number.isFinite(value) || value <= 0)) return null;
  const [w = 0, h = 0, c = 0, s = 0] = numbers;
  return { shape: { width: w, height: h, count: c, steps: s }, userId };
}
