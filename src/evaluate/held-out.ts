// Captions that training never saw, each with what it states, and sheets of held-out drawings: sheet a belongs to the captions, sheet b
// shows other scenes and gives the floor of the Fréchet distance (drawings against drawings).

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Pixels } from '../image/pixels.ts';
import { readPicture } from '../image/read-picture.ts';
import { cropPixels } from '../image/resize.ts';
import type { Attribute } from './attribute-classifier.ts';

const captionSchema = z.object({
  caption: z.string(),
  stated: z.object({
    thing: z.string(),
    number: z.number(),
    colour: z.string().optional(),
    sky: z.string().optional(),
    ground: z.string().optional(),
    style: z.string().optional(),
  }),
});

export interface HeldOutCaption {
  readonly text: string;
  /** Attribute -> stated value; attributes that the caption leaves open are absent. */
  readonly stated: Partial<Readonly<Record<Attribute, string>>>;
}

export async function readCaptions(folder: string): Promise<HeldOutCaption[]> {
  const entries = z
    .array(captionSchema)
    .parse(JSON.parse(await readFile(join(folder, 'held-out-captions.json'), 'utf8')));
  return entries.map(({ caption, stated }) => ({
    text: caption,
    stated: Object.fromEntries(
      Object.entries(stated).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
    ) as HeldOutCaption['stated'],
  }));
}

const side = 256;

/** The pictures of one sheet, row by row. */
export async function readDrawings(folder: string, sheet: 'a' | 'b'): Promise<Pixels[]> {
  const bytes = await readFile(join(folder, `drawings-${sheet}.webp`));
  const whole = await readPicture(bytes, { maxBytes: 50e6, maxPixels: 100e6 });
  const [columns, rows] = [Math.floor(whole.width / side), Math.floor(whole.height / side)];
  return Array.from({ length: columns * rows }, (_, k) =>
    cropPixels(whole, (k % columns) * side, Math.floor(k / columns) * side, side, side),
  );
}
