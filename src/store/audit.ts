// The audit trail: one append-only Redis stream per server and one for what concerns no server. Nothing here changes or deletes an entry, but
// for the one that counts a member's refused requests beyond so many an hour; old ones leave by retention alone.

import type { Redis } from 'ioredis';
import { z } from 'zod';
import { redisKeys } from '../jobs/redis-keys.ts';
import { redisScript } from '../jobs/redis-script.ts';
import { decodeOr } from './decode.ts';

/** Everything that is written down, noun then verb; each has a name in src/texts. At most 25: as many as Discord suggests. */
export const auditActions = [
  'member banned',
  'member unbanned',
  'settings changed',
  'filter entry added',
  'filter entry removed',
  'request refused',
  'request flagged',
  'request logged',
  'picture withheld',
  'picture blurred',
  'picture released',
  'picture upheld',
  'picture taken down',
  'picture traced',
  'review asked',
  'picture reported',
  'report dismissed',
  'takedown lifted',
  'input picture refused',
  'job cancelled',
  'jobs cancelled',
  'queue paused',
  'queue resumed',
  'message removed',
  'audit exported',
] as const;
export type AuditAction = (typeof auditActions)[number];

export const auditEntrySchema = z.object({
  /** One of `auditActions`, or what an older version wrote. */
  action: z.string().min(1).max(60),
  /** Who did it; `system` for Easel itself. */
  actorId: z.string().max(40),
  /** Whom it concerns, if anybody. */
  subjectId: z.string().max(40).nullable().default(null),
  jobId: z.string().max(20).nullable().default(null),
  /** Anything else that helps to understand it later; never a token. */
  details: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.number())]))
    .default({}),
});

export type AuditEntry = z.infer<typeof auditEntrySchema>;
export type NewAuditEntry = z.input<typeof auditEntrySchema> & { readonly action: AuditAction };
export interface RecordedEntry extends AuditEntry {
  /** The stream's id: milliseconds and a number. */
  readonly id: string;
  readonly at: number;
}

export interface AuditFilter {
  readonly action?: string;
  readonly actorId?: string;
  readonly subjectId?: string;
  /** Whoever did it or whom it concerns. */
  readonly memberId?: string;
  readonly jobId?: string;
  /** Unix milliseconds. */
  readonly since?: number;
  readonly until?: number;
  readonly limit?: number;
}

export interface AuditTrail {
  /** A refused request costs its member nothing: of theirs in one server and hour, 20 are written down as they are, further ones as a number in one entry. */
  append(guildId: string | null, entry: NewAuditEntry): Promise<void>;
  /** About a job, as long as it is known: of what its member had deleted meanwhile nothing new is written down. */
  appendAbout(jobId: string, guildId: string | null, entry: NewAuditEntry): Promise<void>;
  /** Newest first; entries that cannot be read are left out. */
  list(guildId: string | null, filter?: AuditFilter): Promise<readonly RecordedEntry[]>;
  /** Drops what is older. */
  trim(guildId: string | null, before: number): Promise<void>;
}

/** Enough to see what somebody is trying. */
const refusalsPerHour = 20;

// KEYS  1 stream  2 count     ARGV  1 entry  2 most  3-4 the counting entry, before and after its number
const appendRefusalScript = redisScript(`
local count = redis.call('HINCRBY', KEYS[2], 'count', 1)
if count == 1 then redis.call('EXPIRE', KEYS[2], 3600) end
local further = count - tonumber(ARGV[2])
if further <= 0 then
  redis.call('XADD', KEYS[1], '*', 'entry', ARGV[1])
  return 1
end
local last = redis.call('HGET', KEYS[2], 'last')
if last then redis.call('XDEL', KEYS[1], last) end
redis.call('HSET', KEYS[2], 'last', redis.call('XADD', KEYS[1], '*', 'entry', ARGV[3] .. further .. ARGV[4]))
return 1
`);

// KEYS  1 stream  2 job     ARGV  1 entry
const appendAboutScript = redisScript(`
if redis.call('EXISTS', KEYS[2]) == 0 then return 0 end
redis.call('XADD', KEYS[1], '*', 'entry', ARGV[1])
return 1
`);

// KEYS  1 stream     ARGV  1 before (ms). Exact: a quiet server's trail is shorter than what an approximate trim leaves alone.
const trimScript = redisScript(`
redis.call('XTRIM', KEYS[1], 'MINID', ARGV[1])
if redis.call('XLEN', KEYS[1]) == 0 then redis.call('DEL', KEYS[1]) end
return 1
`);

export function createAuditTrail(redis: Redis): AuditTrail {
  async function appendRefusal(guildId: string | null, userId: string, entry: AuditEntry): Promise<void> {
    const [before = '', after = ''] = JSON.stringify({ ...entry, details: { further: 0 } }).split('"further":0');
    await appendRefusalScript.run(
      redis,
      [redisKeys.audit(guildId), redisKeys.refusals(guildId, userId)],
      [JSON.stringify(entry), refusalsPerHour, `${before}"further":`, after],
    );
  }

  return {
    async append(guildId, given) {
      const entry = auditEntrySchema.parse(given);
      if (entry.action === 'request refused' && entry.subjectId !== null)
        await appendRefusal(guildId, entry.subjectId, entry);
      else await redis.xadd(redisKeys.audit(guildId), '*', 'entry', JSON.stringify(entry));
    },
    async appendAbout(jobId, guildId, entry) {
      const text = JSON.stringify(auditEntrySchema.parse({ ...entry, jobId }));
      await appendAboutScript.run(redis, [redisKeys.audit(guildId), redisKeys.job(jobId)], [text]);
    },
    async list(guildId, filter = {}) {
      const { limit = 100 } = filter;
      const found: RecordedEntry[] = [];
      let end = filter.until === undefined ? '+' : String(filter.until);
      while (found.length < limit) {
        const page = await redis.xrevrange(redisKeys.audit(guildId), end, String(filter.since ?? '-'), 'COUNT', 500);
        for (const [id, fields] of page) {
          const entry = decodeOr(auditEntrySchema, fields[fields.indexOf('entry') + 1], null);
          if (entry === null) continue;
          const fits = (['action', 'actorId', 'subjectId', 'jobId'] as const).every(
            (name) => filter[name] === undefined || entry[name] === filter[name],
          );
          const { memberId = entry.actorId } = filter;
          const concerns = entry.actorId === memberId || entry.subjectId === memberId;
          if (fits && concerns && found.length < limit) found.push({ ...entry, id, at: Number(id.split('-')[0]) });
        }
        const last = page.at(-1);
        if (!last || page.length < 500) break;
        end = `(${last[0]}`;
      }
      return found;
    },
    async trim(guildId, before) {
      await trimScript.run(redis, [redisKeys.audit(guildId)], [before]);
    },
  };
}
