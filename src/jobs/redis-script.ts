// A Lua script by its SHA-1: sent once per server, called by digest afterwards. Redis runs a script as one step, which is what makes
// claims, fair order and endings safe against any crash in between.

import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { explainRefusal } from './explain-refusal.ts';

export interface RedisScript {
  /** @throws EaselError `store-corrupt` naming the keys that hold what they should not; else what the client throws. */
  run(redis: Redis, keys: readonly string[], values: readonly (string | number)[]): Promise<unknown>;
}

export function redisScript(lua: string): RedisScript {
  const digest = createHash('sha1').update(lua).digest('hex');
  return {
    async run(redis, keys, values) {
      try {
        return await redis.evalsha(digest, keys.length, ...keys, ...values);
      } catch (error) {
        if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT'))
          throw await explainRefusal(redis, keys, error);
        try {
          return await redis.eval(lua, keys.length, ...keys, ...values);
        } catch (second) {
          throw await explainRefusal(redis, keys, second);
        }
      }
    },
  };
}
