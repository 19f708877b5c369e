// Keeps the messages of waiting and running jobs current: hears the queue's events, asks for places, and hands states to live-reply.
// Best effort by design: what must arrive goes through delivery. After a restart, jobs are adopted when their next event is heard.

import type { REST } from 'discord.js';
import type { GenerateJob, GenerateProgress } from '../jobs/generate-job.ts';
import type { Logger } from '../observability/logger.ts';
import type { JobQueue } from '../queue/job-queue.ts';
import type { QueuePlace } from '../queue/places.ts';
import type { ImageStore } from '../store/image-store.ts';
import type { JobStore } from '../store/jobs.ts';
import type { LiveLeases } from '../store/live-leases.ts';
import { isMessageGone, isTokenExpired } from './discord-errors.ts';
import type { LiveReplies } from './live-reply.ts';
import type { MessageBody, MessageFile } from './message-body.ts';
import { editReply, type ReplyAddress } from './reply.ts';

const placeEveryMs = 15_000;
/** Longer than a lease lives without its holder is long enough. */
const adoptEveryMs = 20_000;
const maxStrangers = 10_000;

/** How a job looks while it is under way; commands/ knows the words. */
export interface LivePresenter {
  waiting(job: GenerateJob, place: QueuePlace): { readonly key: string; readonly body: MessageBody };
  running(
    job: GenerateJob,
    progress: GenerateProgress,
    preview: MessageFile | null,
  ): { readonly key: string; readonly body: MessageBody };
}

export interface LiveJobsOptions {
  readonly rest: REST;
  readonly replies: LiveReplies;
  readonly presenter: LivePresenter;
  readonly queue: JobQueue;
  readonly jobs: JobStore;
  readonly images: ImageStore;
  readonly leases: LiveLeases;
  readonly logger: Logger;
}

export interface LiveJobs {
  /** Follows a job from here on, starting with its place in the queue. */
  follow(job: GenerateJob, place: QueuePlace): void;
  unfollow(jobId: string): void;
  close(): Promise<void>;
}

export function addressOf(job: GenerateJob): ReplyAddress {
  const { reply } = job;
  return {
    applicationId: reply.applicationId,
    token: reply.interactionToken,
    channelId: reply.channelId,
    messageId: reply.messageId,
    ephemeral: reply.ephemeral,
    further: reply.further,
  };
}

export function createLiveJobs(options: LiveJobsOptions): LiveJobs {
  const { rest, replies, presenter, queue, jobs, images, leases, logger } = options;
  const followed = new Map<string, { job: GenerateJob; running: boolean }>();
  const strangers = new Map<string, number>();

  async function send(
    job: GenerateJob,
    body: MessageBody,
    files: readonly MessageFile[],
    signal: AbortSignal,
  ): Promise<void> {
    if (!(await leases.beginEdit(job.jobId))) {
      followed.delete(job.jobId);
      return;
    }
    try {
      await editReply(rest, addressOf(job), body, files, signal);
    } catch (error) {
      // The message is gone or out of reach: further edits would only count as invalid requests.
      if (isMessageGone(error) || isTokenExpired(error)) followed.delete(job.jobId);
      else throw error;
    } finally {
      await leases.endEdit(job.jobId);
    }
  }

  function showWaiting(job: GenerateJob, place: QueuePlace): void {
    const { key, body } = presenter.waiting(job, place);
    replies.show(job.jobId, { phase: 'waiting', key, write: (signal) => send(job, body, [], signal) });
  }

  async function previewOf(progress: GenerateProgress): Promise<MessageFile | null> {
    if (progress.phase !== 'painting' || progress.previewKey === null) return null;
    const bytes = await images.get(progress.previewKey).catch(() => null);
    return bytes && { name: 'preview.webp', data: bytes, contentType: 'image/webp' };
  }

  function showProgress(job: GenerateJob, progress: GenerateProgress): void {
    const { key } = presenter.running(job, progress, null);
    replies.show(job.jobId, {
      phase: 'running',
      key,
      async write(signal) {
        const preview = await previewOf(progress);
        const { body } = presenter.running(job, progress, preview);
        await send(job, body, preview ? [preview] : [], signal);
      },
    });
  }

  /** Progress of a job that nobody here follows: its bot may have died. Asked about again only after a while. */
  async function adopt(jobId: string): Promise<void> {
    const asked = strangers.get(jobId);
    if (asked !== undefined && Date.now() - asked < adoptEveryMs) return;
    if (strangers.size > maxStrangers) strangers.clear();
    strangers.set(jobId, Date.now());
    if (!(await leases.hold(jobId))) return;
    const record = await jobs.get(jobId);
    if (record?.state === 'queued' || record?.state === 'running') {
      followed.set(jobId, { job: record.job, running: record.state === 'running' });
    }
  }

  const stop = queue.subscribe((event) => {
    if (event.type === 'ended') {
      followed.delete(event.jobId);
      strangers.delete(event.jobId);
      replies.forget(event.jobId);
      return;
    }
    const entry = followed.get(event.jobId);
    if (entry) {
      entry.running = true;
      showProgress(entry.job, event.progress);
      return;
    }
    adopt(event.jobId).catch((error: unknown) => logger.warn({ err: error }, 'job could not be adopted'));
  });

  /** Places move without events of their own: those who wait are looked up from time to time. */
  async function refreshPlaces(): Promise<void> {
    for (const [jobId, entry] of [...followed]) {
      if (!(await leases.hold(jobId))) {
        followed.delete(jobId);
        continue;
      }
      if (entry.running) continue;
      const place = await queue.place(jobId);
      if (place === null) {
        const record = await jobs.get(jobId);
        if (record === null || (record.state !== 'queued' && record.state !== 'running')) followed.delete(jobId);
      } else if (place.state === 'queued' && followed.get(jobId)?.running === false) {
        showWaiting(entry.job, place);
      }
    }
  }

  let refreshing: Promise<void> | null = null;
  const timer = setInterval(() => {
    refreshing ??= refreshPlaces()
      .catch((error: unknown) => logger.warn({ err: error }, 'places could not be read'))
      .finally(() => {
        refreshing = null;
      });
  }, placeEveryMs);
  timer.unref();

  return {
    follow(job, place) {
      const { jobId, kind, reply } = job;
      const ids = { jobId, interactionId: reply.interactionId, guildId: reply.guildId };
      logger.info({ ...ids, kind, ahead: place.ahead }, 'queued');
      followed.set(job.jobId, { job, running: place.state === 'running' });
      leases.hold(job.jobId).catch((error: unknown) => logger.warn({ err: error }, 'lease could not be taken'));
      showWaiting(job, place);
    },
    unfollow(jobId) {
      followed.delete(jobId);
      replies.forget(jobId);
    },
    async close() {
      clearInterval(timer);
      stop();
      followed.clear();
      await refreshing;
      await replies.close();
    },
  };
}
