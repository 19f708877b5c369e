// What Redis spends, by its own account.

import type { Redis } from 'ioredis';

/** Processor time that Redis itself has used so far, in seconds: user and system, all its threads. */
export async function redisCpuSeconds(redis: Redis): Promise<number> {
  const info = await redis.info('cpu');
  const field = (name: string) => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1] ?? Number.NaN);
  return field('used_cpu_sys') + field('used_cpu_user');
}

/** Microseconds that each command has taken so far; those that a script calls are counted within the script and for themselves. */
export async function redisCommandMicros(redis: Redis): Promise<Map<string, number>> {
  const info = await redis.info('commandstats');
  return new Map(
    [...info.matchAll(/^cmdstat_([^:]+):.*?usec=(\d+)/gm)].map((match) => [match[1] ?? '', Number(match[2])]),
  );
}
