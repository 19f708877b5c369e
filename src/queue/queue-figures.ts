// How long each queue is and how long its oldest job has waited, for metrics: a few round trips, whatever the length of the queues.

import { z } from 'zod';
import { redisKeys } from '../jobs/redis-keys.ts';
import { redisScript } from '../jobs/redis-script.ts';
import type { QueueFigure } from '../observability/metrics.ts';
import type { Queues } from './queues.ts';

/** Jobs looked at, oldest first, to find each queue's oldest waiting one: those that run or are being posted come before it. */
const lookAt = 1000;
const states = ['waiting', 'prioritized', 'delayed', 'active', 'failed'] as const;

// KEYS  1 undelivered     ARGV  1 prefix of job records  2 how many to look at
// Returns pairs of queue name and the time at which its oldest waiting job was accepted.
const oldestScript = redisScript(`
local seen, answer = {}, {}
local ids = redis.call('ZRANGE', KEYS[1], 0, tonumber(ARGV[2]) - 1, 'WITHSCORES')
for i = 1, #ids, 2 do
  local facts = redis.call('HMGET', ARGV[1] .. ids[i], 'state', 'queue')
  if facts[1] == 'queued' and facts[2] and not seen[facts[2]] then
    seen[facts[2]] = true
    answer[#answer + 1] = facts[2]
    answer[#answer + 1] = ids[i + 1]
  end
end
return answer
`);
const oldestAnswer = z.array(z.string());

/** Every generate queue that was ever opened on this Redis, with `deliver` and `inspect`. */
export async function readQueueFigures(queues: Queues): Promise<QueueFigure[]> {
  const { redis } = queues;
  const [names, answer] = await Promise.all([
    redis.smembers(redisKeys.queues),
    oldestScript.run(redis, [redisKeys.undelivered], [redisKeys.jobPrefix, lookAt]),
  ]);
  const pairs = oldestAnswer.parse(answer);
  const now = Date.now();
  const since = (time: number) => Math.max(0, (now - time) / 1000);
  const acceptedAt = new Map<string, number>();
  for (let index = 0; index < pairs.length; index += 2) acceptedAt.set(pairs[index] ?? '', Number(pairs[index + 1]));

  const generate = names.sort().map(async (name): Promise<QueueFigure> => {
    const oldest = acceptedAt.get(name);
    return {
      queue: name,
      class: 'generate',
      counts: await queues.generate(name).getJobCounts(...states),
      oldestSeconds: oldest === undefined ? 0 : since(oldest),
    };
  });
  // These two know no priorities: the first to come is the oldest.
  const others = (['deliver', 'inspect'] as const).map(async (name): Promise<QueueFigure> => {
    const [counts, first] = await Promise.all([
      queues[name].getJobCounts(...states),
      queues[name].getJobs(['waiting', 'delayed'], 0, 0, true),
    ]);
    const times = first.flatMap((job) => (job ? [job.timestamp] : []));
    return { queue: name, class: name, counts, oldestSeconds: times.length > 0 ? since(Math.min(...times)) : 0 };
  });
  return Promise.all([...generate, ...others]);
}
