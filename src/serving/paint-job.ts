// What a worker does with one generate job: ask leave, paint, report, store, conclude. Every step may be repeated after a crash: the seed
// stands in the request, pictures go to the same keys, the record decides once how the job ended.

import { DelayedError, type Job, UnrecoverableError, WaitingError } from 'bullmq';
import { EaselError, type ErrorCode } from '../errors.ts';
import type { Engine, PaintInput, PaintResult } from '../inference/engine.ts';
import { roundScore } from '../jobs/best-tile.ts';
import {
  type GenerateJob,
  type GenerateResult,
  generateJobSchema,
  generateJobVersion,
  isFromNewer,
  newerJobMs,
  type Picture,
} from '../jobs/generate-job.ts';
import { redisKeys } from '../jobs/redis-keys.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import { inSpan, spanEvent } from '../observability/spans.ts';
import { concludeJob, refOf } from '../queue/conclude.ts';
import { jobShape } from '../queue/job-cost.ts';
import { type BeginAnswer, beginJob, handBackJob, reportProgress } from '../queue/job-life.ts';
import { recordPace } from '../queue/pace.ts';
import { generateJobOptions, type Queues } from '../queue/queues.ts';
import { retellEnding } from '../queue/repair.ts';
import type { AuditTrail } from '../store/audit.ts';
import { type ImageStore, pictureKeys } from '../store/image-store.ts';
import { fileDigest } from '../store/load-picture.ts';
import type { Takedowns } from '../store/takedowns.ts';
import type { TraceRegistry } from '../store/trace-registry.ts';
import type { WithheldStore } from '../store/withheld.ts';
import { describeFailure } from './describe-failure.ts';

export interface PaintDependencies {
  readonly workerId: string;
  readonly queues: Queues;
  readonly engine: Engine;
  readonly images: ImageStore;
  readonly traces: TraceRegistry;
  readonly audit: AuditTrail;
  readonly takedowns: Takedowns;
  readonly withheld: WithheldStore;
  readonly maxRunningPerMember: number;
  readonly powerWatts: number;
  readonly logger: Logger;
  readonly metrics?: Metrics;
  /** Called after every paint that the engine failed, with all that failed since the last one that it did not. */
  readonly onEngineFailure?: (failures: EngineFailures) => void;
}

/** Paints that failed in the engine one after the other. */
export interface EngineFailures {
  readonly count: number;
  /** Of so many jobs: one that no device can paint does not speak against the device. */
  readonly jobs: number;
  /** Of the last one. */
  readonly code: ErrorCode;
}

/** Why a running paint is stopped; decides what becomes of the job. */
export type StopReason = 'cancel' | 'drain' | 'lock-lost';

export interface PaintJobs {
  /** BullMQ's processor. */
  process(job: Job<GenerateJob>, token?: string): Promise<unknown>;
  /** Stops a running job between two steps. */
  stop(jobId: string, reason: StopReason): void;
  stopAll(reason: StopReason): void;
}

/** Progress goes out at most so often; Discord sees less than that. */
const reportEveryMs = 1000;
const leaseEveryMs = 10_000;
/** A held job is promoted when a place gets free; this is for the case that nobody is left to do so. */
const holdMs = 30_000;

function pictureOf(image: PaintResult['tiles'][number], imageKey: string): Picture {
  const { kind, index, width, height, seed, traceId, perceptualHash, verdict, aesthetics } = image;
  const withheldCells = (image.cells ?? []).flatMap(({ outcome, reason }, cell) =>
    outcome === 'withheld' ? [{ cell, reason: reason ?? ('checker-error' as const) }] : [],
  );
  return {
    kind,
    index,
    imageKey,
    width,
    height,
    seed,
    traceId,
    perceptualHash,
    sha256: fileDigest(image.bytes),
    outcome: verdict.outcome,
    reason: verdict.reason,
    hits: [...verdict.hits],
    ...(aesthetics === undefined ? {} : { aesthetics: roundScore(aesthetics) }),
    ...(withheldCells.length > 0 ? { withheldCells } : {}),
  };
}

