// The one Redis round trip before a first response: claims the interaction, notices a repeated press, asks bans, pause, queue bounds and
// quotas, charges, writes down what is about to be promised, and reads guild settings and job records. One script, so it holds or it does not.

import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { generateQueueName } from '../jobs/queue-names.ts';
import { redisKeys } from '../jobs/redis-keys.ts';
import { redisScript } from '../jobs/redis-script.ts';
import { banSchema } from './bans.ts';
import { decodeOr } from './decode.ts';
import { defaultGuildSettings, type GuildSettings, guildSettingsSchema, readGuildSettings } from './guild-settings.ts';
import { decodeJobRecord, type JobRecord } from './jobs.ts';
import { type MemberSettings, memberSettingsSchema } from './member-settings.ts';
import { quotaDay, quotaKeys, quotaResetsAt } from './quotas.ts';

export interface GateRequest {
  readonly interactionId: string;
  /** Part of the claim: the same event has the same token, while a server that counts its ids anew after a restart sends another one. */
  readonly token?: string;
  /** Taken up again after a crash: neither claim nor press is asked for, nothing is charged again; bans and pause count as for everybody. */
  readonly resumed: boolean;
  readonly userId: string;
  readonly guildId: string | null;
  readonly roleIds: readonly string[];
  /** Same presser, same button, same message: a second press within ten seconds is answered `repeated`. */
  readonly pressKey: string | null;
  /** The interaction as it came, to be taken up again should this process die; null where nothing is promised. */
  readonly intent: string | null;
  readonly jobIds: readonly string[];
  /** Pictures this would charge to member and guild: 0 asks for no admission, `like-job` as many as the first of `jobIds` has,
   *  `orMembers` the member's own default count or this, within the server's limit, so many `times`. */
  readonly pictures: number | 'like-job' | { readonly orMembers: number; readonly times: number };
  /** How many jobs will be queued: as much room must be left. Default 1. */
  readonly jobs?: number;
  readonly modelHash: string;
  /** Where pictures are asked for: the version of the terms that the member must have accepted, and what to keep until then. */
  readonly terms?: { readonly version: number; readonly keep: string } | null;
}

export type AdmissionRefusal =
  | { readonly type: 'banned'; readonly reason: string | null; readonly until: number | null }
  | { readonly type: 'quota'; readonly scope: 'member' | 'guild'; readonly limit: number; readonly resetsAt: number }
  | { readonly type: 'full'; readonly scope: 'member' | 'queue'; readonly limit: number }
  | { readonly type: 'paused' }
  /** What was wanted is kept for a day and taken up by `acceptTerms`. */
  | { readonly type: 'terms' };

export type GateAnswer =
  /** Another process, or an earlier delivery of the same event, answers this interaction. */
  | { readonly type: 'taken' }
  | { readonly type: 'repeated' }
  | {
      readonly type: 'open';
      readonly refusal: AdmissionRefusal | null;
      readonly guild: GuildSettings;
      readonly member: MemberSettings;
      /** In the order of `jobIds`; null where the record is gone or cannot be read. */
      readonly jobs: readonly (JobRecord | null)[];
      /** Keys whose values cannot be read: the log wants to name them, and under settings that nobody knows nothing is painted. */
      readonly unreadable: readonly string[];
    };

export interface UnfinishedIntent {
  readonly interactionId: string;
  /** What was written down for it: read it like any input. */
  readonly intent: string;
}

export interface Gate {
  /** @throws what the Redis client throws: the caller has a time limit and a sentence for it. */
  pass(request: GateRequest): Promise<GateAnswer>;
  /** Remembers the acceptance. @returns what the member wanted when the terms came in between; null once it was dropped */
  acceptTerms(userId: string, interactionId: string, version: number): Promise<string | null>;
  dropKept(userId: string, interactionId: string): Promise<void>;
  /** The promise made for this interaction is kept, or none was made: its intent is dropped, what was charged for nothing is given back. */
  settle(interactionId: string): Promise<void>;
  /** Intents that a process left behind, oldest first; each is handed to one caller only, and again later should that one die too. */
  unfinished(olderThanMs: number): Promise<readonly UnfinishedIntent[]>;
}

