// A finished picture out of the store, held against what the worker wrote down when it had checked and marked it: whatever else lies there
// (a damaged file, somebody's own) was checked by nobody and counts as gone.

import { createHash } from 'node:crypto';
import type { Picture } from '../jobs/generate-job.ts';
import { redisKeys } from '../jobs/redis-keys.ts';
import type { Logger } from '../observability/logger.ts';
import type { ImageStore } from './image-store.ts';

export const fileDigest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Null where it is gone. Records of earlier versions name no digest: those are taken as they are. */
export async function loadPicture(
  images: Pick<ImageStore, 'get'>,
  { imageKey, sha256 }: Pick<Picture, 'imageKey' | 'sha256'>,
  logger: Pick<Logger, 'error'>,
): Promise<Uint8Array | null> {
  const bytes = await images.get(imageKey);
  if (bytes === null || sha256 === undefined || fileDigest(bytes) === sha256) return bytes;
  logger.error(
    { redisKey: redisKeys.picture(imageKey), bytes: bytes.length },
    'a stored picture is not what was checked: it is not shown',
  );
  return null;
}
