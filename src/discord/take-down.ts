// Taking a picture down: what it looks like is remembered first, so that nothing like it is painted here again; then every message that
// shows it goes, wherever the bot posted it, and so do its stored copies.

import { Routes } from 'discord.js';
import { type GenerateJob, generateJobVersion, type Picture } from '../jobs/generate-job.ts';
import type { JobRecord, PostedMessage } from '../store/jobs.ts';
import { loadPicture } from '../store/load-picture.ts';
import type { Stage } from './behaviour.ts';
import { isMessageGone } from './discord-errors.ts';
import { recordAction } from './mod-log.ts';
import { jobIdOf } from './new-job.ts';
import { type Origin, originOf } from './read-origin.ts';
import { tokenLifeMs } from './tell-member.ts';

export interface TakedownWish {
  readonly reason: string | null;
  /** For operators alone: in every server. */
  readonly everywhere: boolean;
  /** Of a grid, the tiles that are meant (0-based). Default: all. */
  readonly tiles?: readonly number[];
}

export interface TakedownResult {
  readonly jobId: string;
  /** Pictures whose likeness is withheld from now on. */
  readonly pictures: number;
  readonly deleted: number;
  /** Messages that are out of the bot's reach: seen by one member alone, or in a place it may not enter any more. */
  readonly left: number;
}

type Reach = Pick<Stage, 'facts' | 'guild' | 'installation' | 'services'>;

/** `{job}/tile-2`, `{job}/grid`: whose picture it is, whoever shows it. */
export function sourceOfKey(imageKey: string): string | null {
  return /^\{([^}]+)\}\//.exec(imageKey)?.[1] ?? null;
}

/** The job that painted what another one only shows (U1, /show). */
async function painterOf({ services }: Reach, record: JobRecord): Promise<JobRecord> {
  const keys = new Set((record.result?.pictures ?? []).map(({ imageKey }) => sourceOfKey(imageKey)));
  const [source] = keys;
  if (keys.size !== 1 || !source || source === record.job.jobId) return record;
  return (await services.jobs.get(source)) ?? record;
}

/** Everything that shows one of these pictures: by the same stored file, or made of it by U. */
async function showings({ services }: Reach, painter: JobRecord, tiles: ReadonlySet<number>): Promise<JobRecord[]> {
  const { jobs } = services;
  const { jobId } = painter.job;
  const keys = new Set(
    (painter.result?.pictures ?? [])
      .filter(({ kind, index }) => kind === 'grid' || tiles.has(index))
      .map(({ imageKey }) => imageKey),
  );
  const others = await Promise.all(
    [...new Set([...(await jobs.showings(jobId)), ...painter.childJobIds])].map((id) => jobs.get(id).catch(() => null)),
  );
  const shows = (record: JobRecord) =>
    (record.result?.pictures ?? []).some(({ imageKey }) => keys.has(imageKey)) ||
    (record.job.kind === 'single' && record.job.parent?.jobId === jobId && tiles.has(record.job.parent.tile));
  return [painter, ...others.filter((record) => record !== null).filter(shows)];
}

async function removeMessage({ services }: Reach, job: GenerateJob, message: PostedMessage): Promise<boolean> {
  const { applicationId, interactionToken, interactionAt, ephemeral, channelId } = job.reply;
  try {
    if (ephemeral && message.channelId === channelId) {
      if (Date.now() - interactionAt >= tokenLifeMs) return false;
      const route = Routes.webhookMessage(applicationId, interactionToken, message.messageId);
      await services.rest.delete(route, { auth: false });
    } else await services.rest.delete(Routes.channelMessage(message.channelId, message.messageId));
    return true;
  } catch (error) {
    if (isMessageGone(error)) return true;
    services.logger.warn({ err: error, jobId: job.jobId }, 'a message could not be taken down');
    return false;
  }
}

