// Posts what became of a job, exactly once through any crash. The order of places: the live message by the interaction's token while that
// lives (15 minutes), the same message by the bot's token, a new message; for private requests direct messages, else kept for the owner.
// Edits may be repeated without harm; new messages are made once (discord-messages.ts); the record says when it is over.

import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { UnrecoverableError } from 'bullmq';
import type { Redis } from 'ioredis';
import { EaselError } from '../errors.ts';
import { type DeliverJob, deliverJobSchema } from '../jobs/deliver-job.ts';
import type { GenerateJob, GenerateResult } from '../jobs/generate-job.ts';
import { redisKeys } from '../jobs/redis-keys.ts';
import type { Logger } from '../observability/logger.ts';
import { inSpan } from '../observability/spans.ts';
import type { ImageStore } from '../store/image-store.ts';
import type { JobRecord, JobStore } from '../store/jobs.ts';
import type { KeptResults } from '../store/kept-results.ts';
import { loadPicture } from '../store/load-picture.ts';
import { asOfNow, type Moderation } from './as-of-now.ts';
import { type Attempts, attemptsOf } from './attempts.ts';
import { refusalOf } from './discord-answers.ts';
import type { DiscordMessages, Draft, Posted } from './discord-messages.ts';
import { type DeliveryFile, fitAttachments, fitEachPicture } from './fit-attachments.ts';
import type { ResultPresenter } from './presenter.ts';

export interface DeliveryDependencies {
  readonly redis: Redis;
  readonly messages: DiscordMessages;
  readonly presenter: ResultPresenter;
  readonly jobs: JobStore;
  readonly images: ImageStore;
  readonly kept: KeptResults;
  readonly moderation: Moderation;
  readonly logger: Logger;
  /** Runs the last write of a message after any edit of the same process; delivery beside the bot hands in its live replies' `final`. */
  readonly lastWord?: <T>(jobId: string, write: () => Promise<T>) => Promise<T>;
  /** Seconds from the press to the picture, once per posted result. */
  readonly onPosted?: (job: GenerateJob, seconds: number) => void;
  /** Once per job, whether it was posted or is kept for its owner. */
  readonly onEnded?: (job: DeliverJob) => void;
}

/** How it ended; `forgotten`: the request was deleted meanwhile, so nothing is posted. */
export type DeliveryAnswer = 'posted' | 'kept' | 'forgotten' | 'known';

/** A minute less than Discord's 15: an upload takes time, and clocks differ. */
const tokenLifeMs = 14 * 60_000;
/** Members who waited longer are told once by a mention; edits do not notify. */
const longWaitMs = 60_000;
/** As long as an edit of the live message may be under way in another process. */
const editLeaseMs = 21_000;
const smallestLimit = 256 * 1024;

interface Context {
  readonly job: GenerateJob;
  readonly record: JobRecord;
  readonly attempts: Attempts;
  readonly parentMessageId: string | null;
}

/** The pictures are drafted anew for each limit that is tried. */
type MakeDrafts = (limit: number) => Promise<readonly [Draft, ...Draft[]]>;

const idsOf = ({ jobId, reply: { guildId, interactionId } }: GenerateJob) => ({ jobId, interactionId, guildId });