export interface GateLimits {
  /** Pictures a day; 0 sets no limit. A guild may set lower ones. */
  readonly quotaPerMember: number;
  readonly quotaPerGuild: number;
  /** Unfinished jobs per model and per member. */
  readonly maxQueue: number;
  readonly maxWaitingPerMember: number;
}

/** An interaction's token lives 15 minutes; nobody sends the same event later. */
const claimSeconds = 1800;
const keptRequestSeconds = 86_400;
const pressSeconds = 10;
const quotaSeconds = 2 * 86_400;

// KEYS  1 claim  2 press  3 intents  4 intent times  5 guild settings  6 ban everywhere  7 ban in guild  8-10 quotas  11 open  12 member's
//       open jobs  13 paused guilds  14 charge  15... per job: record, children; last three: member's settings, accepted terms, the kept request
// ARGV  1 resumed  2 press asked  3 intent or ''  4 interaction  5 now  6 pictures, -1 like the first job  7-8 quotas of the operator  9 max queue  10 max waiting
//       11 guild or ''  12 number of records  13 terms asked for, 0 for none  14 what to keep until they are accepted  15 times the member's
//       count, 0 for pictures as they are  16 jobs to be queued
// Returns {verdict, settings, bans, jobs, member's settings}; verdict: taken, repeated, open, or refusal words.
const passScript = redisScript(`
local resumed = ARGV[1] == '1'
if not resumed then
  if not redis.call('SET', KEYS[1], '1', 'NX', 'EX', ${claimSeconds}) then return {'taken'} end
  if ARGV[2] == '1' and not redis.call('SET', KEYS[2], '1', 'NX', 'EX', ${pressSeconds}) then return {'repeated'} end
end
local settings = redis.call('GET', KEYS[5]) or ''
local ban = redis.call('GET', KEYS[7]) or redis.call('GET', KEYS[6]) or ''
local verdict = 'open'
local pictures = tonumber(ARGV[6])
if pictures < 0 then
  pictures = 1
  local ok, job = pcall(cjson.decode, redis.call('HGET', KEYS[15], 'data') or '')
  if ok and type(job) == 'table' and type(job.request) == 'table' then
    local plot = job.request.plot
    pictures = type(plot) == 'table' and #plot.cells or tonumber(job.request.count) or 1
  end
end
local member = redis.call('GET', KEYS[#KEYS - 2]) or ''
if tonumber(ARGV[15]) > 0 then
  local function lower(text, field)
    local ok, parsed = pcall(cjson.decode, text)
    if ok and type(parsed) == 'table' then pictures = math.min(pictures, tonumber(parsed[field]) or pictures) end
  end
  lower(member, 'count')
  lower(settings, 'maxCount')
  pictures = pictures * tonumber(ARGV[15])
end
if ban ~= '' then verdict = 'banned'
elseif pictures > 0 and redis.call('SISMEMBER', KEYS[13], ARGV[11]) == 1 then verdict = 'paused' end
if not resumed then
  local memberLimit, guildLimit = tonumber(ARGV[7]), tonumber(ARGV[8])
  local ownLimit, wholeLimit = 0, 0
  if settings ~= '' then
    local ok, parsed = pcall(cjson.decode, settings)
    if ok and type(parsed) == 'table' then
      ownLimit = tonumber(parsed.quotaPerMember) or 0
      wholeLimit = tonumber(parsed.quotaPerGuild) or 0
    end
  end
  if wholeLimit == 0 or (guildLimit > 0 and guildLimit < wholeLimit) then wholeLimit = guildLimit end
  local function over(key, limit) return limit > 0 and (tonumber(redis.call('GET', key) or '0') or 0) + pictures > limit end
  if verdict == 'banned' then -- before everything else
  elseif pictures > 0 and tonumber(ARGV[13]) > (tonumber(redis.call('GET', KEYS[#KEYS - 1]) or '0') or 0) then
    verdict = 'terms'
    redis.call('SET', KEYS[#KEYS], ARGV[14], 'EX', ${keptRequestSeconds})
  elseif pictures > 0 and verdict == 'open' then
    if redis.call('ZCARD', KEYS[11]) + tonumber(ARGV[16]) > tonumber(ARGV[9]) then verdict = 'full:queue:' .. ARGV[9]
    elseif redis.call('SCARD', KEYS[12]) + tonumber(ARGV[16]) > tonumber(ARGV[10]) then verdict = 'full:member:' .. ARGV[10]
    elseif over(KEYS[8], memberLimit) then verdict = 'quota:member:' .. memberLimit
    elseif ARGV[11] ~= '' and over(KEYS[9], ownLimit) then verdict = 'quota:member:' .. ownLimit
    elseif ARGV[11] ~= '' and over(KEYS[10], wholeLimit) then verdict = 'quota:guild:' .. wholeLimit
    else
      local keys = {KEYS[8]}
      if ARGV[11] ~= '' then keys = {KEYS[8], KEYS[9], KEYS[10]} end
      for _, key in ipairs(keys) do
        redis.call('INCRBY', key, pictures)
        redis.call('EXPIRE', key, ${quotaSeconds})
      end
      redis.call('RPUSH', KEYS[14], pictures, unpack(keys))
      redis.call('EXPIRE', KEYS[14], ${quotaSeconds})
    end
  end
  if verdict == 'open' and ARGV[3] ~= '' then
    redis.call('HSET', KEYS[3], ARGV[4], ARGV[3])
    redis.call('ZADD', KEYS[4], ARGV[5], ARGV[4])
  end
end
local jobs = {}
for i = 1, tonumber(ARGV[12]) do
  jobs[#jobs + 1] = redis.call('HGETALL', KEYS[13 + 2 * i])
  jobs[#jobs + 1] = redis.call('SMEMBERS', KEYS[14 + 2 * i])
end
return {verdict, settings, ban, jobs, member}
`);
const passAnswer = z.union([
  z.tuple([z.enum(['taken', 'repeated'])]),
  z.tuple([z.string(), z.string(), z.string(), z.array(z.array(z.string())), z.string()]),
]);

