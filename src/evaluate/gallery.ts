// The picture in the README: a list of prompts with their seeds, painted by the shipped model, each with its prompt below.

import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { samplerIds } from '../diffusion/samplers/index.ts';
import { drawText, textSize } from '../image/pixel-letters.ts';
import type { Pixels } from '../image/pixels.ts';

const gallerySchema = z.object({
  about: z.string(),
  columns: z.int().min(1).max(8),
  steps: z.int().min(1).max(150),
  sampler: z.enum(samplerIds),
  guidanceScale: z.number().min(1).max(30),
  pictures: z.array(z.object({ prompt: z.string().min(1), seed: z.int().min(0) })).min(1),
});

export type Gallery = z.infer<typeof gallerySchema>;

/** @throws ZodError naming the field that is not as described */
export async function readGallery(file: string): Promise<Gallery> {
  return gallerySchema.parse(JSON.parse(await readFile(file, 'utf8')));
}

const [gap, scale, lines, lineHeight] = [8, 1, 2, 10] as const;
const [ground, ink] = [0xff, 0x44] as const;
const captionHeight = lines * lineHeight + 6;

/** Left and top of picture `index` within the sheet. */
export function galleryCell(index: number, columns: number, side: number): { left: number; top: number } {
  return {
    left: gap + (index % columns) * (side + gap),
    top: gap + Math.floor(index / columns) * (side + captionHeight + gap),
  };
}

/** Square pictures of one size in rows, the prompt in small letters under each. */
export function composeGallery(pictures: readonly Pixels[], prompts: readonly string[], columns: number): Pixels {
  const side = pictures[0]?.width ?? 0;
  const last = galleryCell(Math.max(columns, pictures.length) - 1, columns, side);
  const width = gap + columns * (side + gap);
  const height = last.top + side + captionHeight + gap;
  const sheet = { width, height, data: new Uint8Array(3 * width * height).fill(ground) };
  for (const [index, picture] of pictures.entries()) {
    const { left, top } = galleryCell(index, columns, side);
    for (let y = 0; y < side; y++) {
      const row = picture.data.subarray(3 * y * side, 3 * (y + 1) * side);
      sheet.data.set(row, 3 * ((top + y) * width + left));
    }
    for (const [line, text] of wrap(prompts[index] ?? '', side).entries()) {
      drawText(sheet, text, left, top + side + 5 + line * lineHeight, scale, ink);
    }
  }
  return sheet;
}

/** At most two lines; words are kept whole. */
function wrap(text: string, width: number): string[] {
  const rows: string[] = [''];
  for (const word of text.split(' ')) {
    const longer = `${rows.at(-1)} ${word}`.trim();
    if (textSize(longer, scale).width <= width || rows.at(-1) === '') rows[rows.length - 1] = longer;
    else rows.push(word);
  }
  return rows.slice(0, lines);
}