export function createDelivery(dependencies: DeliveryDependencies) {
  const { redis, messages, presenter, jobs, images, kept, logger } = dependencies;
  const lastWord = dependencies.lastWord ?? (<T>(_jobId: string, write: () => Promise<T>) => write());

  async function othersAreDone(jobId: string): Promise<void> {
    const deadline = Date.now() + editLeaseMs;
    while (Date.now() < deadline && (await redis.exists(redisKeys.editing(jobId))) === 1) await sleep(50);
  }

  /** A result of which something was withheld since it was painted: what lies in the store for that is the picture, and no grid fits it. */
  function filesOf({ jobId }: GenerateJob, result: GenerateResult, isChanged: boolean, limit: number) {
    const load = (picture: DeliveryFile['picture']) => loadPicture(images, picture, logger);
    if (!isChanged) return fitAttachments(jobId, result.pictures, load, limit);
    const left = result.pictures.filter(({ kind, outcome }) => kind === 'tile' && outcome !== 'withheld');
    return left.length === 0 ? [[]] : fitEachPicture(jobId, left, load, limit);
  }

  async function draftsOf(
    job: GenerateJob,
    outcome: DeliverJob['outcome'],
    isChanged: boolean,
    limit: number,
  ): Promise<readonly [Draft, ...Draft[]]> {
    if (outcome.type !== 'done') {
      const { content, components } = presenter.ended(job, outcome);
      return [{ content, components, files: [], altText: () => '', mention: null }];
    }
    const presented = presenter.done(job, outcome.result);
    const altText = (file: DeliveryFile) => presented.altText(file.picture);
    const [files, ...more] = (await filesOf(job, outcome.result, isChanged, limit)) ?? [];
    if (files === undefined) {
      throw new EaselError(
        'store-unavailable',
        `Expected the pictures of job ${job.jobId} in the image store but they are gone`,
      );
    }
    const shared = { altText, mention: null };
    const extras = more.map((group) => ({ ...shared, content: '', components: [], files: group }));
    return [{ ...shared, content: presented.content, components: presented.components, files }, ...extras];
  }

  /** What was withheld at the last moment: its own stored copies go, and the record says so to every button. */
  async function writeDown({ jobId }: GenerateJob, result: GenerateResult): Promise<void> {
    const gone = result.pictures.filter(({ outcome, reason }) => outcome === 'withheld' && reason === 'takedown');
    await images.remove(gone.map(({ imageKey }) => imageKey).filter((key) => key.startsWith(`{${jobId}}/`)));
    await jobs.setResult(jobId, result);
  }

  /** Sends with less, where Discord says too large; a content rule leaves the buttons and pictures. */
  async function fitted(
    makeDrafts: MakeDrafts,
    limit: number,
    send: (drafts: readonly [Draft, ...Draft[]]) => Promise<Posted>,
  ): Promise<{ posted: Posted; extras: readonly Draft[] }> {
    let size = limit;
    let wordless = false;
    for (;;) {
      const [first, ...extras] = await makeDrafts(size);
      try {
        return { posted: await send([wordless ? { ...first, content: '' } : first, ...extras]), extras };
      } catch (error) {
        const refusal = refusalOf(error);
        if (refusal === 'too-large' && size > smallestLimit) size = Math.floor(size / 2);
        else if (refusal === 'content' && !wordless) wordless = true;
        else throw error;
      }
    }
  }

  const canMove = (error: unknown) => ['token-over', 'out-of-reach'].includes(refusalOf(error));

  /** Null where neither the interaction's token nor the bot's reaches the live message. */
  async function editLive({ job, record }: Context, makeDrafts: MakeDrafts) {
    const { reply } = job;
    const limit = reply.attachmentSizeLimit;
    const channelId = record.message?.channelId ?? reply.channelId;
    const messageId = record.message?.messageId ?? reply.messageId;
    if (!reply.fresh && Date.now() - reply.interactionAt < tokenLifeMs) {
      const further = reply.further ? reply.messageId : null;
      const known = { id: messageId, channel_id: channelId };
      try {
        return await fitted(makeDrafts, limit, ([draft]) =>
          messages.editAnswer(reply.applicationId, reply.interactionToken, further, draft, known),
        );
      } catch (error) {
        if (!canMove(error)) throw error;
      }
    }
    // An ephemeral message is out of the bot token's reach.
    if (reply.ephemeral || messageId === null) return null;
    try {
      return await fitted(makeDrafts, limit, ([draft]) => messages.edit(channelId, messageId, draft));
    } catch (error) {
      if (!canMove(error)) throw error;
      return null;
    }
  }

  /** Null where none of the ways to the channel is open. */
  async function postToChannel(context: Context, makeDrafts: MakeDrafts) {
    const { job, attempts, parentMessageId } = context;
    const { reply } = job;
    const edited = await editLive(context, makeDrafts);
    // What is private has no other place in the channel.
    if (edited !== null || reply.ephemeral) return edited;
    const limit = reply.attachmentSizeLimit;
    try {
      return await fitted(makeDrafts, limit, ([draft]) =>
        create(job, attempts, reply.channelId, draft, 'r', parentMessageId),
      );
    } catch (error) {
      if (!canMove(error)) throw error;
      return null;
    }
  }

  function create(
    job: GenerateJob,
    attempts: Attempts,
    channelId: string,
    draft: Draft,
    part: string,
    replyTo: string | null,
  ) {
    return messages.createOnce(
      channelId,
      { ...draft, mention: part === 'r' || part === 'n' ? job.requester.userId : null },
      {
        attempts,
        step: `create-${part}`,
        nonce: `${job.jobId}-${part}`,
        trace: draft.files[0]?.name ?? (part === 'n' ? draft.content : job.jobId),
        replyTo,
        authorId: job.reply.applicationId,
      },
    );
  }

  async function postToMember({ job, attempts }: Context, makeDrafts: MakeDrafts) {
    try {
      const channelId = await messages.openDirectMessages(job.requester.userId);
      return await fitted(makeDrafts, job.reply.attachmentSizeLimit, ([draft]) =>
        create(job, attempts, channelId, draft, 'd', null),
      );
    } catch (error) {
      if (!canMove(error)) throw error;
      return null;
    }
  }

  /** Tells the member once; that it could not be told is no reason to post again. */
  async function notify({ job, attempts }: Context, posted: Posted): Promise<void> {
    if (Date.now() - job.createdAt < longWaitMs) return;
    const { reply } = job;
    const place = [reply.guildId ?? '@me', posted.channel_id, ...(posted.id === null ? [] : [posted.id])];
    const link = `https://discord.com/channels/${place.join('/')}`;
    const draft: Draft = {
      content: presenter.ready(job, link),
      components: [],
      files: [],
      altText: () => '',
      mention: job.requester.userId,
    };
    if (!reply.ephemeral) {
      try {
        await create(job, attempts, posted.channel_id, draft, 'n', posted.id);
        return;
      } catch (error) {
        if (!canMove(error)) throw error;
      }
    }
    // A follow-up has no nonce: it is tried once and not again.
    if (Date.now() - reply.interactionAt >= tokenLifeMs || (await attempts.begin('whisper')) !== null) return;
    await messages.whisper(reply.applicationId, reply.interactionToken, draft).catch((error: unknown) => {
      logger.debug({ err: error, ...idsOf(job) }, 'could not be told');
    });
  }

  async function postExtras({ job, attempts }: Context, posted: Posted, extras: readonly Draft[]): Promise<void> {
    for (const [index, draft] of extras.entries()) {
      if (job.reply.ephemeral && posted.channel_id === job.reply.channelId) {
        if ((await attempts.begin(`extra-${index}`)) === null) {
          await messages.whisper(job.reply.applicationId, job.reply.interactionToken, draft);
        }
        continue;
      }
      const extra = await create(job, attempts, posted.channel_id, draft, String(index), posted.id);
      if (extra.id !== null)
        await jobs.addExtraMessage(job.jobId, { channelId: extra.channel_id, messageId: extra.id });
    }
  }

  async function contextOf(job: GenerateJob, record: JobRecord): Promise<Context> {
    const parent = job.parent === null ? null : await jobs.get(job.parent.jobId).catch(() => null);
    return {
      job,
      record,
      attempts: attemptsOf(redis, job.jobId),
      parentMessageId: parent?.message?.channelId === job.reply.channelId ? parent.message.messageId : null,
    };
  }

  /** What nobody can post any more is not to look as if it waited. Best effort: what refused the picture may refuse the words as well. */
  async function sayUnposted(job: GenerateJob, isKept: boolean, errorId: string): Promise<void> {
    const content = presenter.unposted(job, isKept, errorId);
    const draft: Draft = { content, components: [], files: [], altText: () => '', mention: null };
    try {
      const record = await jobs.get(job.jobId);
      if (record === null) return;
      const context = await contextOf(job, record);
      await lastWord(job.jobId, () => editLive(context, async () => [draft]));
    } catch (error) {
      logger.warn({ err: error, errorId, ...idsOf(job) }, 'could not say that it was not posted');
    }
  }

  async function deliver(deliverJob: DeliverJob, shown: { isPosted: boolean }): Promise<DeliveryAnswer> {
    const { job, outcome } = deliverJob;
    const record = await jobs.get(job.jobId);
    if (record === null) return 'forgotten';
    if (record.deliveredAt !== null) return 'known';
    const context = await contextOf(job, record);
    await redis.set(redisKeys.ended(job.jobId), '1', 'EX', 3600);
    await othersAreDone(job.jobId);
    let now = outcome;
    const makeDrafts: MakeDrafts = async (limit) => {
      now = await asOfNow(dependencies.moderation, job, outcome);
      return draftsOf(job, now, now !== outcome, limit);
    };
    const direct = await lastWord(job.jobId, () => postToChannel(context, makeDrafts));
    const sent = direct ?? (await postToMember(context, makeDrafts));
    if (sent === null) {
      await kept.keep(job.requester.userId, job.jobId);
      await jobs.markDelivered(job.jobId);
      dependencies.onEnded?.({ ...deliverJob, outcome: now });
      logger.info(idsOf(job), 'kept for its owner: no way to deliver it was open');
      return 'kept';
    }
    const { posted, extras } = sent;
    shown.isPosted = true;
    if (posted.id !== null) await jobs.setMessage(job.jobId, { channelId: posted.channel_id, messageId: posted.id });
    await postExtras(context, posted, extras);
    if (now !== outcome && now.type === 'done') await writeDown(job, now.result);
    if (now.type !== 'cancelled' && direct !== null && (await context.attempts.result('create-r')) === null) {
      await notify(context, posted);
    }
    await jobs.markDelivered(job.jobId);
    if (outcome.type === 'done') await images.markDelivered(outcome.result.pictures.map((picture) => picture.imageKey));
    dependencies.onEnded?.({ ...deliverJob, outcome: now });
    dependencies.onPosted?.(job, (Date.now() - job.reply.interactionAt) / 1000);
    logger.info({ ...idsOf(job), outcome: now.type }, 'posted');
    return 'posted';
  }

  return {
    /** BullMQ's processor. What cannot help to repeat is not repeated; the result is kept for its owner then. */
    async process(data: unknown): Promise<DeliveryAnswer> {
      const parsed = deliverJobSchema.safeParse(data);
      if (!parsed.success) throw new UnrecoverableError('bad-request: the delivery cannot be read');
      const shown = { isPosted: false };
      try {
        const ids = { 'easel.job.id': parsed.data.job.jobId, 'easel.outcome': parsed.data.outcome.type };
        return await inSpan('post', ids, () => deliver(parsed.data, shown), 'client');
      } catch (error) {
        const final = error instanceof EaselError ? !error.retryable : refusalOf(error) === 'final';
        if (!final) throw error;
        const { job, outcome } = parsed.data;
        const errorId = randomBytes(4).toString('hex');
        logger.error({ err: error, errorId, ...idsOf(job) }, 'could not be posted; kept for its owner');
        await kept.keep(job.requester.userId, job.jobId);
        // The pictures themselves are what is missing where the error is our own.
        const isKept = outcome.type === 'done' && !(error instanceof EaselError);
        if (!shown.isPosted) await sayUnposted(job, isKept, errorId);
        await jobs.markDelivered(job.jobId);
        dependencies.onEnded?.(parsed.data);
        return 'kept';
      }
    },
  };
}

export type Delivery = ReturnType<typeof createDelivery>;
