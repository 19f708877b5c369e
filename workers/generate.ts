// The GPU process: holds models, consumes their queues and the inspect queue, announces itself, reports progress, drains when told to stop.
// It holds no Discord token and imports neither commands/ nor src/discord.

import { hostname } from 'node:os';
import { Worker } from 'bullmq';
import type { Engine, ModelInfo } from '../src/inference/engine.ts';
import { generateJobSchema } from '../src/jobs/generate-job.ts';
import { generateQueueName, inspectQueueName, queuePrefix } from '../src/jobs/queue-names.ts';
import type { Logger } from '../src/observability/logger.ts';
import type { Metrics } from '../src/observability/metrics.ts';
import { queueTelemetry } from '../src/observability/queue-telemetry.ts';
import { openControl } from '../src/queue/channel.ts';
import { concludeJob } from '../src/queue/conclude.ts';
import { connect } from '../src/queue/connect.ts';
import { easelId, openQueues } from '../src/queue/queues.ts';
import { describeFailure } from '../src/serving/describe-failure.ts';
import { createInspector } from '../src/serving/inspect-picture.ts';
import { createPaintJobs } from '../src/serving/paint-job.ts';
import { createAnnouncements, heartbeatMs, type WorkerFacts } from '../src/store/announcements.ts';
import { createAuditTrail } from '../src/store/audit.ts';
import { openImageStore } from '../src/store/open-image-store.ts';
import { createTakedowns } from '../src/store/takedowns.ts';
import { createTraceRegistry } from '../src/store/trace-registry.ts';
import { createWithheldStore } from '../src/store/withheld.ts';

export interface GenerateWorkerOptions {
  readonly redisUrl: string;
  /** One per model, opened by the caller, closed by the worker. */
  readonly engines: readonly Engine[];
  /** Encrypts withheld originals. */
  readonly secretKey: string;
  readonly imageStore: { readonly url?: string | undefined; readonly maxBytes: number };
  readonly maxRunningPerMember: number;
  /** Power drawn while painting, for the energy figure. Default 0. */
  readonly powerWatts?: number;
  readonly logger: Logger;
  readonly metrics?: Metrics;
  /** Default: host name and process id. */
  readonly workerId?: string;
  /** How long a running job may go on after close() was called, before it is handed back between two steps. Default 20 s. */
  readonly drainMs?: number;
  /** A worker silent for so long has lost its job to another. Renewed at half of it. Default 15 s. */
  readonly lockMs?: number;
}

export interface GenerateWorker {
  readonly workerId: string;
  /** Why no job is taken right now, in one sentence; null where all is well. */
  problem(): string | null;
  /** Stops intake, finishes or hands back what runs, closes everything. */
  close(): Promise<void>;
}

/** Plain values, whatever the engine hands out. */
function announcedModel({ loras, embeddings, ...model }: ModelInfo): WorkerFacts['models'][number] {
  const plain = (found: NonNullable<ModelInfo['loras']>) =>
    found.map(({ name, unfit }) => ({ name, unfit: unfit && { ...unfit } }));
  return {
    ...model,
    ...(loras ? { loras: plain(loras) } : {}),
    ...(embeddings ? { embeddings: plain(embeddings) } : {}),
  };
}

/** A job that took down so many workers is set aside with its reason. */
const maxStalls = 2;
/** Paints, of more than one job, that failed in the engine one after the other before the worker takes itself out. */
const quarantineAfter = 3;

