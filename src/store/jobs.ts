// Request records and their family tree, by short job id: what a button pressed a year later is answered from.

import type { Redis } from 'ioredis';
import { z } from 'zod';
import {
  type GenerateJob,
  type GenerateResult,
  generateJobSchema,
  generateResultSchema,
} from '../jobs/generate-job.ts';
import { redisKeys } from '../jobs/redis-keys.ts';
import { redisScript } from '../jobs/redis-script.ts';
import { asAsked } from '../jobs/server-negative.ts';
import { decode } from './decode.ts';

export interface PostedMessage {
  readonly channelId: string;
  readonly messageId: string;
}

export interface JobRecord {
  /** In its member's words: what the server added to them is left out. */
  readonly job: GenerateJob;
  /** Whether an older version may have left the server's words among those of the negative prompt. */
  readonly isMixed: boolean;
  /** What the server added to the member's negative prompt, as far as it is known apart. */
  readonly serverNegative: string;
  readonly state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly result: GenerateResult | null;
  /** Where it was posted, once it was. */
  readonly message: PostedMessage | null;
  /** Further messages with its pictures. */
  readonly extraMessages: readonly PostedMessage[];
  readonly childJobIds: readonly string[];
  /** Unix milliseconds; null until posted. */
  readonly deliveredAt: number | null;
  readonly startedAt: number | null;
}

export interface JobStore {
  get(jobId: string): Promise<JobRecord | null>;
  /** Job that a posted message shows. */
  findByMessage(messageId: string): Promise<JobRecord | null>;
  setMessage(jobId: string, message: PostedMessage): Promise<void>;
  addExtraMessage(jobId: string, message: PostedMessage): Promise<void>;
  /** Posted: no delivery is owed any more. */
  markDelivered(jobId: string): Promise<void>;
  /** Newest first. */
  byMember(
    userId: string,
    page: { offset: number; limit: number },
  ): Promise<{ jobIds: readonly string[]; total: number }>;
  byGuild(
    guildId: string,
    page: { offset: number; limit: number },
  ): Promise<{ jobIds: readonly string[]; total: number }>;
  /** Jobs that show this job's pictures again (U, /show), as far as they are known. */
  showings(jobId: string): Promise<readonly string[]>;
  /** What became of the pictures later. Does nothing for a job that is gone. */
  setResult(jobId: string, result: GenerateResult): Promise<void>;
  /** Forgets a request; its parent and children stay. */
  remove(jobId: string): Promise<void>;
}

const states = z.enum(['queued', 'running', 'done', 'failed', 'cancelled']);
const messages = z.array(z.object({ channelId: z.string(), messageId: z.string() }));

/** Null where there is no record. @throws EaselError `store-corrupt`. */
export function decodeJobRecord(
  jobId: string,
  fields: Readonly<Record<string, string>>,
  children: readonly string[],
): JobRecord | null {
  const { data, state, result, channelId, messageId, extraMessages, deliveredAt, startedAt } = fields;
  if (data === undefined) return null;
  const job = decode(generateJobSchema, data, `the request of job ${jobId}`);
  return {
    job: asAsked(job),
    isMixed: job.serverNegative === undefined && job.reply.guildId !== null,
    serverNegative: job.serverNegative ?? '',
    state: decode(states, JSON.stringify(state), `the state of job ${jobId}`),
    result: result ? decode(generateResultSchema, result, `the result of job ${jobId}`) : null,
    message: channelId && messageId ? { channelId, messageId } : null,
    extraMessages: extraMessages ? decode(messages, extraMessages, `the messages of job ${jobId}`) : [],
    childJobIds: children,
    deliveredAt: deliveredAt ? Number(deliveredAt) : null,
    startedAt: startedAt ? Number(startedAt) : null,
  };
}

// KEYS  1 job  2 message     ARGV  1 job id  2 channel  3 message. Does nothing for a job that is gone.
const setMessageScript = redisScript(`
local left = redis.call('TTL', KEYS[1])
if left == -2 then return 0 end
redis.call('HSET', KEYS[1], 'channelId', ARGV[2], 'messageId', ARGV[3])
redis.call('SET', KEYS[2], ARGV[1])
if left > 0 then redis.call('EXPIRE', KEYS[2], left) end
return 1
`);

// KEYS  1 job     ARGV  1 field  2 value. Does nothing for a job that is gone.
const setFieldScript = redisScript(`
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 1
`);

export function createJobStore(redis: Redis): JobStore {
  async function get(jobId: string): Promise<JobRecord | null> {
    const [fields, children] = await Promise.all([
      redis.hgetall(redisKeys.job(jobId)),
      redis.smembers(redisKeys.children(jobId)),
    ]);
    return decodeJobRecord(jobId, fields, children);
  }

  async function listed(key: string, { offset, limit }: { offset: number; limit: number }) {
    const [jobIds, total] = await Promise.all([redis.zrevrange(key, offset, offset + limit - 1), redis.zcard(key)]);
    return { jobIds, total };
  }

  return {
    get,
    async findByMessage(messageId) {
      const jobId = await redis.get(redisKeys.message(messageId));
      return jobId === null ? null : get(jobId);
    },
    async setMessage(jobId, { channelId, messageId }) {
      await setMessageScript.run(
        redis,
        [redisKeys.job(jobId), redisKeys.message(messageId)],
        [jobId, channelId, messageId],
      );
    },
    async addExtraMessage(jobId, message) {
      const record = await get(jobId);
      if (record === null || record.extraMessages.some((known) => known.messageId === message.messageId)) return;
      await redis.hset(redisKeys.job(jobId), 'extraMessages', JSON.stringify([...record.extraMessages, message]));
      const left = await redis.ttl(redisKeys.job(jobId));
      await redis.set(redisKeys.message(message.messageId), jobId, 'EX', Math.max(1, left));
    },
    async markDelivered(jobId) {
      await redis
        .multi()
        .hset(redisKeys.job(jobId), 'deliveredAt', Date.now())
        .zrem(redisKeys.undelivered, jobId)
        .exec();
    },
    byMember: (userId, page) => listed(redisKeys.memberJobs(userId), page),
    byGuild: (guildId, page) => listed(redisKeys.guildJobs(guildId), page),
    showings: (jobId) => redis.smembers(redisKeys.showings(jobId)),
    async setResult(jobId, result) {
      const value = JSON.stringify(generateResultSchema.parse(result));
      await setFieldScript.run(redis, [redisKeys.job(jobId)], ['result', value]);
    },
    async remove(jobId) {
      const record = await get(jobId).catch(() => null);
      const pipeline = redis.multi().del(redisKeys.job(jobId), redisKeys.children(jobId), redisKeys.showings(jobId));
      if (record) {
        const { job, message, extraMessages } = record;
        pipeline.zrem(redisKeys.memberJobs(job.requester.userId), jobId);
        if (job.reply.guildId !== null) pipeline.zrem(redisKeys.guildJobs(job.reply.guildId), jobId);
        if (job.parent !== null) pipeline.srem(redisKeys.children(job.parent.jobId), jobId);
        for (const posted of [...(message ? [message] : []), ...extraMessages])
          pipeline.del(redisKeys.message(posted.messageId));
      }
      await pipeline.zrem(redisKeys.undelivered, jobId).exec();
    },
  };
}