// KEYS  1 intents  2 intent times  3 charge     ARGV  1 interaction. The charge list: pictures, then the keys they were added to.
const settleScript = redisScript(`
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
local charge = redis.call('LRANGE', KEYS[3], 0, -1)
for i = 2, #charge do
  if redis.call('EXISTS', charge[i]) == 1 then redis.call('DECRBY', charge[i], charge[1]) end
end
redis.call('DEL', KEYS[3])
return 0
`);

// KEYS  1 intents  2 intent times     ARGV  1 before  2 now. Moves what it hands out to the end, so that one caller gets it.
const unfinishedScript = redisScript(`
local found = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', ARGV[1], 'LIMIT', 0, 100)) do
  local intent = redis.call('HGET', KEYS[1], id)
  if intent then
    redis.call('ZADD', KEYS[2], ARGV[2], id)
    found[#found + 1] = id
    found[#found + 1] = intent
  else
    redis.call('ZREM', KEYS[2], id)
  end
end
return found
`);

function refusalOf(verdict: string, ban: string, now: number): AdmissionRefusal | null {
  const [type, scope, limit] = verdict.split(':');
  switch (type) {
    case 'banned': {
      // A ban that cannot be read is still a ban.
      const read = decodeOr(banSchema, ban, null);
      return { type: 'banned', reason: read?.reason ?? null, until: read?.until ?? null };
    }
    case 'paused':
    case 'terms':
      return { type };
    case 'full':
      return { type: 'full', scope: scope === 'queue' ? 'queue' : 'member', limit: Number(limit) };
    case 'quota':
      return {
        type: 'quota',
        scope: scope === 'guild' ? 'guild' : 'member',
        limit: Number(limit),
        resetsAt: quotaResetsAt(now),
      };
    default:
      return null;
  }
}

function readJob(jobId: string, flat: readonly string[], children: readonly string[]): JobRecord | null {
  const fields: Record<string, string> = {};
  for (let index = 0; index + 1 < flat.length; index += 2) fields[flat[index] ?? ''] = flat[index + 1] ?? '';
  try {
    return decodeJobRecord(jobId, fields, children);
  } catch {
    return null;
  }
}

