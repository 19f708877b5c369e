// Posts finished pictures. The bot may host it; a big installation runs it as a process of its own. It holds the Discord token, no networks.

import { DelayedError, type Job, Worker } from 'bullmq';
import type { REST } from 'discord.js';
import { createDelivery, type DeliveryAnswer } from '../src/delivery/deliver-result.ts';
import { createDiscordMessages } from '../src/delivery/discord-messages.ts';
import type { ResultPresenter } from '../src/delivery/presenter.ts';
import { withheldLine } from '../src/discord/automatic-lines.ts';
import { createModLogDigest } from '../src/discord/mod-log-digest.ts';
import { EaselError } from '../src/errors.ts';
import { type DeliverJob, deliverJobVersion } from '../src/jobs/deliver-job.ts';
import { generateJobVersion, isFromNewer, newerJobMs } from '../src/jobs/generate-job.ts';
import { deliverQueueName, queuePrefix } from '../src/jobs/queue-names.ts';
import type { Logger } from '../src/observability/logger.ts';
import type { Metrics } from '../src/observability/metrics.ts';
import { queueTelemetry } from '../src/observability/queue-telemetry.ts';
import { countRequests, watchRequests } from '../src/observability/watch-requests.ts';
import { connect } from '../src/queue/connect.ts';
import { openQueues } from '../src/queue/queues.ts';
import { repairJobs } from '../src/queue/repair.ts';
import { describeFailure } from '../src/serving/describe-failure.ts';
import { createBans } from '../src/store/bans.ts';
import { createGuildSettings } from '../src/store/guild-settings.ts';
import { createJobStore } from '../src/store/jobs.ts';
import { createKeptResults } from '../src/store/kept-results.ts';
import { openImageStore } from '../src/store/open-image-store.ts';
import { createTakedowns } from '../src/store/takedowns.ts';

export interface DeliverWorkerOptions {
  readonly redisUrl: string;
  /** With the bot's token set; the bot's own when it hosts delivery. */
  readonly rest: REST;
  /** False where the bot hosts delivery and counts the requests of its client itself. Default true. */
  readonly countsRequests?: boolean;
  readonly presenter: ResultPresenter;
  readonly imageStore: { readonly url?: string | undefined; readonly maxBytes: number };
  readonly logger: Logger;
  readonly metrics?: Metrics;
  /** See src/delivery; the bot hands in its live replies' `final`. */
  readonly lastWord?: <T>(jobId: string, write: () => Promise<T>) => Promise<T>;
  /** Default 8: uploads wait for the network, not for this process. */
  readonly concurrency?: number;
  readonly lockMs?: number;
  /** How often work that a crash left between two steps is looked for, and from which age on. Default 15 s and 30 s. */
  readonly repairEveryMs?: number;
  readonly repairOlderThanMs?: number;
  /** See mod-log-digest. */
  readonly modLogEveryMs?: number;
}

export interface DeliverWorker {
  /** Why nothing can be posted right now, in one sentence; null where all is well. */
  problem(): string | null;
  close(): Promise<void>;
}

const longestPauseMs = 5 * 60_000;

export async function startDeliverWorker(options: DeliverWorkerOptions): Promise<DeliverWorker> {
  const { logger, metrics, lockMs = 30_000 } = options;
  const onError = (err: Error) => logger.warn({ err }, 'connection to Redis');
  const redis = await connect(options.redisUrl, { patience: 'worker', name: 'easel-deliver', onError });
  const queues = openQueues(redis, onError);
  const modLog = createModLogDigest({
    rest: options.rest,
    guilds: createGuildSettings(redis),
    logger,
    ...(options.modLogEveryMs ? { everyMs: options.modLogEveryMs } : {}),
  });
  const delivery = createDelivery({
    redis,
    messages: createDiscordMessages(options.rest),
    presenter: options.presenter,
    jobs: createJobStore(redis),
    images: openImageStore(redis, options.imageStore),
    kept: createKeptResults(redis),
    moderation: { bans: createBans(redis), takedowns: createTakedowns(redis) },
    logger,
    ...(options.lastWord ? { lastWord: options.lastWord } : {}),
    onPosted: (job, seconds) => metrics?.picture.observe({ kind: job.kind }, seconds),
    onEnded({ job, outcome }) {
      const line = outcome.type === 'done' ? withheldLine(job, outcome.result) : null;
      if (line) modLog.add(line);
    },
  });
  async function deliver(job: Job<DeliverJob>, token?: string): Promise<DeliveryAnswer> {
    if (isFromNewer(job.data, deliverJobVersion) || isFromNewer(job.data.job, generateJobVersion)) {
      await job.moveToDelayed(Date.now() + newerJobMs, token);
      throw new DelayedError();
    }
    const answer = await delivery.process(job.data);
    // Of a request that was deleted no copy with its prompt and token is kept for the usual time either.
    if (answer === 'forgotten') job.opts.removeOnComplete = true;
    return answer;
  }
  const worker = new Worker<DeliverJob>(deliverQueueName, deliver, {
    connection: redis,
    prefix: queuePrefix,
    concurrency: options.concurrency ?? 8,
    lockDuration: lockMs,
    stalledInterval: Math.ceil(lockMs / 2),
    // Delivering twice does no harm, so a crash is never held against a delivery.
    maxStalledCount: 1000,
    runRetryDelay: 1000,
    ...queueTelemetry(),
    settings: { backoffStrategy: (attempts: number) => Math.min(longestPauseMs, 1000 * 2 ** (attempts - 1)) },
  });
  worker.on('error', onError);
  worker.on('failed', (job, error) => {
    logger.warn({ err: error, bullId: job?.id, attempt: job?.attemptsMade }, 'delivery failed for now');
    metrics?.errors.inc({ code: error instanceof EaselError ? error.code : 'delivery-failed' });
  });
  if (metrics && options.countsRequests !== false) watchRequests(options.rest, countRequests(metrics));
  let tokenRefused = false;
  options.rest.on('response', (request, response) => {
    if (request.data.auth !== false) tokenRefused = response.status === 401;
  });

  let repairing: Promise<unknown> = Promise.resolve();
  const repair = () =>
    repairJobs(queues, describeFailure, options.repairOlderThanMs ?? 30_000, (jobId, err) =>
      logger.error({ err, jobId }, 'a job cannot be repaired: what is stored of it cannot be read'),
    )
      .then((report) => {
        if (report && Object.values(report).some((count) => count > 0))
          logger.info(report, 'took up what a crash had left');
      })
      .catch((err: unknown) => logger.warn({ err }, 'could not look for what a crash has left'));
  const timer = setInterval(() => {
    repairing = repairing.then(repair);
  }, options.repairEveryMs ?? 15_000);
  logger.info('delivery is ready');

  return {
    problem: () => (tokenRefused ? 'Discord refuses the token' : worker.isRunning() ? null : 'not running'),
    async close() {
      clearInterval(timer);
      await worker.close();
      await repairing;
      await modLog.close();
      await queues.close();
      redis.disconnect();
    },
  };
}
