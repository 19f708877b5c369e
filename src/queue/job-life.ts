// The steps of a job's life after it was accepted, each one Lua script: begin, progress, end, cancel. State: queued -> running -> done,
// failed or cancelled. Who comes second to an ending learns that it came second.

import type { Redis } from 'ioredis';
import { z } from 'zod';
import { EaselError } from '../errors.ts';
import type { GenerateProgress, GenerateResult } from '../jobs/generate-job.ts';
import { channels, redisKeys } from '../jobs/redis-keys.ts';
import { redisScript } from '../jobs/redis-script.ts';

/** What the life of a job needs to be known by. */
export interface JobRef {
  readonly jobId: string;
  readonly queueName: string;
  readonly userId: string;
  readonly guildId: string | null;
}

/** A running job that has not been heard of for so long no longer counts against its member. */
const leaseMs = 30_000;
/** How long an ended job is remembered as ended, so that late edits are dropped. */
const endedSeconds = 3600;

export type BeginAnswer = 'run' | 'hold' | 'cancelled' | 'ended' | 'gone';
const beginAnswers = z.enum(['run', 'hold', 'cancelled', 'ended', 'gone']);

// KEYS  1 job  2 fair  3 member's running jobs  4 held  5 cancel  6 paused guilds  7 the guild's paused jobs  8 ban everywhere  9 ban in guild
// ARGV  1 job id  2 limit  3 now  4 lease end  5 guild or ''  6 worker  7 queue
const beginScript = redisScript(`
if redis.call('EXISTS', KEYS[1]) == 0 then return 'gone' end
local facts = redis.call('HMGET', KEYS[1], 'state', 'start')
if facts[1] ~= 'queued' and facts[1] ~= 'running' then return 'ended' end
if redis.call('EXISTS', KEYS[5], KEYS[8], KEYS[9]) > 0 then return 'cancelled' end
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', ARGV[3])
local mine = redis.call('ZSCORE', KEYS[3], ARGV[1])
if redis.call('SISMEMBER', KEYS[6], ARGV[5]) == 1 then
  redis.call('SADD', KEYS[7], ARGV[7] .. ' ' .. ARGV[1])
  return 'hold'
end
if not mine and redis.call('ZCARD', KEYS[3]) >= tonumber(ARGV[2]) then
  redis.call('ZADD', KEYS[4], tonumber(facts[2] or '') or 0, ARGV[1])
  redis.call('EXPIRE', KEYS[4], 86400)
  return 'hold'
end
redis.call('ZREM', KEYS[4], ARGV[1])
redis.call('ZADD', KEYS[3], ARGV[4], ARGV[1])
redis.call('PEXPIRE', KEYS[3], 3600000)
local virtual = tonumber(redis.call('HGET', KEYS[2], 'virtual') or '0') or 0
local start = tonumber(facts[2] or '') or 0
if start > virtual then redis.call('HSET', KEYS[2], 'virtual', facts[2]) end
redis.call('HSET', KEYS[1], 'state', 'running', 'worker', ARGV[6])
redis.call('HSET', KEYS[1], 'startedAt', ARGV[3])
redis.call('HINCRBY', KEYS[1], 'starts', 1)
return 'run'
`);

/** Asks leave to run. `hold`: the member runs enough jobs or the guild is paused; put it back. `cancelled`: also where the member is banned. */
export async function beginJob(
  redis: Redis,
  ref: JobRef,
  options: { limit: number; workerId: string },
): Promise<BeginAnswer> {
  const now = Date.now();
  const answer = await beginScript.run(
    redis,
    [
      redisKeys.job(ref.jobId),
      redisKeys.fair(ref.queueName),
      redisKeys.running(ref.userId),
      redisKeys.held(ref.queueName, ref.userId),
      redisKeys.cancel(ref.jobId),
      redisKeys.pausedGuilds,
      redisKeys.pausedJobs(ref.guildId ?? 'none'),
      redisKeys.ban(null, ref.userId),
      redisKeys.ban(ref.guildId ?? 'none', ref.userId),
    ],
    [ref.jobId, options.limit, now, now + leaseMs, ref.guildId ?? '', options.workerId, ref.queueName],
  );
  return beginAnswers.parse(answer);
}

// KEYS  1 progress  2 member's running jobs  3 cancel  4 ended     ARGV  1 job id  2 state  3 lease end  4 channel  5 event or ''
const progressScript = redisScript(`
if redis.call('EXISTS', KEYS[4]) == 1 then return 2 end
redis.call('ZADD', KEYS[2], 'XX', ARGV[3], ARGV[1])
if ARGV[5] ~= '' then
  redis.call('SET', KEYS[1], ARGV[2], 'EX', 3600)
  redis.call('PUBLISH', ARGV[4], ARGV[5])
end
return redis.call('EXISTS', KEYS[3])
`);

/** Renews the lease and, with a progress, tells everybody. @returns whether somebody asked to cancel the job (or it has ended elsewhere). */
export async function reportProgress(redis: Redis, ref: JobRef, progress: GenerateProgress | null): Promise<boolean> {
  const event = progress === null ? '' : JSON.stringify({ type: 'progress', jobId: ref.jobId, progress });
  const answer = await progressScript.run(
    redis,
    [
      redisKeys.progress(ref.jobId),
      redisKeys.running(ref.userId),
      redisKeys.cancel(ref.jobId),
      redisKeys.ended(ref.jobId),
    ],
    [ref.jobId, JSON.stringify(progress), Date.now() + leaseMs, channels.events, event],
  );
  return Number(answer) > 0;
}

