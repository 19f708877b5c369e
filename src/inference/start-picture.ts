// What a job starts from, as pixels of its own size: a picture fitted to it, with a mask or without, or one that lies on a larger canvas.

import { placeOnCanvas } from '../image/canvas.ts';
import { type InitImage, readInit, readMask } from '../image/read-init.ts';
import { measurePicture, readPicture } from '../image/read-picture.ts';
import type { PaintInput } from './engine.ts';

/** Null where a job starts from noise alone. Throws what readPicture and placeOnCanvas throw. */
export async function startPicture({ init, mask, outpaint, ...size }: PaintInput): Promise<InitImage | null> {
  if (!init) return null;
  if (outpaint) return placeOnCanvas(await readPicture(init.bytes), size, outpaint);
  const picture = await readInit(init.bytes, size.width, size.height);
  if (!mask) return picture;
  const of = await measurePicture(init.bytes);
  return { ...picture, mask: await readMask(mask, size.width, size.height, { of }) };
}
