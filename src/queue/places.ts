// Where a job stands and when it will be done. The place is exact at the moment of asking; the time comes from one snapshot of the queue
// and the model's measured pace, both read at most every two seconds however many ask.

import type { Redis } from 'ioredis';
import { z } from 'zod';
import { redisKeys } from '../jobs/redis-keys.ts';
import { redisScript } from '../jobs/redis-script.ts';
import { costUnits, decodeShape, type JobShape } from './job-cost.ts';
import { type Pace, readPace } from './pace.ts';
import { bullId, type GenerateQueue } from './queues.ts';
import { startTimes } from './waiting-time.ts';

const snapshotMs = 2000;

export interface QueuePlace {
  readonly jobId: string;
  readonly state: 'queued' | 'running';
  /** Jobs that start before this one; 0 when it is next or running. */
  readonly ahead: number;
  /** Milliseconds until it is posted, from measured step times; null while nothing was measured. */
  readonly etaMs: number | null;
}

// KEYS  1 active  2 wait  3 prioritized  4 delayed  5 job  6 units    ARGV  1 BullMQ id  2 job id
// Returns {state, ahead, shape, startedAt}. BullMQ takes from the right end of `wait` first, then the smallest score of `prioritized`.
const placeScript = redisScript(`
local facts = redis.call('HMGET', KEYS[5], 'state', 'startedAt', 'priority')
if not facts[1] then return {'gone', 0, '', 0} end
local shape = redis.call('HGET', KEYS[6], ARGV[2]) or ''
if facts[1] == 'running' then return {'running', 0, shape, facts[2] or 0} end
if facts[1] ~= 'queued' then return {'ended', 0, '', 0} end
local waiting = redis.call('LLEN', KEYS[2])
local index = redis.call('LPOS', KEYS[2], ARGV[1])
if index then return {'queued', waiting - 1 - index, shape, 0} end
local rank = redis.call('ZRANK', KEYS[3], ARGV[1])
if rank then return {'queued', waiting + rank, shape, 0} end
local below = (tonumber(facts[3] or '1') or 1) * 4294967296
return {'queued', waiting + redis.call('ZCOUNT', KEYS[3], '-inf', '(' .. string.format('%.17g', below)), shape, 0}
`);
const placeAnswer = z.tuple([
  z.enum(['gone', 'ended', 'queued', 'running']),
  z.coerce.number(),
  z.string(),
  z.coerce.number(),
]);

// KEYS  1 active  2 wait  3 prioritized  4 units    ARGV  1 prefix of job records  2 length of the BullMQ ids' prefix
// Returns {shapes of running jobs with their start, shapes of waiting jobs in order}
const snapshotScript = redisScript(`
local cut = tonumber(ARGV[2]) + 1
local running, waiting = {}, {}
for _, id in ipairs(redis.call('LRANGE', KEYS[1], 0, -1)) do
  local job = string.sub(id, cut)
  local shape = redis.call('HGET', KEYS[4], job)
  if shape then
    running[#running + 1] = shape
    running[#running + 1] = redis.call('HGET', ARGV[1] .. job, 'startedAt') or '0'
  end
end
local function add(ids, from, to, step)
  for i = from, to, step do waiting[#waiting + 1] = redis.call('HGET', KEYS[4], string.sub(ids[i], cut)) or '' end
end
local wait = redis.call('LRANGE', KEYS[2], 0, -1)
add(wait, #wait, 1, -1)
local ordered = redis.call('ZRANGE', KEYS[3], 0, -1)
add(ordered, 1, #ordered, 1)
return {running, waiting}
`);
const snapshotAnswer = z.tuple([z.array(z.string()), z.array(z.string())]);

interface Snapshot {
  readonly at: number;
  readonly pace: Pace;
  /** Start of the n-th waiting job, milliseconds from `at`. */
  readonly starts: readonly number[] | null;
}

