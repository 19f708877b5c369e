// What a server had painted in the last days, counted from its request records when somebody asks: nothing more is stored for it.

import type { Redis } from 'ioredis';
import { z } from 'zod';
import { redisKeys } from '../jobs/redis-keys.ts';
import { decodeOr } from './decode.ts';

export interface Spread {
  /** Milliseconds. */
  readonly median: number;
  readonly p95: number;
}

export interface GuildStats {
  /** Pictures painted, a sheet's cells as one; those only shown again are not counted. */
  readonly pictures: number;
  readonly withheld: number;
  readonly blurred: number;
  readonly jobs: { readonly done: number; readonly failed: number; readonly cancelled: number };
  readonly paintMs: number;
  /** From the request to its first step; null where nothing was painted. */
  readonly waiting: Spread | null;
  /** From the request to the posted picture. */
  readonly whole: Spread | null;
  /** Pictures of each day, the oldest first, today last (24 hours back from now each). */
  readonly perDay: readonly number[];
  /** Older requests were left out: there were more than are counted at once. */
  readonly isCut: boolean;
}

const mostJobs = 20_000;
const chunk = 200;
const dayMs = 86_400_000;

const resultSchema = z.object({
  totalMs: z.number(),
  pictures: z.array(z.object({ kind: z.enum(['tile', 'grid']), outcome: z.enum(['posted', 'withheld', 'blurred']) })),
});

/** Nearest rank; null for none. */
export function spreadOf(values: readonly number[]): Spread | null {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  const [median, p95] = [at(0.5), at(0.95)];
  return median === undefined || p95 === undefined ? null : { median, p95 };
}

/** @param days 24 hours each, back from `now` (Unix milliseconds) */
export async function readGuildStats(redis: Redis, guildId: string, days: number, now: number): Promise<GuildStats> {
  const since = now - days * dayMs;
  const jobIds = await redis.zrevrangebyscore(redisKeys.guildJobs(guildId), now, since, 'LIMIT', 0, mostJobs);
  const jobs = { done: 0, failed: 0, cancelled: 0 };
  const outcomes = { posted: 0, withheld: 0, blurred: 0 };
  const perDay = Array<number>(days).fill(0);
  const waiting: number[] = [];
  const whole: number[] = [];
  let paintMs = 0;

  function count(fields: readonly (string | null)[]): void {
    const [state, createdAt, startedAt, deliveredAt] = fields;
    if (state === 'failed' || state === 'cancelled') jobs[state] += 1;
    const result = state === 'done' ? decodeOr(resultSchema, fields[4], null) : null;
    // What is only shown again took no time.
    if (!result || result.totalMs <= 0) return;
    jobs.done += 1;
    paintMs += result.totalMs;
    const tiles = result.pictures.filter(({ kind }) => kind === 'tile');
    const pictures = tiles.length > 0 ? tiles : result.pictures;
    for (const { outcome } of pictures) outcomes[outcome] += 1;
    const created = Number(createdAt);
    const day = days - 1 - Math.floor((now - created) / dayMs);
    if (day >= 0 && day < days) perDay[day] = (perDay[day] ?? 0) + pictures.length;
    if (startedAt) waiting.push(Math.max(0, Number(startedAt) - created));
    if (deliveredAt) whole.push(Math.max(0, Number(deliveredAt) - created));
  }

  for (let start = 0; start < jobIds.length; start += chunk) {
    const records = await Promise.all(
      jobIds
        .slice(start, start + chunk)
        .map((jobId) => redis.hmget(redisKeys.job(jobId), 'state', 'createdAt', 'startedAt', 'deliveredAt', 'result')),
    );
    records.forEach(count);
  }
  return {
    pictures: outcomes.posted + outcomes.withheld + outcomes.blurred,
    withheld: outcomes.withheld,
    blurred: outcomes.blurred,
    jobs,
    paintMs,
    waiting: spreadOf(waiting),
    whole: spreadOf(whole),
    perDay,
    isCut: jobIds.length === mostJobs,
  };
}
