// The bot role from configuration and a Redis connection: opens queue and store, hands them to startBot, closes them in turn.
// `npm start` and `easel bot` share it.

import { randomUUID } from 'node:crypto';
import { REST, Routes } from 'discord.js';
import type { Redis } from 'ioredis';
import { components } from '../../commands/components/index.ts';
import { commands } from '../../commands/index.ts';
import { livePresenter } from '../../commands/job-message.ts';
import { reactions } from '../../commands/reactions/index.ts';
import type { Config } from '../config/schema.ts';
import { closeDueCards } from '../discord/close-cards.ts';
import type { Observer } from '../discord/observer.ts';
import { createOffers, type Offers } from '../discord/offers.ts';
import { restOptions } from '../discord/rest-options.ts';
import { hostsBeside } from '../discord/server-address.ts';
import type { Installation } from '../discord/services.ts';
import { evenTotal, readShards, type Shards, shareOf } from '../discord/shards.ts';
import { type Bot, startBot } from '../discord/start-bot.ts';
import { encodePng } from '../image/encode.ts';
import { cutTile } from '../image/grid.ts';
import { readPicture } from '../image/read-picture.ts';
import { hardLimits, paintDefaults } from '../jobs/paint-request.ts';
import { redisKeys } from '../jobs/redis-keys.ts';
import { readFilterFile } from '../moderation/read-filter-file.ts';
import { rules, rulesWith } from '../moderation/rules/index.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import { countRequests } from '../observability/watch-requests.ts';
import { defaultStyles } from '../prompt/default-styles.ts';
import { readStyles, type Style } from '../prompt/styles.ts';
import { createJobQueue } from '../queue/job-queue.ts';
import { openQueues } from '../queue/queues.ts';
import { createAnnouncements } from '../store/announcements.ts';
import { createBatches } from '../store/batches.ts';
import { createDepartures } from '../store/departures.ts';
import { createFavourites } from '../store/favourites.ts';
import { createGate } from '../store/gate.ts';
import type { ImageStore } from '../store/image-store.ts';
import { createJobStore } from '../store/jobs.ts';
import { createKeptResults } from '../store/kept-results.ts';
import { createLiveLeases } from '../store/live-leases.ts';
import { createMemberSettings } from '../store/member-settings.ts';
import { openModerationStores } from '../store/moderation-stores.ts';
import { createRegistrationMemory } from '../store/registrations.ts';
import { keepRetention, sweepPictures } from '../store/retention.ts';
import { createShardAgreements, type ShardAgreements } from '../store/shards.ts';
import { readTotals } from '../store/totals.ts';
import { createTraceRegistry } from '../store/trace-registry.ts';
import { createUploads } from '../store/uploads.ts';
import { secretKey } from './secret-key.ts';

export interface BotRoleOptions {
  readonly config: Config;
  readonly token: string;
  /** Overrides DISCORD_API_URL: the playground's address. */
  readonly apiUrl?: string;
  /** Further hosts that attachments may be fetched from: the playground's. */
  readonly cdnHosts?: readonly string[];
  /** A producer's connection: it fails fast. */
  readonly redis: Redis;
  readonly images: ImageStore;
  readonly model: Installation['model'];
  readonly logger: Logger;
  readonly metrics?: Metrics;
  /** See mod-log-digest. */
  readonly modLogEveryMs?: number;
  /** See keepRetention. */
  readonly retentionAttemptEveryMs?: number;
}

/** More jobs than this by one command would only surprise their author. */
const mostJobsAtOnce = 10;

/** What the configuration and the default model make of an installation. */
export function installationOf(
  config: Config,
  model: Installation['model'],
  offers: Offers,
  cdnHosts: readonly string[] = [],
  styles: readonly Style[] = defaultStyles,
): Installation {
  const limits = {
    maxSteps: config.EASEL_MAX_STEPS,
    maxEdge: config.EASEL_MAX_EDGE,
    maxCount: hardLimits.count.max,
  };
  return {
    model,
    offers,
    limits: {
      ...limits,
      maxJobs: Math.min(mostJobsAtOnce, config.EASEL_MAX_WAITING_PER_MEMBER),
    },
    defaults: { ...paintDefaults, steps: Math.min(paintDefaults.steps, config.EASEL_MAX_STEPS) },
    styles,
    preview: config.EASEL_PREVIEW,
    safetyAdjustment: config.EASEL_SAFETY_ADJUSTMENT,
    ceilings: {
      ...limits,
      quotaPerMember: config.EASEL_QUOTA_PER_MEMBER,
      quotaPerGuild: config.EASEL_QUOTA_PER_GUILD,
      safety: config.EASEL_SAFETY_CEILING,
    },
    operatorRoleIds: config.EASEL_MODERATOR_ROLES,
    cdnHosts: [...config.DISCORD_CDN_HOSTS, ...hostsBeside(config.DISCORD_API_URL), ...cdnHosts],
    // Only the playground has hosts of its own.
    terms: config.EASEL_TERMS ?? (cdnHosts.length > 0 ? 'off' : 'first-use'),
    energy: { watts: config.EASEL_POWER_WATTS, gramsPerKilowattHour: config.EASEL_GRID_INTENSITY },
  };
}