export interface PlacesOptions {
  readonly redis: Redis;
  readonly queue: (queueName: string) => GenerateQueue;
  /** Workers alive that hold the model. */
  readonly workers: (modelHash: string) => Promise<number>;
}

export interface Places {
  /** Null where the job has ended or is unknown. */
  find(jobId: string, queueName: string, modelHash: string): Promise<QueuePlace | null>;
}

export function createPlaces({ redis, queue, workers }: PlacesOptions): Places {
  const snapshots = new Map<string, Promise<Snapshot>>();
  const taken = new Map<string, number>();

  async function take(queueName: string, modelHash: string): Promise<Snapshot> {
    const key = (name: string) => queue(queueName).toKey(name);
    const [answer, pace, alive] = await Promise.all([
      snapshotScript.run(
        redis,
        [key('active'), key('wait'), key('prioritized'), redisKeys.units(queueName)],
        [redisKeys.jobPrefix, bullId('').length],
      ),
      readPace(redis, modelHash),
      workers(modelHash),
    ]);
    const [running, waiting] = snapshotAnswer.parse(answer);
    const at = Date.now();
    const predicted = (text: string) => {
      const decoded = decodeShape(text);
      return decoded ? pace.predict(decoded.shape) : 0;
    };
    const remaining: number[] = [];
    for (let index = 0; index < running.length; index += 2) {
      const total = predicted(running[index] ?? '');
      if (total === null) return { at, pace, starts: null };
      // A job that takes longer than predicted is said to need a tenth more, not nothing.
      remaining.push(Math.max(total / 10, total - (at - Number(running[index + 1]))));
    }
    const durations = waiting.map(predicted);
    if (durations.includes(null)) return { at, pace, starts: null };
    return {
      at,
      pace,
      starts: startTimes(
        remaining,
        durations.map((ms) => ms ?? 0),
        alive,
      ),
    };
  }

  function snapshot(queueName: string, modelHash: string): Promise<Snapshot> {
    const known = snapshots.get(queueName);
    if (known && Date.now() - (taken.get(queueName) ?? 0) < snapshotMs) return known;
    const fresh = take(queueName, modelHash);
    taken.set(queueName, Date.now());
    snapshots.set(queueName, fresh);
    fresh.catch(() => taken.delete(queueName));
    return fresh;
  }

  /** Behind the snapshot's last job the queue is assumed to go on as it is. */
  function startAt(starts: readonly number[], ahead: number, own: number): number {
    const last = starts.length - 1;
    if (ahead <= last) return starts[Math.max(0, ahead)] ?? 0;
    const perJob = last > 0 ? (starts[last] ?? 0) / last : own;
    return (starts[last] ?? 0) + (ahead - last) * perJob;
  }

  return {
    async find(jobId, queueName, modelHash) {
      const key = (name: string) => queue(queueName).toKey(name);
      const answer = await placeScript.run(
        redis,
        [
          key('active'),
          key('wait'),
          key('prioritized'),
          key('delayed'),
          redisKeys.job(jobId),
          redisKeys.units(queueName),
        ],
        [bullId(jobId), jobId],
      );
      const [state, ahead, shapeText, startedAt] = placeAnswer.parse(answer);
      if (state === 'gone' || state === 'ended') return null;
      const shape: JobShape | undefined = decodeShape(shapeText)?.shape;
      const { starts, pace, at } = await snapshot(queueName, modelHash);
      const own = shape && costUnits(shape) > 0 ? pace.predict(shape) : null;
      if (own === null) return { jobId, state, ahead, etaMs: null };
      const now = Date.now();
      if (state === 'running') return { jobId, state, ahead: 0, etaMs: Math.max(own / 10, own - (now - startedAt)) };
      const etaMs = starts === null ? null : Math.max(0, startAt(starts, ahead, own) - (now - at)) + own;
      return { jobId, state, ahead, etaMs };
    },
  };
}
