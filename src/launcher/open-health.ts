// The health port of a process: liveness at once, readiness as its role says, metrics of this process and of the installation. Its
// connection to Redis is its own, so that neither a scrape nor a probe can hold up work.

import type { Config } from '../config/schema.ts';
import { redisKeys } from '../jobs/redis-keys.ts';
import { type HealthServer, type ReadinessCheck, startHealthServer } from '../observability/health-server.ts';
import type { Logger } from '../observability/logger.ts';
import type { Figures, Metrics } from '../observability/metrics.ts';
import { connect } from '../queue/connect.ts';
import { readQueueFigures } from '../queue/queue-figures.ts';
import { openQueues, type Queues } from '../queue/queues.ts';
import { createAnnouncements } from '../store/announcements.ts';

export interface HealthOptions {
  readonly config: Config;
  readonly redisUrl: string;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** Asked at every probe; what Redis says is added. */
  readonly checks: () => Readonly<Record<string, ReadinessCheck>>;
}

async function readFigures(queues: Queues): Promise<Figures | null> {
  const { redis } = queues;
  if (redis.status !== 'ready') return null;
  const [figures, workers, undelivered] = await Promise.all([
    readQueueFigures(queues),
    createAnnouncements(redis).list(),
    redis.zcard(redisKeys.undelivered),
  ]);
  const states = ['ready', 'draining', 'quarantined'] as const;
  return {
    queues: figures,
    workers: states.map((state) => ({ state, count: workers.filter((worker) => worker.state === state).length })),
    undelivered,
  };
}

/** Null where EASEL_HEALTH_PORT is 0. */
export async function openHealth(options: HealthOptions): Promise<HealthServer | null> {
  const { config, metrics, logger } = options;
  const { EASEL_HEALTH_PORT: port, EASEL_HEALTH_HOST: host } = config;
  if (port === 0) return null;
  const onError = (err: Error) => logger.debug({ err }, 'connection to Redis');
  const redis = await connect(options.redisUrl, { patience: 'worker', name: 'easel-health', onError });
  const queues = openQueues(redis, onError);
  metrics.watch(() => readFigures(queues));
  const { EASEL_INSPECTOR_PASSWORD: password, EASEL_LOG_PROMPTS: showPrompts } = config;
  const inspector =
    password === undefined
      ? null
      : (await import('./queue-inspector.ts')).createQueueInspector({ queues, password, showPrompts });
  const server = await startHealthServer({
    port,
    host,
    registry: metrics.registry,
    ...(inspector ? { extra: inspector } : {}),
    checks: () => ({
      redis: async () => (redis.status === 'ready' && (await redis.ping()) === 'PONG' ? null : 'no answer'),
      ...options.checks(),
    }),
  });
  return {
    port: server.port,
    async close() {
      await server.close();
      await queues.close();
      redis.disconnect();
    },
  };
}