async function remember(reach: Reach, jobId: string, picture: Picture, wish: TakedownWish): Promise<void> {
  const { facts, services } = reach;
  const isKept = (await loadPicture(services.images, picture, services.logger)) !== null;
  // Without a worker, or once the file is gone, the hash of the day it was painted has to do.
  const seen = isKept ? await originOf(reach, picture.imageKey).catch(() => null) : null;
  await services.moderation.takedowns.add({
    id: `${jobId}-${picture.index}`,
    perceptualHash: seen?.inspection.perceptualHash ?? picture.perceptualHash,
    embedding: seen?.inspection.embedding ?? [],
    guildId: wish.everywhere ? null : facts.guildId,
    byUserId: facts.user.id,
    reason: wish.reason,
    at: Date.now(),
  });
}

/** @returns the result with the pictures taken down marked as withheld */
function withoutTiles(record: JobRecord, isMeant: (picture: Picture) => boolean): JobRecord['result'] {
  if (!record.result) return null;
  const pictures = record.result.pictures.map((picture) =>
    isMeant(picture) ? { ...picture, outcome: 'withheld' as const, reason: 'takedown' as const } : picture,
  );
  return { ...record.result, version: generateJobVersion, pictures };
}

/** Takes down a job's pictures. Repeating it does no harm. */
export async function takeDownJob(stage: Reach, shown: JobRecord, wish: TakedownWish): Promise<TakedownResult> {
  const { facts, services } = stage;
  const record = await painterOf(stage, shown);
  const { job, result } = record;
  const own = (result?.pictures ?? []).filter(({ kind }) => kind === 'tile');
  const inShown = (shown.result?.pictures ?? []).map(({ imageKey }) => imageKey);
  // Of what only shows one tile of another job, that tile is meant.
  const meant = wish.tiles ?? own.filter(({ imageKey }) => inShown.includes(imageKey)).map(({ index }) => index);
  const tiles = new Set(meant);
  const sheet = own.length === 0 ? (result?.pictures ?? []) : [];
  const pictures = [...own.filter(({ index }) => tiles.has(index)), ...sheet];
  for (const picture of pictures) {
    if (picture.outcome !== 'withheld') await remember(stage, job.jobId, picture, wish);
  }
  let deleted = 0;
  let left = 0;
  for (const { job: showing, message, extraMessages } of await showings(stage, record, tiles)) {
    for (const posted of [...(message ? [message] : []), ...extraMessages]) {
      if (await removeMessage(stage, showing, posted)) deleted += 1;
      else left += 1;
    }
    await services.kept.handedOver(showing.requester.userId, showing.jobId);
  }
  const grids = (result?.pictures ?? []).filter(({ kind }) => kind === 'grid');
  await services.images.remove([...pictures, ...grids].map(({ imageKey }) => imageKey));
  for (const { index } of pictures) await services.moderation.withheld.remove(job.jobId, index);
  const marked = withoutTiles(record, (picture) => pictures.includes(picture) || grids.includes(picture));
  if (marked) await services.jobs.setResult(job.jobId, marked);
  const { reason, everywhere } = wish;
  await recordAction(
    stage,
    {
      action: 'picture taken down',
      subjectId: job.requester.userId,
      jobId: job.jobId,
      details: { reason, everywhere, tiles: [...tiles], deleted, left },
    },
    ({ review }) =>
      review.takedownLine(`<@${facts.user.id}>`, `\`${job.jobId}\``, `<@${job.requester.userId}>`, deleted, left),
  );
  return { jobId: job.jobId, pictures: pictures.length, deleted, left };
}

/** What a picture of unknown origin looks like, remembered. */
export async function rememberLooks(
  reach: Reach,
  { perceptualHash, embedding }: Origin['inspection'],
  { reason, everywhere }: TakedownWish,
): Promise<void> {
  const { facts, services } = reach;
  const id = jobIdOf(facts.interactionId);
  await services.moderation.takedowns.add({
    id,
    perceptualHash,
    embedding: embedding ?? [],
    guildId: everywhere ? null : facts.guildId,
    byUserId: facts.user.id,
    reason,
    at: Date.now(),
  });
  await recordAction(
    reach,
    { action: 'picture taken down', details: { reason, everywhere, takedown: id } },
    ({ review }) => review.rememberedLine(`<@${facts.user.id}>`),
  );
}
