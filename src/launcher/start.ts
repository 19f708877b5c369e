// Everything on one machine by one command: a private Redis unless REDIS_URL names one, one supervised worker process per GPU, and, in this
// process, the bot with delivery. Without a token the bot logs in to the playground, whose address is printed.

import { join } from 'node:path';
import type { Config } from '../config/schema.ts';
import type { Logger } from '../observability/logger.ts';
import { createMetrics } from '../observability/metrics.ts';
import { startTwin, type Twin } from '../playground/start.ts';
import { connect } from '../queue/connect.ts';
import { createAnnouncements } from '../store/announcements.ts';
import { openImageStore } from '../store/open-image-store.ts';
import { botPermissions, inviteLink } from './bot-permissions.ts';
import { startBotRole } from './bot-role.ts';
import { localDefaultModel } from './default-model.ts';
import { startDeliverRole } from './deliver-role.ts';
import { imageStoreOf } from './image-store-of.ts';
import { openHealth } from './open-health.ts';
import { openTracing } from './open-tracing.ts';
import { startPrivateRedis } from './redis.ts';
import { secretKey } from './secret-key.ts';
import { supervise } from './supervise.ts';

export interface StartOptions {
  readonly config: Config;
  readonly logger: Logger;
  /** The program's first file: workers are `<entry> worker`. */
  readonly entry: string;
  /** What workers inherit; REDIS_URL and the GPU are put in. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** For people: the address, and what happens at first start. */
  readonly say: (line: string) => void;
}

export interface Easel {
  /** The playground's page; null with a token. */
  readonly pageUrl: string | null;
  readonly redisUrl: string;
  /** Resolves when the first worker takes jobs. */
  readonly painting: Promise<void>;
  /** See Bot. */
  readonly ended: Promise<string>;
  /** Stops intake, lets workers finish or hand back, then closes Redis last. */
  close(): Promise<void>;
}

export async function start(options: StartOptions): Promise<Easel> {
  const { config, logger, say } = options;
  /** In reverse order of starting. */
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) {
      await closer().catch((err: unknown) => logger.error({ err }, 'a part did not close cleanly'));
    }
  };
  try {
    const model = await localDefaultModel(config, say);
    const privateRedis = config.REDIS_URL ? null : await startPrivateRedis({ dataDir: config.EASEL_DATA_DIR, say });
    if (privateRedis) closers.push(() => privateRedis.stop());
    const redisUrl = config.REDIS_URL ?? privateRedis?.url ?? '';
    const redis = await connect(redisUrl, {
      patience: 'producer',
      name: 'easel-start',
      onError: (err) => logger.warn({ err }, 'connection to Redis'),
    });
    closers.push(async () => redis.disconnect());

    const tracing = await openTracing(config, 'start', logger);
    if (tracing) closers.push(() => tracing.close());
    const metrics = createMetrics('start');
    let twin: Twin | null = null;
    if (config.DISCORD_TOKEN === undefined) {
      const saveIn = join(config.EASEL_DATA_DIR, 'playground');
      twin = await startTwin({ port: config.EASEL_PLAYGROUND_PORT, botPermissions, saveIn });
      const started = twin;
      closers.push(() => started.close());
    }
    const gpus = config.EASEL_GPUS.length > 0 ? config.EASEL_GPUS : [undefined];
    const workers = gpus.map((gpu, index) =>
      supervise({
        name: gpu === undefined ? `worker ${index + 1}` : `worker on GPU ${gpu}`,
        args: [options.entry, 'worker'],
        env: {
          ...options.environment,
          DISCORD_TOKEN: '', // no worker needs it
          REDIS_URL: redisUrl,
          EASEL_SECRET_KEY: secretKey(config),
          // Each worker has a port of its own, next to this process's.
          EASEL_HEALTH_PORT: String(config.EASEL_HEALTH_PORT > 0 ? config.EASEL_HEALTH_PORT + 1 + index : 0),
          ...(gpu === undefined ? {} : { EASEL_GPUS: gpu }),
        },
        logger,
        // Never shorter than the worker's own patience with its picture.
        patienceMs: (config.EASEL_DRAIN_SECONDS + 40) * 1000,
      }),
    );
    closers.push(() => Promise.all(workers.map((worker) => worker.stop())));

    const bot = await startBotRole({
      config,
      token: config.DISCORD_TOKEN ?? twin?.token ?? '',
      ...(twin ? { apiUrl: twin.url, cdnHosts: [new URL(twin.url).host] } : {}),
      redis,
      images: openImageStore(redis, imageStoreOf(config)),
      model,
      logger,
      metrics,
    });
    closers.push(() => bot.close());
    const deliver = await startDeliverRole({
      config,
      redisUrl,
      logger,
      metrics,
      rest: bot.client.rest,
      lastWord: (jobId, write) => bot.replies.final(jobId, write),
    });
    closers.push(() => deliver.close());

    const announcements = createAnnouncements(redis);
    const health = await openHealth({
      config,
      redisUrl,
      metrics,
      logger,
      checks: () => ({
        discord: async () => bot.problem() ?? deliver.problem(),
        worker: async () => ((await announcements.countFor(model.hash)) > 0 ? null : 'no worker holds the model'),
      }),
    });
    if (health) closers.push(() => health.close());
    if (twin) say(`Easel's playground is open: ${twin.pageUrl}`);
    else say(`Easel is online. Invite it with: ${inviteLink(bot.applicationId)}`);

    let waiting: NodeJS.Timeout | undefined;
    const painting = new Promise<void>((resolve) => {
      const look = async () => {
        if ((await announcements.countFor(model.hash).catch(() => 0)) > 0) resolve();
        else waiting = setTimeout(look, 250);
      };
      void look();
    });
    closers.push(async () => clearTimeout(waiting));
    return { pageUrl: twin?.pageUrl ?? null, redisUrl, painting, ended: bot.ended, close };
  } catch (error) {
    await close();
    throw error;
  }
}
