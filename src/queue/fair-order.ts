// Start-time fair queuing (Goyal, Vin, Cheng 1996) in BullMQ's own priorities: a job's virtual start time is the later of the queue's
// virtual time and the finish time of its member's last job; jobs start in that order, ties first come first served.
//
// Servers share alike too: up to eight active members of a server count as one flow each; beyond that all of its members together
// share eight flows' worth, so that a server of a thousand cannot push a server of one aside. (Where all members of a server are heavy
// and came one after the other, a newcomer there waits up to about two rounds instead of one; a newcomer elsewhere waits for none of it.)
//
// Virtual time only grows. BullMQ's priorities are bounded (2^21), so they count from a base that moves whenever the queue runs empty
// and, in a queue that never does (about 7,000 jobs of four pictures one after the other), when `rebaseAfter` is passed: see rebase.ts.

import { redisScript } from '../jobs/redis-script.ts';

/** Ticks of virtual time per cost unit: fine enough for small jobs, coarse enough for 2^21. */
export const ticksPerUnit = 64;
/** The smallest job: an eighth of it, the distance between two newcomers of a crowded server, is still a whole tick. */
export const leastTicks = 8;
export const maxPriority = 2 ** 21 - 1;
const rebaseAfter = 2 ** 20;
const flowsPerGuild = 8;

// Accepts a job once: writes its record and gives it its priority.
// KEYS  1 job  2 fair  3 flows  4 guild flows  5 open  6 units  7 member's open jobs  8 member's jobs  9 undelivered
//       10 guild's jobs or ''  11 parent's children or ''  12 ban everywhere  13 ban in guild
// ARGV  1 job id  2 data  3 queue  4 user  5 ticks  6 weight  7 now  8 retention (s)  9 guild or ''  10 shape
// Returns {1 if new else 0, priority, state, 1 where the base is to be moved, 1 where a new job's member is banned}
export const acceptScript = redisScript(`
if redis.call('EXISTS', KEYS[1]) == 1 then
  local known = redis.call('HMGET', KEYS[1], 'priority', 'state')
  return {0, tonumber(known[1] or '1') or 1, known[2] or 'queued', 0, 0}
end
local virtual = tonumber(redis.call('HGET', KEYS[2], 'virtual') or '0') or 0
local base = tonumber(redis.call('HGET', KEYS[2], 'base') or '0') or 0
if redis.call('ZCARD', KEYS[5]) == 0 then
  local last = redis.call('ZREVRANGE', KEYS[3], 0, 0, 'WITHSCORES')
  if last[2] then virtual = math.max(virtual, tonumber(last[2])) end
  base = virtual
  redis.call('DEL', KEYS[2], KEYS[3])
  redis.call('HSET', KEYS[2], 'virtual', string.format('%.17g', virtual), 'base', string.format('%.17g', base))
end
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', string.format('%.17g', virtual))
redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', string.format('%.17g', virtual))
local cost = tonumber(ARGV[5])
local own = tonumber(redis.call('ZSCORE', KEYS[3], ARGV[4]) or '')
local active = redis.call('ZCARD', KEYS[4])
if not redis.call('ZSCORE', KEYS[4], ARGV[4]) then active = active + 1 end
local start = math.max(virtual, own or virtual)
if not own and active > ${flowsPerGuild} then
  local field = 'clock:' .. ARGV[9]
  local clock = math.max(virtual, tonumber(redis.call('HGET', KEYS[2], field) or '0') or 0) + cost / ${flowsPerGuild}
  redis.call('HSET', KEYS[2], field, string.format('%.17g', clock))
  start = math.max(start, clock)
end
local finish = start + cost * math.max(1, active / ${flowsPerGuild}) / tonumber(ARGV[6])
redis.call('ZADD', KEYS[3], string.format('%.17g', finish), ARGV[4])
redis.call('ZADD', KEYS[4], string.format('%.17g', finish), ARGV[4])
-- Who is here is a member: an idle queue forgets them.
redis.call('EXPIRE', KEYS[3], 86400)
redis.call('EXPIRE', KEYS[4], 86400)
local priority = math.min(${maxPriority}, math.max(1, math.floor(start - base) + 1))
redis.call('HSET', KEYS[1], 'data', ARGV[2], 'state', 'queued', 'queue', ARGV[3], 'priority', priority,
  'start', string.format('%.17g', start), 'span', string.format('%.17g', finish - start), 'createdAt', ARGV[7])
redis.call('EXPIRE', KEYS[1], ARGV[8])
redis.call('ZADD', KEYS[5], string.format('%.17g', start), ARGV[1])
redis.call('HSET', KEYS[6], ARGV[1], ARGV[10])
redis.call('SADD', KEYS[7], ARGV[1])
redis.call('ZADD', KEYS[8], ARGV[7], ARGV[1])
redis.call('ZADD', KEYS[9], ARGV[7], ARGV[1])
if ARGV[9] ~= '' then redis.call('ZADD', KEYS[10], ARGV[7], ARGV[1]) end
if KEYS[11] ~= KEYS[1] then
  redis.call('SADD', KEYS[11], ARGV[1])
  redis.call('EXPIRE', KEYS[11], ARGV[8])
end
return {1, priority, 'queued', virtual - base > ${rebaseAfter} and 1 or 0, redis.call('EXISTS', KEYS[12], KEYS[13]) > 0 and 1 or 0}
`);
