// Which workers are alive and which models they hold. A worker says so every few seconds; silence for 20 s means gone.

import type { Redis } from 'ioredis';
import { z } from 'zod';
import { modelDefaultsSchema } from '../jobs/model-defaults.ts';
import { redisKeys } from '../jobs/redis-keys.ts';
import { decodeOr } from './decode.ts';

export const heartbeatMs = 5000;
const silenceMs = 20_000;

/** What a worker's folder holds for a model, and why it cannot be used with it where it cannot. */
export const adapterSchema = z.object({
  name: z.string(),
  unfit: z
    .object({ reason: z.enum(['xl', 'width', 'layers', 'kind', 'damaged', 'model']), detail: z.string() })
    .nullable(),
});
export type AnnouncedAdapter = z.infer<typeof adapterSchema>;

export const workerFactsSchema = z.object({
  workerId: z.string(),
  host: z.string(),
  models: z.array(
    z.object({
      name: z.string(),
      hash: z.string(),
      nativeSize: z.int(),
      provider: z.string(),
      hasChecker: z.boolean(),
      defaults: modelDefaultsSchema.optional(),
      loras: z.array(adapterSchema).optional(),
      embeddings: z.array(adapterSchema).optional(),
    }),
  ),
  /** A worker in trouble says so and takes no jobs. */
  state: z.enum(['ready', 'draining', 'quarantined']),
  note: z.string().max(300).default(''),
  startedAt: z.int(),
});

export type WorkerFacts = z.infer<typeof workerFactsSchema>;

export interface Announcements {
  announce(facts: WorkerFacts): Promise<void>;
  withdraw(workerId: string): Promise<void>;
  /** Those heard of lately, whatever their state. */
  list(): Promise<readonly WorkerFacts[]>;
  /** Workers that take jobs for the model. */
  countFor(modelHash: string): Promise<number>;
  /** Models that some ready worker holds, by name. */
  models(): Promise<readonly WorkerFacts['models'][number][]>;
}

export function createAnnouncements(redis: Redis): Announcements {
  async function list(): Promise<WorkerFacts[]> {
    const ids = await redis.zrangebyscore(redisKeys.workers, Date.now() - silenceMs, '+inf');
    if (ids.length === 0) return [];
    const texts = await redis.hmget(redisKeys.workerFacts, ...ids);
    return texts.flatMap((text) => decodeOr(workerFactsSchema, text, null) ?? []);
  }
  return {
    async announce(facts) {
      const now = Date.now();
      const gone = await redis.zrangebyscore(redisKeys.workers, '-inf', now - 10 * silenceMs);
      const change = redis
        .multi()
        .zadd(redisKeys.workers, now, facts.workerId)
        .hset(redisKeys.workerFacts, facts.workerId, JSON.stringify(facts));
      if (gone.length > 0) change.zrem(redisKeys.workers, ...gone).hdel(redisKeys.workerFacts, ...gone);
      await change.exec();
    },
    async withdraw(workerId) {
      await redis.multi().zrem(redisKeys.workers, workerId).hdel(redisKeys.workerFacts, workerId).exec();
    },
    list,
    async countFor(modelHash) {
      const workers = await list();
      return workers.filter(
        (worker) =>
          worker.state === 'ready' && worker.models.some((model) => model.hash.startsWith(modelHash.slice(0, 16))),
      ).length;
    },
    async models() {
      const byHash = new Map<string, WorkerFacts['models'][number]>();
      for (const worker of await list()) {
        if (worker.state === 'ready') for (const model of worker.models) byHash.set(model.hash, model);
      }
      return [...byHash.values()].sort((a, b) => a.name.localeCompare(b.name));
    },
  };
}
