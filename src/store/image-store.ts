// Where finished pictures wait for their delivery and for a press on U: shared by all hosts, bounded, a cache afterwards.
// Only what finish() built, a preview, or an upload whose type was checked can be put here: the types say so.

import type { FinishedImage, PreviewImage } from '../inference/engine.ts';

/** A picture that a member sent: type found by content, size and pixels within limits, metadata gone. */
export interface CheckedUpload {
  readonly kind: 'upload';
  readonly bytes: Uint8Array;
  readonly type: 'png' | 'jpeg' | 'webp';
}

export interface ImageStore {
  /** Not evicted before `markDelivered`. Putting the same picture again changes nothing. @returns its key */
  putFinished(jobId: string, image: FinishedImage): Promise<string>;
  /** Takes the place of the job's last one. Kept for a few minutes where its worker does not remove it. */
  putPreview(jobId: string, image: PreviewImage): Promise<string>;
  /**
   * For a job to start from. Kept for a week at most, the first day in any case, whether used or not.
   * @param name tells several uploads of one id apart: the picture, its mask
   */
  putUpload(id: string, image: CheckedUpload, name?: string): Promise<string>;
  /**
   * A withheld picture that moderators released. finish() had checked, marked and read it back when it was painted; since then it was sealed
   * under its place (see withheld.ts), so that nothing else can come out of there. @returns its key
   */
  putReleased(jobId: string, sealed: Uint8Array): Promise<string>;
  /** Null when it was evicted. */
  get(key: string): Promise<Uint8Array | null>;
  /** A job is about to start from these: they stay for another day in any case. @returns whether all are there */
  renew(keys: readonly string[]): Promise<boolean>;
  /** The job's pictures were posted and may be evicted when room is needed. */
  markDelivered(keys: readonly string[]): Promise<void>;
  remove(keys: readonly string[]): Promise<void>;
  /** Removes what is older than it is kept; asked once a day. Where everything expires by itself there is nothing to do. @returns how many */
  removeExpired(now: number, signal?: AbortSignal): Promise<number>;
}

/** Name of an upload that a member attached, as against one that a button cut out of a message. */
export const attachedName = (part: 'picture' | 'mask', size: string) => `attached-${part}-${size}`;
export const isAttached = (key: string) => key.includes('/attached-');

export const pictureKeys = {
  finished: (jobId: string, image: FinishedImage) =>
    `{${jobId}}/${image.kind === 'grid' ? 'grid' : `tile-${image.index}`}`,
  released: (jobId: string) => `{${jobId}}/tile-0`,
  preview: (jobId: string) => `{${jobId}}/preview`,
  upload: (id: string, name = 'upload') => `{${id}}/${name}`,
  /** Whatever a worker may have stored of a job, known by name alone: a record lists it only once the job is done. */
  outputs: (jobId: string) =>
    ['tile-0', 'tile-1', 'tile-2', 'tile-3', 'grid', 'preview'].map((name) => `{${jobId}}/${name}`),
} as const;
