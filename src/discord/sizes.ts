// Picture sizes on offer, as multiples of the edge that the model was made for; edges are multiples of 64, as the UNet's three
// halvings of the latent (1/8) ask.

import type { Catalogue } from '../texts/index.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
  readonly name: keyof Catalogue['sizes'];
}

const shapes: readonly { name: Size['name']; width: number; height: number }[] = [
  { name: 'square', width: 1, height: 1 },
  { name: 'portrait', width: 1, height: 1.25 },
  { name: 'landscape', width: 1.25, height: 1 },
  { name: 'tall', width: 1, height: 1.5 },
  { name: 'wide', width: 1.5, height: 1 },
  { name: 'largeSquare', width: 1.5, height: 1.5 },
];

const multiple = 64;

/** Those the model was made for first. */
export function sizesFor(nativeSize: number, maxEdge: number): readonly Size[] {
  const snap = (factor: number) => Math.max(multiple, Math.round((factor * nativeSize) / multiple) * multiple);
  const sizes = shapes.map(({ name, width, height }) => ({ name, width: snap(width), height: snap(height) }));
  return sizes.filter(
    (size, index) =>
      Math.max(size.width, size.height) <= maxEdge &&
      sizes.findIndex((other) => other.width === size.width && other.height === size.height) === index,
  );
}

export const sizeId = (size: { width: number; height: number }) => `${size.width}x${size.height}`;

export function parseSizeId(id: string): { width: number; height: number } {
  const [width = 0, height = 0] = id.split('x').map(Number);
  return { width, height };
}
