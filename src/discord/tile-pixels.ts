// Where a tile's pixels are: the image store; else the pressed message's own attachment, cut by tile. The interaction carries fresh links.

import { pictureType } from '../image/read-picture.ts';
import type { Picture } from '../jobs/generate-job.ts';
import { loadPicture } from '../store/load-picture.ts';
import type { Stage } from './behaviour.ts';
import { cutTileFromMessage } from './cut-tile.ts';
import { jobIdOf } from './new-job.ts';

/** @returns a key of the image store that holds the pixels as input for a worker; null when they are nowhere */
export async function findTilePixels(stage: Stage, picture: Picture): Promise<string | null> {
  const { images, logger } = stage.services;
  if ((await loadPicture(images, picture, logger)) !== null) return picture.imageKey;
  try {
    const bytes = await cutTileFromMessage(stage, picture);
    const type = bytes && pictureType(bytes);
    if (!bytes || !type || type === 'gif') return null;
    return await images.putUpload(jobIdOf(stage.facts.interactionId), { kind: 'upload', bytes, type });
  } catch (error) {
    logger.warn({ err: error, imageKey: picture.imageKey }, 'tile could not be cut from its message');
    return null;
  }
}
