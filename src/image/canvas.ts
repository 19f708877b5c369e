// A picture on a larger canvas, for outpainting: the picture as it is, and around it a fill for the model to start from. The fill goes on
// with what lies at the picture's edge and loses detail with the distance; grain on top gives the model something to form. The nearer to the
// picture, the longer it is held: there the new goes on from the old. The border of the
// picture beside the fill is painted again with it: an autoencoder darkens the outermost pixels, which would stay as a line.

import { EaselError, expected } from '../errors.ts';
import { fromSharp, type Pixels, toSharp } from './pixels.ts';
import { blurPixels } from './resize.ts';

/** Where the picture lies, in pixels of the canvas; parts of it may lie outside. */
export interface Placement {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Canvas {
  readonly pixels: Pixels;
  /** One byte per pixel: 255 for fill and the picture's border beside it, else 0. */
  readonly mask: Uint8Array;
  /** One number per latent cell: the share of the steps (0-1) for which the fill is still shown there, so that what is painted goes on from it. */
  readonly hold: Float32Array;
}

/** Pixels of the picture that are painted again where it adjoins fill: one latent cell. */
export const repaintedBorder = 8;

/** Pixels across a latent cell. */
const cell = 8;

/** How deep into the picture the fill looks, in pixels: far enough for its tones, too short for things to stand there twice. */
const depth = 16;

/** Beside the picture the fill is held for this share of the steps, and ever shorter over so many pixels. */
const longestHold = 0.75;
const holdReach = 64;

/** Standard deviation of the grain, of 255. */
const grain = 16;

/**
 * Scales the picture to cover the placement (of the same size it stays byte for byte) and fills the rest of width x height.
 * @throws EaselError `bad-request` where nothing of the picture would be left on the canvas
 */
export async function placeOnCanvas(
  picture: Pixels,
  { width, height }: { readonly width: number; readonly height: number },
  place: Placement,
): Promise<Canvas> {
  const [left, top] = [Math.max(0, place.left), Math.max(0, place.top)];
  const right = Math.min(width, place.left + place.width);
  const bottom = Math.min(height, place.top + place.height);
  if (right <= left || bottom <= top) {
    const received = `${place.width}x${place.height} at ${place.left},${place.top}`;
    throw new EaselError('bad-request', expected(`a placement on ${width}x${height}`, 'a canvas', received));
  }
  const isSame = picture.width === place.width && picture.height === place.height;
  const size = { width: place.width, height: place.height, fit: 'cover', position: 'centre' } as const;
  const scaled = isSame ? picture : await fromSharp(toSharp(picture).resize(size));

  const data = new Uint8Array(width * height * 3);
  const mask = new Uint8Array(width * height);
  const kept = {
    left: left > 0 ? left + repaintedBorder : 0,
    top: top > 0 ? top + repaintedBorder : 0,
    right: right < width ? right - repaintedBorder : width,
    bottom: bottom < height ? bottom - repaintedBorder : height,
  };
  /** The nearest coordinate that shows the picture; beyond the edge it goes back in, ever more slowly: as deep as `depth` and no deeper. */
  const mirror = (value: number, from: number, to: number) => {
    const back = (beyond: number) => Math.min(to - from - 1, Math.floor(depth * (1 - Math.exp(-beyond / depth))));
    if (value < from) return from + back(from - 1 - value);
    return value < to ? value : to - 1 - back(value - to);
  };
  for (let y = 0; y < height; y++) {
    const row = mirror(y, top, bottom) - place.top;
    for (let x = 0; x < width; x++) {
      const from = 3 * (row * place.width + mirror(x, left, right) - place.left);
      const to = y * width + x;
      data.set(scaled.data.subarray(from, from + 3), 3 * to);
      if (x < kept.left || x >= kept.right || y < kept.top || y >= kept.bottom) mask[to] = 255;
    }
  }
  const edges = { left, top, right, bottom };
  return { pixels: await dissolve({ width, height, data }, edges), mask, hold: holdAround(width, height, edges) };
}

/** By its distance from the picture, in a straight line. */
function holdAround(width: number, height: number, { left, top, right, bottom }: Edges): Float32Array {
  const [w, h] = [width / cell, height / cell];
  return Float32Array.from({ length: w * h }, (_, i) => {
    const [x, y] = [((i % w) + 0.5) * cell, (Math.floor(i / w) + 0.5) * cell];
    const away = Math.hypot(Math.max(left - x, x - right, 0), Math.max(top - y, y - bottom, 0));
    return Math.max(0, longestHold * (1 - away / holdReach));
  });
}

interface Edges {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Makes the fill softer with its distance from the picture, and grainy. */
async function dissolve(pixels: Pixels, edges: Edges): Promise<Pixels> {
  const { width, height } = pixels;
  const reach = Math.max(edges.left, edges.top, width - edges.right, height - edges.bottom);
  if (reach === 0) return pixels;
  const soft = await blurPixels(pixels, Math.max(2, reach / 4));
  const data = pixels.data.slice();
  const random = grainSource();
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const across = Math.max(edges.left - x, x - edges.right + 1, 0);
      const down = Math.max(edges.top - y, y - edges.bottom + 1, 0);
      if (across === 0 && down === 0) continue;
      const share = Math.min(1, Math.hypot(across, down) / (reach / 2));
      const noise = grain * share * random();
      for (let c = 0; c < 3; c++) {
        const value = (1 - share) * (data[3 * at + c] ?? 0) + share * (soft.data[3 * at + c] ?? 0) + noise;
        data[3 * at + c] = Math.min(255, Math.max(0, Math.round(value)));
      }
    }
  }
  return { width, height, data };
}

/** About normal: the sum of four even draws by a linear congruential generator, always the same, so that a retry starts from the same fill. */
function grainSource(): () => number {
  let state = 1;
  const draw = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  return () => Math.sqrt(3) * (draw() + draw() + draw() + draw());
}
