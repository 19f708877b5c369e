// Withheld originals for the moderators' review: AES-256-GCM under a key that Redis never sees, gone after seven days at the latest.

import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { EaselError } from '../errors.ts';
import { redisKeys } from '../jobs/redis-keys.ts';

const keepSeconds = 7 * 86_400;
/** Also as many cells as a labelled sheet has. */
const tilesAndGrid = Array.from({ length: 17 }, (_, index) => index - 1);
const nonceBytes = 12;
const tagBytes = 16;

export interface WithheldStore {
  put(jobId: string, tile: number, picture: Uint8Array): Promise<void>;
  /** Null when it is gone. @throws EaselError `store-corrupt` when it was changed or written under another key. */
  get(jobId: string, tile: number): Promise<Uint8Array | null>;
  remove(jobId: string, tile: number): Promise<void>;
  removeAll(jobId: string): Promise<void>;
}

/** Where a job's originals may lie. */
export const withheldKeys = (jobId: string) => tilesAndGrid.map((tile) => redisKeys.withheld(jobId, tile));

export function createWithheldStore(redis: Redis, secret: string): WithheldStore {
  const key = Buffer.from(hkdfSync('sha256', secret, 'easel', 'withheld pictures', 32));
  /** Bound to its place: a ciphertext moved to another job does not open. */
  const place = (jobId: string, tile: number) => Buffer.from(`${jobId}/${tile}`);
  return {
    async put(jobId, tile, picture) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(place(jobId, tile));
      const sealed = Buffer.concat([nonce, cipher.update(picture), cipher.final(), cipher.getAuthTag()]);
      await redis.set(redisKeys.withheld(jobId, tile), sealed, 'EX', keepSeconds);
    },
    async get(jobId, tile) {
      const sealed = await redis.getBuffer(redisKeys.withheld(jobId, tile));
      if (sealed === null) return null;
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes))
          .setAAD(place(jobId, tile))
          .setAuthTag(sealed.subarray(-tagBytes));
        return Buffer.concat([decipher.update(sealed.subarray(nonceBytes, -tagBytes)), decipher.final()]);
      } catch (cause) {
        throw new EaselError('store-corrupt', `Expected an intact withheld picture for job ${jobId}, tile ${tile}`, {
          cause,
        });
      }
    },
    async remove(jobId, tile) {
      await redis.unlink(redisKeys.withheld(jobId, tile));
    },
    async removeAll(jobId) {
      await redis.unlink(...withheldKeys(jobId));
    },
  };
}
