// Pictures in Redis: the default. Bounded by bytes: what was delivered leaves first, oldest first; what was not yet delivered never leaves
// by itself, so a full store stops new pictures (retryable) rather than losing promised ones.

import type { Redis } from 'ioredis';
import { EaselError } from '../errors.ts';
import { redisKeys } from '../jobs/redis-keys.ts';
import { redisScript } from '../jobs/redis-script.ts';
import { type ImageStore, pictureKeys } from './image-store.ts';

export interface RedisImageStoreOptions {
  readonly maxBytes: number;
  /** How long a delivered picture stays at most. Default 24 h. */
  readonly keepSeconds?: number;
}

const previewSeconds = 300;
/** What a job starts from stays as long as one may wait for a worker, and while there is room, for those who want it again. */
const uploadSeconds = 7 * 86_400;
const inputSeconds = 86_400;
/** An undelivered picture outlives any outage of Discord that deliver's retries outlive. */
const undeliveredSeconds = 7 * 86_400;
/** Sorts behind every time of delivery. */
const never = 9e15;

// KEYS  1 order  2 sizes     ARGV  1 key  2 bytes  3 evictable from  4 max bytes  5 now
// Returns {1 when there is room, keys to delete ...}. The total stands in the field '' of the sizes.
const reserveScript = redisScript(`
local old = tonumber(redis.call('HGET', KEYS[2], ARGV[1]) or '0')
local total = tonumber(redis.call('HGET', KEYS[2], '') or '0') - old + tonumber(ARGV[2])
local answer = {1}
while total > tonumber(ARGV[4]) do
  local first = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[5], 'LIMIT', 0, 1)[1]
  if not first then
    answer[1] = 0
    break
  end
  if first == ARGV[1] then total = total + old end
  total = total - tonumber(redis.call('HGET', KEYS[2], first) or '0')
  redis.call('ZREM', KEYS[1], first)
  redis.call('HDEL', KEYS[2], first)
  answer[#answer + 1] = first
end
if answer[1] == 1 then
  redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
  redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
else
  total = total - tonumber(ARGV[2]) + old
end
redis.call('HSET', KEYS[2], '', math.max(0, total))
return answer
`);

// KEYS  1 order  2 sizes     ARGV  keys to forget
const forgetScript = redisScript(`
local freed = 0
for _, key in ipairs(ARGV) do
  freed = freed + tonumber(redis.call('HGET', KEYS[2], key) or '0')
  redis.call('HDEL', KEYS[2], key)
  redis.call('ZREM', KEYS[1], key)
end
-- Lua writes minus zero as -0, which is no integer to Redis.
if freed > 0 then redis.call('HINCRBY', KEYS[2], '', -freed) end
return freed
`);

export function createRedisImageStore(redis: Redis, options: RedisImageStoreOptions): ImageStore {
  const keepSeconds = options.keepSeconds ?? 86_400;
  const books = [redisKeys.pictureOrder, redisKeys.pictureSizes];

  async function remove(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    await Promise.all(keys.map((key) => redis.unlink(redisKeys.picture(key))));
    await forgetScript.run(redis, books, keys);
  }

  /** Books of pictures whose time ran out: Redis dropped them by itself. */
  async function sweep(): Promise<void> {
    const oldest = await redis.zrangebyscore(redisKeys.pictureOrder, '-inf', Date.now(), 'LIMIT', 0, 20);
    const there = await Promise.all(oldest.map((key) => redis.exists(redisKeys.picture(key))));
    await remove(oldest.filter((_, index) => there[index] === 0));
  }

  async function put(key: string, bytes: Uint8Array, seconds: number, evictableFrom: number): Promise<string> {
    await sweep();
    const answer = await reserveScript.run(redis, books, [
      key,
      bytes.length,
      evictableFrom,
      options.maxBytes,
      Date.now(),
    ]);
    const [room, ...evicted] = Array.isArray(answer) ? answer : [0];
    await Promise.all(evicted.map((name) => redis.unlink(redisKeys.picture(String(name)))));
    if (Number(room) !== 1) {
      throw new EaselError(
        'store-unavailable',
        `Expected room for ${bytes.length} bytes but the image store holds ${options.maxBytes} of pictures that wait for delivery`,
        { retryable: true, userMessage: 'Too many pictures wait to be posted. Please try again in a moment.' },
      );
    }
    await redis.set(
      redisKeys.picture(key),
      Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
      'EX',
      seconds,
    );
    return key;
  }

  return {
    putFinished: (jobId, image) => put(pictureKeys.finished(jobId, image), image.bytes, undeliveredSeconds, never),
    putReleased: (jobId, sealed) => put(pictureKeys.released(jobId), sealed, undeliveredSeconds, never),
    putPreview: (jobId, image) => put(pictureKeys.preview(jobId), image.bytes, previewSeconds, Date.now() - 1),
    putUpload: (id, image, name) =>
      put(pictureKeys.upload(id, name), image.bytes, uploadSeconds, Date.now() + inputSeconds * 1000),
    async get(key) {
      return redis.getBuffer(redisKeys.picture(key));
    },
    async renew(keys) {
      const from = Date.now() + inputSeconds * 1000;
      const there = await Promise.all(
        keys.map(async (key) => {
          const left = await redis.ttl(redisKeys.picture(key));
          if (left === -2) return false;
          // Never sooner than it was: what waits for its delivery stays until then.
          await redis.zadd(redisKeys.pictureOrder, 'XX', 'GT', from, key);
          if (left >= 0 && left < inputSeconds) await redis.expire(redisKeys.picture(key), inputSeconds);
          return true;
        }),
      );
      return there.every(Boolean);
    },
    async markDelivered(keys) {
      const now = Date.now();
      await Promise.all(
        keys.map((key) =>
          Promise.all([
            redis.zadd(redisKeys.pictureOrder, 'XX', now, key),
            redis.expire(redisKeys.picture(key), keepSeconds),
          ]),
        ),
      );
    },
    remove,
    removeExpired: async () => 0,
  };
}
