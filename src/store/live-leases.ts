// Which bot process keeps a job's message current, and whether it edits it right now. A lease ends by itself when its holder dies, so that
// another bot takes the message over; delivery waits out an edit under way, so that no progress follows the last word.

import type { Redis } from 'ioredis';
import { redisKeys } from '../jobs/redis-keys.ts';
import { redisScript } from '../jobs/redis-script.ts';

const leaseMs = 40_000;
/** Longer than any request to Discord may take. */
const editMs = 20_000;

export interface LiveLeases {
  /** Takes or renews the lease; false while somebody else holds it. */
  hold(jobId: string): Promise<boolean>;
  /** Says that an edit begins; false where the job has ended, so that nothing may be written any more. */
  beginEdit(jobId: string): Promise<boolean>;
  endEdit(jobId: string): Promise<void>;
}

// KEYS  1 lease     ARGV  1 owner  2 ms
const holdScript = redisScript(`
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
`);

// KEYS  1 ended  2 editing     ARGV  1 owner  2 ms
const beginScript = redisScript(`
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
return 1
`);

/** @param owner unique per process */
export function createLiveLeases(redis: Redis, owner: string): LiveLeases {
  return {
    async hold(jobId) {
      return (await holdScript.run(redis, [redisKeys.live(jobId)], [owner, leaseMs])) === 1;
    },
    async beginEdit(jobId) {
      return (await beginScript.run(redis, [redisKeys.ended(jobId), redisKeys.editing(jobId)], [owner, editMs])) === 1;
    },
    async endEdit(jobId) {
      await redis.del(redisKeys.editing(jobId));
    },
  };
}