export function createPaintJobs(dependencies: PaintDependencies): PaintJobs {
  const { queues, engine, images, workerId, metrics } = dependencies;
  const { redis } = queues;
  const running = new Map<string, AbortController>();
  let failuresInARow = 0;
  const failedJobs = new Set<string>();

  async function pixels(imageKey: string): Promise<Uint8Array> {
    const bytes = await images.get(imageKey);
    if (bytes !== null) return bytes;
    throw new EaselError('image-unreadable', `Expected the picture ${imageKey} in the image store but it is gone`, {
      userMessage: 'The picture this starts from is no longer stored.',
    });
  }

  async function inputOf(job: GenerateJob): Promise<PaintInput> {
    const { request } = job;
    const { init, maskKey } = request;
    return {
      prompt: request.prompt,
      negativePrompt: request.negativePrompt,
      width: request.width,
      height: request.height,
      seed: request.seed,
      count: request.count,
      steps: request.steps,
      guidanceScale: request.guidanceScale,
      sampler: request.sampler,
      clipSkip: request.clipSkip,
      ...(init ? { init: { bytes: await pixels(init.imageKey), strength: init.strength } } : {}),
      ...(maskKey ? { mask: await pixels(maskKey) } : {}),
      ...(request.tileEdge === undefined ? {} : { tileEdge: request.tileEdge }),
      ...(request.outpaint ? { outpaint: request.outpaint } : {}),
      ...(request.seamless === undefined ? {} : { seamless: request.seamless }),
      ...(request.plot ? { plot: request.plot } : {}),
      safety: { ...job.safety, takedowns: await dependencies.takedowns.inForce(job.reply.guildId) },
      traceIds: job.traceIds,
      preview: job.preview,
    };
  }

  /** Paints and reports; a wish to cancel, however it arrives, stops it between two steps. */
  async function paint(job: GenerateJob, controller: AbortController): Promise<PaintResult> {
    const ref = refOf(job);
    let previewKey: string | null = null;
    let reportedAt = 0;
    const report = async (progress: Parameters<typeof reportProgress>[2]) => {
      if (await reportProgress(redis, ref, progress)) controller.abort('cancel');
    };
    const lease = setInterval(() => void report(null).catch(() => undefined), leaseEveryMs);
    try {
      for await (const event of engine.paint(await inputOf(job), { signal: controller.signal })) {
        switch (event.type) {
          case 'progress': {
            if (event.step === 1) spanEvent('first step');
            if (event.step === 1 && metrics)
              metrics.firstProgress.observe((Date.now() - job.reply.interactionAt) / 1000);
            metrics?.step.observe({ model: engine.model.name }, event.msPerStep / 1000);
            const now = Date.now();
            if (event.step < event.steps && now - reportedAt < reportEveryMs) break;
            reportedAt = now;
            const { step, steps, msPerStep } = event;
            await report({ phase: 'painting', step, steps, msPerStep, previewKey });
            if (step === steps) await report({ phase: 'finishing' });
            break;
          }
          case 'preview':
            previewKey = await images.putPreview(job.jobId, event.preview).catch(() => previewKey);
            break;
          case 'result':
            return event.result;
        }
      }
    } finally {
      clearInterval(lease);
    }
    throw new EaselError(
      'inference-failed',
      `Expected a result for job ${job.jobId} but the engine ended without one`,
      {
        retryable: true,
      },
    );
  }

  async function store(job: GenerateJob, result: PaintResult): Promise<GenerateResult> {
    const finished = result.grid ? [...result.tiles, result.grid] : result.tiles;
    const pictures: Picture[] = [];
    for (const image of finished) {
      pictures.push(pictureOf(image, await images.putFinished(job.jobId, image)));
      if (image.withheldOriginal) await dependencies.withheld.put(job.jobId, image.index, image.withheldOriginal);
      for (const { cell, original } of image.withheldCells ?? [])
        await dependencies.withheld.put(job.jobId, cell, original);
      metrics?.pictures.inc({ outcome: image.verdict.outcome, reason: image.verdict.reason ?? 'none' });
      const judged = image.kind === 'tile' ? [image.verdict] : (image.cells ?? []);
      for (const [cell, verdict] of judged.entries()) {
        if (verdict.outcome === 'posted') continue;
        await dependencies.audit.appendAbout(job.jobId, job.reply.guildId, {
          action: `picture ${verdict.outcome}`,
          actorId: 'system',
          subjectId: job.requester.userId,
          details: {
            tile: image.kind === 'tile' ? image.index : cell,
            reason: verdict.reason,
            concepts: [...(verdict.scores?.concepts ?? [])],
            specialCare: [...(verdict.scores?.specialCare ?? [])],
            adjustment: job.safety.adjustment,
          },
        });
      }
    }
    await dependencies.traces.register(job.jobId, job.traceIds, result.tiles.length);
    const { totalMs, perStepMs } = result.timings;
    return {
      version: generateJobVersion,
      jobId: job.jobId,
      pictures,
      modelHash: result.modelHash,
      totalMs,
      msPerStep: perStepMs,
      workerId,
    };
  }

  /** What was stored of a job that is not to be posted: deleted or cancelled meanwhile, or given up. Nobody would find it any more. */
  async function discard(job: GenerateJob): Promise<void> {
    const { jobId, traceIds } = job;
    try {
      await images.remove(pictureKeys.outputs(jobId));
      await dependencies.withheld.removeAll(jobId);
      await dependencies.traces.forget(jobId, traceIds);
    } catch (err) {
      dependencies.logger.warn({ err, jobId }, 'what was stored of a job that is not posted could not be removed');
    }
  }

  async function run(job: GenerateJob, bull: Job<GenerateJob>, token: string | undefined): Promise<void> {
    const logger = dependencies.logger.child({
      jobId: job.jobId,
      interactionId: job.reply.interactionId,
      guildId: job.reply.guildId,
    });
    const controller = new AbortController();
    running.set(job.jobId, controller);
    try {
      const { width, height, count, steps, sampler } = job.request;
      const shown = { width, height, count, steps, sampler, model: engine.model.name };
      const painted = await inSpan('paint', { 'easel.job.id': job.jobId, ...shown }, () => paint(job, controller));
      failuresInARow = 0;
      failedJobs.clear();
      const result = await inSpan('store pictures', {}, () => store(job, painted));
      const shape = jobShape(job.request);
      // A picture that was only finished anew took no step: it says nothing about the pace.
      if (result.msPerStep > 0) {
        // An estimate is no reason to lose a picture.
        await recordPace(redis, job.request.modelHash, shape, {
          step: result.msPerStep,
          rest: Math.max(0, result.totalMs - shape.steps * result.msPerStep),
        }).catch((err: unknown) => logger.warn({ err }, 'the pace could not be noted'));
      }
      const outcome = await concludeJob(queues, job, { type: 'done', result });
      if (outcome !== 'done') await discard(job);
      else if (job.preview !== 'off') await images.remove([pictureKeys.preview(job.jobId)]).catch(() => undefined);
      metrics?.jobs.inc({ outcome });
      metrics?.energy.inc((dependencies.powerWatts * result.totalMs) / 1000);
      logger.info({ ms: Math.round(result.totalMs), pictures: result.pictures.length, outcome }, 'painted');
    } catch (error) {
      const reason: unknown = controller.signal.aborted ? controller.signal.reason : null;
      if (reason === 'cancel') {
        const byUserId = await redis.get(redisKeys.cancel(job.jobId));
        await concludeJob(queues, job, { type: 'cancelled', byUserId });
        await discard(job);
        metrics?.jobs.inc({ outcome: 'cancelled' });
        logger.info('cancelled between two steps');
        return;
      }
      await handBackJob(redis, refOf(job));
      if (reason === 'drain') {
        await bull.moveToWait(token);
        logger.info('handed back between two steps');
        throw new WaitingError();
      }
      if (reason === 'lock-lost') throw new UnrecoverableError('the lock went to another worker');
      // A model that cannot be opened again after a failure has lost its device.
      const isLost = error instanceof EaselError && error.code === 'provider-unavailable';
      if (error instanceof EaselError && (isLost || error.code.startsWith('inference-'))) {
        failuresInARow += 1;
        failedJobs.add(job.jobId);
        dependencies.onEngineFailure?.({ count: failuresInARow, jobs: failedJobs.size, code: error.code });
      }
      metrics?.errors.inc({ code: error instanceof EaselError ? error.code : 'internal' });
      const again =
        error instanceof EaselError &&
        (error.retryable || isLost) &&
        bull.attemptsMade + 1 < generateJobOptions.attempts;
      if (again) {
        logger.warn({ err: error }, 'will be tried again');
        throw error;
      }
      const failure = describeFailure(error);
      logger.error({ err: error, errorId: failure.errorId }, 'could not be painted');
      metrics?.jobs.inc({ outcome: 'failed' });
      if ((await concludeJob(queues, job, { type: 'failed', ...failure })) !== 'done') await discard(job);
      throw new UnrecoverableError(`${failure.code} (${failure.errorId})`);
    } finally {
      running.delete(job.jobId);
    }
  }

  /** What cannot be begun because of what is stored can be begun by nobody: the member is told, and the log names the key. */
  async function begin(job: GenerateJob): Promise<BeginAnswer> {
    try {
      return await beginJob(redis, refOf(job), { limit: dependencies.maxRunningPerMember, workerId });
    } catch (error) {
      if (!(error instanceof EaselError) || error.code !== 'store-corrupt') throw error;
      const failure = describeFailure(error);
      dependencies.logger.error({ err: error, jobId: job.jobId, errorId: failure.errorId }, 'could not be begun');
      await concludeJob(queues, job, { type: 'failed', ...failure });
      throw new UnrecoverableError(`${failure.code} (${failure.errorId})`);
    }
  }

  /** BullMQ's copy has the prompt and the token: of a request that was deleted it is not kept for the usual time either. */
  async function leaveNoCopy({ jobId }: GenerateJob, bull: Job<GenerateJob>): Promise<void> {
    if ((await redis.exists(redisKeys.job(jobId)).catch(() => 1)) === 1) return;
    bull.opts.removeOnComplete = true;
    bull.opts.removeOnFail = true;
  }

  async function take(job: GenerateJob, bull: Job<GenerateJob>, token: string | undefined): Promise<BeginAnswer> {
    const answer = await begin(job);
    switch (answer) {
      case 'run':
        await run(job, bull, token);
        break;
      case 'hold':
        await bull.moveToDelayed(Date.now() + holdMs, token);
        throw new DelayedError();
      case 'cancelled':
        await concludeJob(queues, job, { type: 'cancelled', byUserId: await redis.get(redisKeys.cancel(job.jobId)) });
        await discard(job);
        break;
      case 'ended':
        await retellEnding(queues, job.jobId, describeFailure);
        if ((await redis.hget(redisKeys.job(job.jobId), 'state')) !== 'done') await discard(job);
        break;
      case 'gone':
        // A worker that stopped for good may have stored some of it.
        await discard(job);
        break;
    }
    return answer;
  }

  return {
    async process(bull, token) {
      const parsed = generateJobSchema.safeParse(bull.data);
      if (!parsed.success && isFromNewer(bull.data, generateJobVersion)) {
        await bull.moveToDelayed(Date.now() + newerJobMs, token);
        throw new DelayedError();
      }
      if (!parsed.success) throw new UnrecoverableError('bad-request: the job cannot be read');
      try {
        return await take(parsed.data, bull, token);
      } finally {
        await leaveNoCopy(parsed.data, bull);
      }
    },
    stop: (jobId, reason) => running.get(jobId)?.abort(reason),
    stopAll(reason) {
      for (const controller of running.values()) controller.abort(reason);
    },
  };
}
