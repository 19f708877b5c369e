// Where a picture lies on the canvas that is painted around it. Pure; all in pixels, on multiples of 8 (one latent cell).

import { EaselError, expected } from '../errors.ts';
import type { Placement } from '../jobs/paint-request.ts';
import type { PictureSize } from './picture-size.ts';

export interface Outpainted extends PictureSize {
  readonly outpaint: Placement;
}

export const panDirections = ['left', 'right', 'up', 'down'] as const;
export type PanDirection = (typeof panDirections)[number];

export interface PanRoom {
  /** How far one press goes. */
  readonly step: number;
  /** The longest edge that the canvas may have. */
  readonly maxEdge: number;
}

const cell = 8;
const down = (value: number) => Math.floor(value / cell) * cell;
const nearest = (value: number) => Math.max(cell, Math.round(value / cell) * cell);

/**
 * The picture in the middle of a canvas of any shape: at factor 1 as large as it fits there, at factor 2 half of that, and above 1 with a cell
 * at least around it. Null where nothing is left to paint: factor 1 in the picture's own shape.
 */
export function zoomOnto(size: PictureSize, canvas: PictureSize, factor: number): Outpainted | null {
  const scaleFor = (border: number) =>
    Math.min((canvas.width - border) / size.width, (canvas.height - border) / size.height);
  // One scale for both sides: a picture that only gives way to the border keeps its shape, too.
  const scale = factor > 1 ? Math.min(scaleFor(0) / factor, scaleFor(2 * cell)) : scaleFor(0);
  const [w, h] = [nearest(size.width * scale), nearest(size.height * scale)];
  if (w === canvas.width && h === canvas.height) return null;
  const outpaint = { left: down((canvas.width - w) / 2), top: down((canvas.height - h) / 2), width: w, height: h };
  return { ...canvas, outpaint };
}

/** The canvas stays as large as the picture was, and the picture shrinks to 1 / factor of it (factor above 1), in the middle. */
export function zoomOut(size: PictureSize, factor: number): Outpainted {
  const zoomed = zoomOnto(size, size, factor);
  if (!zoomed) throw new EaselError('internal', expected('a factor above 1', 'zooming out', factor));
  return zoomed;
}

/** The canvas grows in one direction as far as there is room, and for the rest of the step moves on: what lies behind is left out. */
export function pan(size: PictureSize, direction: PanDirection, room: PanRoom): Outpainted {
  const isSideways = direction === 'left' || direction === 'right';
  const along = isSideways ? size.width : size.height;
  const step = Math.min(room.step, down(along / 2));
  const growth = Math.max(0, Math.min(step, down(room.maxEdge - along)));
  const start = direction === 'left' || direction === 'up' ? step : growth - step;
  return isSideways
    ? { width: along + growth, height: size.height, outpaint: { ...size, left: start, top: 0 } }
    : { width: size.width, height: along + growth, outpaint: { ...size, left: 0, top: start } };
}

/** The shorter side grows to the longer one's length, on both ends. */
export function makeSquare(size: PictureSize): Outpainted {
  const side = Math.max(size.width, size.height);
  const outpaint = { ...size, left: down((side - size.width) / 2), top: down((side - size.height) / 2) };
  return { width: side, height: side, outpaint };
}

/** The same placement on a canvas of another size: what was in the middle stays there. */
export function recentre(place: Placement, from: PictureSize, to: PictureSize): Placement {
  return {
    ...place,
    left: place.left + down((to.width - from.width) / 2),
    top: place.top + down((to.height - from.height) / 2),
  };
}