export function createGate(redis: Redis, limits: GateLimits): Gate {
  return {
    async pass(request) {
      const now = Date.now();
      const { interactionId, userId, guildId, jobIds } = request;
      const digest = (text: string) => createHash('sha256').update(text).digest('base64url').slice(0, 22);
      const press = digest(request.pressKey ?? '');
      const pictures =
        request.pictures === 'like-job'
          ? -1
          : typeof request.pictures === 'object'
            ? request.pictures.orMembers
            : request.pictures;
      const answer = await passScript.run(
        redis,
        [
          redisKeys.claim(request.token === undefined ? interactionId : digest(`${interactionId} ${request.token}`)),
          redisKeys.press(press),
          redisKeys.intents,
          redisKeys.intentTimes,
          redisKeys.guildSettings(guildId ?? 'none'),
          redisKeys.ban(null, userId),
          redisKeys.ban(guildId ?? 'none', userId),
          ...quotaKeys(quotaDay(now), userId, guildId),
          redisKeys.open(generateQueueName(request.modelHash)),
          redisKeys.memberOpen(userId),
          redisKeys.pausedGuilds,
          redisKeys.charge(interactionId),
          ...jobIds.flatMap((jobId) => [redisKeys.job(jobId), redisKeys.children(jobId)]),
          redisKeys.memberSettings(userId),
          redisKeys.terms(userId),
          redisKeys.keptRequest(userId, interactionId),
        ],
        [
          request.resumed ? 1 : 0,
          request.pressKey === null ? 0 : 1,
          request.intent ?? '',
          interactionId,
          now,
          pictures,
          limits.quotaPerMember,
          limits.quotaPerGuild,
          limits.maxQueue,
          limits.maxWaitingPerMember,
          guildId ?? '',
          jobIds.length,
          request.terms?.version ?? 0,
          request.terms?.keep ?? '',
          typeof request.pictures === 'object' ? request.pictures.times : 0,
          request.jobs ?? 1,
        ],
      );
      const parsed = passAnswer.parse(answer);
      if (parsed.length === 1) return { type: parsed[0] };
      const [verdict, settings, ban, jobs, member] = parsed;
      const records = jobIds.map((jobId, index) => readJob(jobId, jobs[2 * index] ?? [], jobs[2 * index + 1] ?? []));
      const fits = (schema: z.ZodType, text: string) => text === '' || decodeOr(schema, text, null) !== null;
      const unreadable = [
        ...(fits(guildSettingsSchema, settings) ? [] : [redisKeys.guildSettings(guildId ?? 'none')]),
        ...(fits(banSchema, ban)
          ? []
          : [`${redisKeys.ban(guildId ?? 'none', userId)} or ${redisKeys.ban(null, userId)}`]),
        ...(fits(memberSettingsSchema, member) ? [] : [redisKeys.memberSettings(userId)]),
        ...jobIds
          .filter((_, index) => records[index] === null && (jobs[2 * index] ?? []).length > 0)
          .map(redisKeys.job),
      ];
      return {
        type: 'open',
        refusal: refusalOf(verdict, ban, now),
        // Nobody moderates a direct message: the strict preset stands there.
        guild: guildId === null ? { ...defaultGuildSettings, safety: 'strict' } : readGuildSettings(settings),
        member: decodeOr(memberSettingsSchema, member || null, { version: 1 }),
        jobs: records,
        unreadable,
      };
    },
    async acceptTerms(userId, interactionId, version) {
      const [, kept] = await Promise.all([
        redis.set(redisKeys.terms(userId), String(version)),
        redis.get(redisKeys.keptRequest(userId, interactionId)),
      ]);
      return kept;
    },
    async dropKept(userId, interactionId) {
      await redis.del(redisKeys.keptRequest(userId, interactionId));
    },
    async settle(interactionId) {
      await settleScript.run(
        redis,
        [redisKeys.intents, redisKeys.intentTimes, redisKeys.charge(interactionId)],
        [interactionId],
      );
    },
    async unfinished(olderThanMs) {
      const now = Date.now();
      const found = await unfinishedScript.run(
        redis,
        [redisKeys.intents, redisKeys.intentTimes],
        [now - olderThanMs, now],
      );
      const words = z.array(z.string()).parse(found);
      return words.flatMap((intent, at) => (at % 2 ? [{ interactionId: words[at - 1] ?? '', intent }] : []));
    },
  };
}
