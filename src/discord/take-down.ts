// Taking a picture down: what it looks like is remembered first, so that nothing like it is painted here again; then every message that
// shows it goes, wherever the bot posted it, and so do its stored copies.

import { generateJobVersion, type Picture } from '../jobs/generate-job.ts';
import type { JobRecord } from '../store/jobs.ts';
import { loadPicture } from '../store/load-picture.ts';
import type { Stage } from './behaviour.ts';
import { type Likeness, likenessesOf, painterOf, sourceOfKey } from './find-likenesses.ts';
import { recordAction } from './mod-log.ts';
import { jobIdOf } from './new-job.ts';
import { type Origin, originOf } from './read-origin.ts';
import { messagesOf, removeMessage } from './remove-message.ts';

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

/** Its own stored copies go, and what is left of the record says why. Pictures that it only shows are their painter's. */
async function withdraw({ services }: Reach, { record, pictures }: Likeness): Promise<void> {
  const { job, result } = record;
  const isOwn = ({ imageKey }: Picture) => sourceOfKey(imageKey) === job.jobId;
  const gone = new Set(pictures.filter(isOwn));
  if (!result || gone.size === 0) return;
  await services.images.remove([...gone].map(({ imageKey }) => imageKey));
  const left = result.pictures.map((picture) =>
    gone.has(picture) ? { ...picture, outcome: 'withheld' as const, reason: 'takedown' as const } : picture,
  );
  await services.jobs.setResult(job.jobId, { ...result, version: generateJobVersion, pictures: left });
}

/** Takes down a job's pictures. Repeating it does no harm. */
export async function takeDownJob(stage: Reach, shown: JobRecord, wish: TakedownWish): Promise<TakedownResult> {
  const { facts, services } = stage;
  const record = await painterOf(services.jobs, shown);
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
  // What only looks alike is another server's own to judge.
  const isNearEnough = ({ job: { reply } }: JobRecord) =>
    wish.everywhere || reply.guildId === null || reply.guildId === facts.guildId;
  for (const likeness of await likenessesOf(services.jobs, record, pictures, isNearEnough)) {
    const { job: showing } = likeness.record;
    for (const posted of messagesOf(likeness.record)) {
      if (await removeMessage(services, showing, posted)) deleted += 1;
      else left += 1;
    }
    await services.kept.handedOver(showing.requester.userId, showing.jobId);
    await withdraw(stage, likeness);
  }
  for (const { index } of pictures) await services.moderation.withheld.remove(job.jobId, index);
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
