// Moves the base that priorities count from up to the queue's virtual time, and every waiting job with it: the order stays as it is, the
// numbers become small again. One script, so that nobody sees half of it. BullMQ keeps a waiting job's priority in two places, in its hash
// and in the score of `prioritized` (priority x 2^32 and a counter that keeps equals in order).

import type { Redis } from 'ioredis';
import { queuePrefix } from '../jobs/queue-names.ts';
import { redisKeys } from '../jobs/redis-keys.ts';
import { redisScript } from '../jobs/redis-script.ts';
import { maxPriority } from './fair-order.ts';
import { bullId } from './queues.ts';

// KEYS  1 fair  2 open  3 prioritized     ARGV  1 prefix of job records  2 prefix of BullMQ's keys of this queue  3 prefix of BullMQ's ids
const rebaseScript = redisScript(`
local virtual = tonumber(redis.call('HGET', KEYS[1], 'virtual') or '0') or 0
local open = redis.call('ZRANGE', KEYS[2], 0, -1, 'WITHSCORES')
-- Those that should have started before (held, or of a paused server) keep their order by rank; the base leaves room for them.
local overdue = redis.call('ZCOUNT', KEYS[2], '-inf', '(' .. string.format('%.17g', math.floor(virtual)))
local base = math.floor(virtual) - overdue
redis.call('HSET', KEYS[1], 'base', string.format('%.17g', base))
local ranks, late = {}, {}
for i = 1, 2 * overdue, 2 do
  local score = redis.call('ZSCORE', KEYS[3], ARGV[3] .. open[i])
  late[#late + 1] = {open[i], tonumber(open[i + 1]), tonumber(score or '0')}
end
-- Equal starts stay first come first served: BullMQ's counter says who came.
table.sort(late, function(a, b)
  if a[2] ~= b[2] then return a[2] < b[2] end
  if a[3] ~= b[3] then return a[3] < b[3] end
  return a[1] < b[1]
end)
for rank, one in ipairs(late) do ranks[one[1]] = rank end
for i = 1, #open, 2 do
  local priority = ranks[open[i]] or math.min(${maxPriority}, math.floor(tonumber(open[i + 1]) - base) + 1)
  local record, id = ARGV[1] .. open[i], ARGV[3] .. open[i]
  if redis.call('EXISTS', record) == 1 then redis.call('HSET', record, 'priority', priority) end
  if redis.call('EXISTS', ARGV[2] .. id) == 1 then redis.call('HSET', ARGV[2] .. id, 'priority', priority) end
  local score = redis.call('ZSCORE', KEYS[3], id)
  if score then redis.call('ZADD', KEYS[3], string.format('%.17g', priority * 4294967296 + tonumber(score) % 4294967296), id) end
end
return #open / 2
`);

export async function rebase(redis: Redis, queueName: string): Promise<void> {
  const prefix = `${queuePrefix}:${queueName}:`;
  await rebaseScript.run(
    redis,
    [redisKeys.fair(queueName), redisKeys.open(queueName), `${prefix}prioritized`],
    [redisKeys.jobPrefix, prefix, bullId('')],
  );
}