// KEYS  1 job  2 member's running jobs     ARGV  1 job id
const handBackScript = redisScript(`
redis.call('ZREM', KEYS[2], ARGV[1])
if redis.call('HGET', KEYS[1], 'state') == 'running' then redis.call('HSET', KEYS[1], 'state', 'queued') end
return 0
`);

/** The worker stops before the job is done: it counts as waiting again. */
export async function handBackJob(redis: Redis, ref: JobRef): Promise<void> {
  await handBackScript.run(redis, [redisKeys.job(ref.jobId), redisKeys.running(ref.userId)], [ref.jobId]);
}

// KEYS  1 job  2 open  3 units  4 member's open jobs  5 member's running jobs  6 held  7 progress  8 ended  9 cancel  10 flows  11 totals
// ARGV  1 job id  2 state  3 result or ''  4 now  5 channel  6 event  7 ended seconds  8 user  9 paint ms  10 tiles
// Returns {outcome, next held job or ''}; a cancel that came before 'done' wins.
const endScript = redisScript(`
local state = redis.call('HGET', KEYS[1], 'state')
local outcome = ARGV[2]
if state == 'queued' or state == 'running' then
  if outcome == 'done' and redis.call('EXISTS', KEYS[9]) == 1 then outcome = 'cancelled' end
  redis.call('HSET', KEYS[1], 'state', outcome, 'endedAt', ARGV[4])
  if outcome == 'done' then
    redis.call('HSET', KEYS[1], 'result', ARGV[3])
    if tonumber(ARGV[9]) > 0 then
      -- Figures: that they cannot be counted must not keep a job from ending.
      redis.pcall('HINCRBY', KEYS[11], 'pictures', ARGV[10])
      redis.pcall('HINCRBY', KEYS[11], 'paintMs', ARGV[9])
    end
  end
  if outcome == 'cancelled' and state == 'queued' then
    -- What was never painted is not charged: the member's next job moves forward.
    local span = tonumber(redis.call('HGET', KEYS[1], 'span') or '0') or 0
    if redis.call('ZSCORE', KEYS[10], ARGV[8]) then redis.call('ZINCRBY', KEYS[10], -span, ARGV[8]) end
  end
else
  outcome = state or 'gone'
end
-- The books: one that holds something else (the log names it when a job is accepted) must not keep jobs from ending.
redis.pcall('ZREM', KEYS[2], ARGV[1])
redis.pcall('HDEL', KEYS[3], ARGV[1])
redis.pcall('SREM', KEYS[4], ARGV[1])
redis.pcall('ZREM', KEYS[5], ARGV[1])
redis.pcall('ZREM', KEYS[6], ARGV[1])
redis.call('DEL', KEYS[7])
redis.call('SET', KEYS[8], '1', 'EX', ARGV[7])
redis.call('PUBLISH', ARGV[5], ARGV[6])
local next = redis.pcall('ZPOPMIN', KEYS[6])
return {outcome, next[1] or ''}
`);

export type EndState = 'done' | 'failed' | 'cancelled';
const endAnswer = z.tuple([z.enum(['done', 'failed', 'cancelled', 'gone']), z.string()]);

export interface EndAnswer {
  /** What the job ended as; differs from what was asked where somebody was first. */
  readonly state: EndState | 'gone';
  /** A job of the same member that waits for a place, to be promoted now. */
  readonly nextHeld: string | null;
}

export async function endJob(
  redis: Redis,
  ref: JobRef,
  state: EndState,
  result: GenerateResult | null,
): Promise<EndAnswer> {
  const answer = await endScript.run(
    redis,
    [
      redisKeys.job(ref.jobId),
      redisKeys.open(ref.queueName),
      redisKeys.units(ref.queueName),
      redisKeys.memberOpen(ref.userId),
      redisKeys.running(ref.userId),
      redisKeys.held(ref.queueName, ref.userId),
      redisKeys.progress(ref.jobId),
      redisKeys.ended(ref.jobId),
      redisKeys.cancel(ref.jobId),
      redisKeys.flows(ref.queueName),
      redisKeys.totals,
    ],
    [
      ref.jobId,
      state,
      result === null ? '' : JSON.stringify(result),
      Date.now(),
      channels.events,
      JSON.stringify({ type: 'ended', jobId: ref.jobId }),
      endedSeconds,
      ref.userId,
      Math.round(result?.totalMs ?? 0),
      result?.pictures.filter((picture) => picture.kind === 'tile').length ?? 0,
    ],
  );
  const [ended, next] = endAnswer.parse(answer);
  return { state: ended, nextHeld: next === '' ? null : next };
}

// KEYS  1 job  2 cancel     ARGV  1 by user  2 channel  3 message
const cancelScript = redisScript(`
local state = redis.call('HGET', KEYS[1], 'state')
if not state then return 'unknown' end
if state ~= 'queued' and state ~= 'running' then return 'too-late' end
redis.call('SET', KEYS[2], ARGV[1], 'EX', 86400)
redis.call('PUBLISH', ARGV[2], ARGV[3])
return 'asked'
`);

/** Leaves the wish to cancel where no crash loses it, and tells whoever runs the job. */
export async function askToCancel(
  redis: Redis,
  jobId: string,
  byUserId: string,
): Promise<'asked' | 'too-late' | 'unknown'> {
  const answer = await cancelScript.run(
    redis,
    [redisKeys.job(jobId), redisKeys.cancel(jobId)],
    [byUserId, channels.control, JSON.stringify({ type: 'cancel', jobId })],
  );
  const parsed = z.enum(['asked', 'too-late', 'unknown']).safeParse(answer);
  if (!parsed.success)
    throw new EaselError('store-corrupt', `Expected an answer of the cancel script but received ${String(answer)}`);
  return parsed.data;
}
