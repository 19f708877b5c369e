// Pictures to files that fit: PNG as finished; else WebP at a quality that hides nothing; else the tiles one by one over several messages.

import { encodeLossy, encodeWithin } from '../image/encode.ts';
import { readPicture } from '../image/read-picture.ts';
import type { Picture } from '../jobs/generate-job.ts';

export interface DeliveryFile {
  readonly name: string;
  readonly data: Uint8Array;
  readonly contentType: 'image/png' | 'image/webp';
  readonly picture: Picture;
}

/** Discord's limit on a whole request is 25 MiB; the rest is left to its JSON and framing. */
const maxRequestBytes = 24 * 1024 * 1024;
const maxFilesPerMessage = 10;
const goodQualities = [95, 90, 85, 80] as const;

export type LoadPicture = (picture: Picture) => Promise<Uint8Array | null>;

function fileOf(jobId: string, picture: Picture, data: Uint8Array, type: 'png' | 'webp'): DeliveryFile {
  const which = picture.kind === 'grid' ? 'grid' : `${picture.index + 1}`;
  // Discord hides files whose name begins so behind a click.
  const veil = picture.outcome === 'blurred' ? 'SPOILER_' : '';
  return { name: `${veil}easel-${jobId}-${which}.${type}`, data, contentType: `image/${type}`, picture };
}

/** At full size, or null where it would have to lose too much. */
async function wholeFile(
  jobId: string,
  picture: Picture,
  png: Uint8Array,
  limit: number,
): Promise<DeliveryFile | null> {
  if (png.length <= limit) return fileOf(jobId, picture, png, 'png');
  const pixels = await readPicture(png);
  for (const quality of goodQualities) {
    const webp = await encodeLossy(pixels, 'webp', quality);
    if (webp.length <= limit) return fileOf(jobId, picture, webp, 'webp');
  }
  return null;
}

/**
 * @param limit bytes per file
 * @returns the files of each message, the first being the live one; null where a picture is no longer stored
 */
export async function fitAttachments(
  jobId: string,
  pictures: readonly Picture[],
  load: LoadPicture,
  limit: number,
): Promise<DeliveryFile[][] | null> {
  const tiles = pictures.filter((picture) => picture.kind === 'tile');
  const main = pictures.find((picture) => picture.kind === 'grid') ?? tiles[0];
  if (main === undefined) return [[]];
  const png = await load(main);
  if (png === null) return null;
  const whole = await wholeFile(jobId, main, png, limit);
  if (whole) return [[whole]];
  // A labelled sheet has no tiles of its own to fall back on: it is made to fit.
  return fitEachPicture(jobId, tiles.length > 0 ? tiles : [main], load, limit);
}

/** Each picture as a file of its own, over as many messages as that takes. @returns null where one is no longer stored */
export async function fitEachPicture(
  jobId: string,
  pictures: readonly Picture[],
  load: LoadPicture,
  limit: number,
): Promise<DeliveryFile[][] | null> {
  const files: DeliveryFile[] = [];
  for (const tile of pictures) {
    const bytes = await load(tile);
    if (bytes === null) return null;
    const file =
      (await wholeFile(jobId, tile, bytes, limit)) ??
      fileOf(jobId, tile, await encodeWithin(await readPicture(bytes), 'webp', limit), 'webp');
    files.push(file);
  }
  const messages: DeliveryFile[][] = [];
  let room = 0;
  for (const file of files) {
    const current = messages.at(-1);
    if (current && file.data.length <= room && current.length < maxFilesPerMessage) current.push(file);
    else {
      messages.push([file]);
      room = maxRequestBytes;
    }
    room -= file.data.length;
  }
  return messages;
}