/** A process's share follows what Discord recommends, once for all processes. */
async function chooseShards(options: BotRoleOptions, agreements: ShardAgreements): Promise<Shards> {
  const { config, logger, token } = options;
  const wish = readShards(config.DISCORD_SHARDS);
  if (wish === 'auto' || 'ids' in wish) return wish;
  const rest = new REST({ ...restOptions(15_000), api: options.apiUrl ?? config.DISCORD_API_URL }).setToken(token);
  const { shards: recommended = 1 } = (await rest.get(Routes.gatewayBot())) as { shards?: number };
  const count = await agreements.agreeOnTotal(wish.parts, evenTotal(recommended, wish.parts));
  if (recommended > count) {
    logger.warn({ recommended, count }, 'Discord recommends more shards: share them among more processes');
  }
  const share = shareOf(wish.part, wish.parts, count);
  logger.info({ shards: share.ids, count, recommended }, 'this process has its share of the shards');
  return share;
}

function observerOf(metrics: Metrics): Observer {
  return {
    acknowledged: (name, seconds) => metrics.acknowledgement.observe({ name }, seconds),
    refused: (reason) => metrics.refusals.inc({ reason }),
    failed: (code) => metrics.errors.inc({ code }),
    request: countRequests(metrics),
  };
}

export async function startBotRole(options: BotRoleOptions): Promise<Bot> {
  const { redis, logger, images } = options;
  const apiUrl = options.apiUrl ?? options.config.DISCORD_API_URL;
  const config = { ...options.config, DISCORD_API_URL: apiUrl };
  const queues = openQueues(redis, (error) => logger.warn({ err: error }, 'queue connection'));
  const announcements = createAnnouncements(redis);
  const queue = createJobQueue({
    queues,
    workers: (modelHash) => announcements.countFor(modelHash),
    retentionDays: config.EASEL_RETENTION_DAYS,
  });
  const offers = createOffers({
    announcements,
    fallback: options.model,
    onError: (err) => logger.debug({ err }, 'announcements could not be read'),
  });
  await offers.refresh();
  const agreements = createShardAgreements(redis);
  const moderation = openModerationStores(redis, images, secretKey(config));
  const bot = await startBot({
    token: options.token,
    apiUrl,
    guildId: config.DISCORD_GUILD_ID ?? null,
    shards: await chooseShards(options, agreements),
    slots: agreements,
    installation: installationOf(
      config,
      options.model,
      offers,
      options.cdnHosts,
      await readStyles(config.EASEL_STYLES_FILE),
    ),
    commands,
    components,
    ...(config.EASEL_REACTIONS ? { reactions } : {}),
    presenter: livePresenter,
    rules: config.EASEL_FILTER_FILE ? rulesWith(await readFilterFile(config.EASEL_FILTER_FILE)) : rules,
    gate: createGate(redis, {
      quotaPerMember: config.EASEL_QUOTA_PER_MEMBER,
      quotaPerGuild: config.EASEL_QUOTA_PER_GUILD,
      maxQueue: config.EASEL_MAX_QUEUE,
      maxWaitingPerMember: config.EASEL_MAX_WAITING_PER_MEMBER,
    }),
    queue,
    jobs: createJobStore(redis),
    images,
    uploads: createUploads(redis, images),
    leases: createLiveLeases(redis, randomUUID()),
    kept: createKeptResults(redis),
    batches: createBatches(redis),
    memberSettings: createMemberSettings(redis),
    favourites: createFavourites(redis),
    traces: createTraceRegistry(redis),
    totals: () => readTotals(redis),
    moderation,
    departures: createDepartures(redis),
    registrations: createRegistrationMemory(redis),
    cutTile: async (grid, index, count) => encodePng(cutTile(await readPicture(grid), index, count)),
    logger,
    ...(options.modLogEveryMs ? { modLogEveryMs: options.modLogEveryMs } : {}),
    ...(options.metrics ? { observer: observerOf(options.metrics) } : {}),
  });
  const retention = keepRetention({
    redis,
    personal: moderation.personal,
    forget: (requests) => queue.forget(requests),
    upkeep: [
      { of: 'the queues', work: () => queue.tidy() },
      { of: 'the image store', work: (signal) => sweepPictures(redis, images, signal) },
      {
        of: redisKeys.reviewCards,
        work: () => closeDueCards({ rest: bot.client.rest, reviews: moderation.reviews, logger }),
      },
    ],
    retentionDays: config.EASEL_RETENTION_DAYS,
    logger,
    ...(options.retentionAttemptEveryMs ? { attemptEveryMs: options.retentionAttemptEveryMs } : {}),
  });
  return {
    ...bot,
    async close() {
      offers.close();
      await bot.close();
      await retention.close();
      await queue.close();
      await queues.close();
    },
  };
}
