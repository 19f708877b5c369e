// Chooses where pictures are kept: Redis by default, an S3-compatible service by address.

import type { Redis } from 'ioredis';
import type { ImageStore } from './image-store.ts';
import { createRedisImageStore } from './redis-image-store.ts';
import { createS3ImageStore } from './s3-image-store.ts';

export interface ImageStoreChoice {
  /** s3://key:secret@bucket/prefix?endpoint=https://host&region=name; without one, pictures stay in Redis. */
  readonly url?: string | undefined;
  readonly maxBytes: number;
}

export function openImageStore(redis: Redis, { url, maxBytes }: ImageStoreChoice): ImageStore {
  return url === undefined ? createRedisImageStore(redis, { maxBytes }) : createS3ImageStore(url);
}