export async function startGenerateWorker(options: GenerateWorkerOptions): Promise<GenerateWorker> {
  const { engines, logger, drainMs = 20_000, lockMs = 15_000 } = options;
  const workerId = options.workerId ?? `${hostname()}-${process.pid}`;
  const onError = (err: Error) => logger.warn({ err }, 'connection to Redis');
  const redis = await connect(options.redisUrl, { patience: 'worker', name: `easel-worker-${workerId}`, onError });
  const queues = openQueues(redis, onError);
  const images = openImageStore(redis, options.imageStore);
  const announcements = createAnnouncements(redis);
  const takedowns = createTakedowns(redis);

  let facts: WorkerFacts = {
    workerId,
    host: hostname(),
    models: engines.map(({ model }) => announcedModel(model)),
    state: 'ready',
    note: '',
    startedAt: Date.now(),
  };
  const announce = (change: Partial<WorkerFacts> = {}) => {
    // LoRAs and embeddings come and go while a worker runs.
    facts = { ...facts, models: engines.map(({ model }) => announcedModel(model)), ...change };
    return announcements.announce(facts).catch((err: unknown) => logger.warn({ err }, 'could not announce'));
  };

  const shared = {
    connection: redis,
    prefix: queuePrefix,
    lockDuration: lockMs,
    stalledInterval: Math.ceil(lockMs / 2),
    maxStalledCount: maxStalls,
    runRetryDelay: 1000,
    concurrency: 1,
    ...queueTelemetry(),
  };
  const workers = engines.map((engine) => {
    const jobs = createPaintJobs({
      workerId,
      queues,
      engine,
      images,
      traces: createTraceRegistry(redis),
      audit: createAuditTrail(redis),
      takedowns,
      withheld: createWithheldStore(redis, options.secretKey),
      maxRunningPerMember: options.maxRunningPerMember,
      powerWatts: options.powerWatts ?? 0,
      logger,
      ...(options.metrics ? { metrics: options.metrics } : {}),
      onEngineFailure({ count, jobs, code }) {
        const isEnough = code === 'provider-unavailable' || (count >= quarantineAfter && jobs > 1);
        if (!isEnough || facts.state !== 'ready') return;
        const note = `${count} ${count === 1 ? 'paint' : 'paints'} failed in a row, the last one with ${code}`;
        logger.error(
          { count, jobs, code },
          'the device fails: this worker takes no more jobs until it is started again',
        );
        options.metrics?.quarantines.inc({ code });
        void announce({ state: 'quarantined', note });
        for (const { worker } of workers) void worker.pause(true);
        void inspector?.pause(true);
      },
    });
    const worker = new Worker(generateQueueName(engine.model.hash), (job, token) => jobs.process(job, token), {
      ...shared,
      name: workerId,
    });
    worker.on('error', onError);
    worker.on('lockRenewalFailed', (ids: string[]) => {
      for (const id of ids) jobs.stop(easelId(id), 'lock-lost');
    });
    // Jobs that BullMQ itself gave up (three workers died on them) end here; others have ended before, and the first ending stays.
    worker.on('failed', (job, error) => {
      const parsed = generateJobSchema.safeParse(job?.data);
      if (!job || !parsed.success || !error.message.includes('stalled')) return;
      logger.error({ jobId: parsed.data.jobId, reason: error.message }, 'parked: it ended three workers');
      options.metrics?.jobs.inc({ outcome: 'parked' });
      concludeJob(queues, parsed.data, { type: 'failed', ...describeFailure(error) }).catch((err: unknown) =>
        logger.warn({ err }, 'an ending could not be written; the repair will do it'),
      );
    });
    return { worker, jobs };
  });
  const first = engines[0];
  const inspector = first
    ? new Worker(inspectQueueName, createInspector(redis, first, images, takedowns), { ...shared, name: workerId })
    : null;
  inspector?.on('error', onError);

  const control = openControl(redis);
  control.listen(({ jobId }) => {
    for (const { jobs } of workers) jobs.stop(jobId, 'cancel');
  });
  await announce();
  const heartbeat = setInterval(() => void announce(), heartbeatMs);
  logger.info({ workerId, models: engines.map(({ model }) => model.name) }, 'worker is ready');

  let closing: Promise<void> | null = null;
  async function close(): Promise<void> {
    await announce({ state: 'draining' });
    const patience = setTimeout(() => {
      for (const { jobs } of workers) jobs.stopAll('drain');
    }, drainMs);
    await Promise.all([...workers.map(({ worker }) => worker.close()), inspector?.close()]);
    clearTimeout(patience);
    clearInterval(heartbeat);
    control.close();
    await announcements.withdraw(workerId).catch(() => undefined);
    await queues.close();
    redis.disconnect();
    await Promise.all(engines.map((engine) => engine.close()));
    logger.info('worker is closed');
  }
  return {
    workerId,
    problem: () => (facts.state === 'ready' ? null : [facts.state, facts.note].filter(Boolean).join(': ')),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}
