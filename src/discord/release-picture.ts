// A withheld picture that moderators release: its original, checked and marked when it was painted and sealed since, goes to delivery like
// any other picture, under a record of its own: as a reply where it was asked for; where that was private, to its member alone.

import { hashDistance, perceptualHash } from '../image/perceptual-hash.ts';
import { readPicture } from '../image/read-picture.ts';
import { type GenerateJob, generateJobVersion, type Picture, type ReplyTarget } from '../jobs/generate-job.ts';
import { maxSeed } from '../jobs/paint-request.ts';
import type { JobRecord } from '../store/jobs.ts';
import { fileDigest } from '../store/load-picture.ts';
import { textsFor } from '../texts/index.ts';
import type { Stage } from './behaviour.ts';
import { quiet } from './message-body.ts';
import { jobIdOf, withoutSource } from './new-job.ts';
import { type Pressed, whisperTo } from './tell-member.ts';
import { mayBeReleased, type WithheldTile } from './withheld-tiles.ts';

/** As near as a picture has to be to what an operator took down everywhere: a server's moderators do not release that. */
const nearBits = 16;

/** A public request is answered anew in its channel; a private one where its member pressed last, else by direct message. */
async function placeFor(
  { services }: Pick<Stage, 'services'>,
  { reply }: GenerateJob,
  pressed: Pressed | null,
): Promise<ReplyTarget> {
  const fresh = { ...reply, messageId: null, interactionAt: Date.now(), fresh: true };
  if (!reply.ephemeral || pressed === null) return fresh;
  const words = quiet({ content: textsFor(reply.locale).review.releasedNote });
  const messageId = await whisperTo(services.rest, pressed, words);
  if (messageId === null) return fresh;
  const { applicationId, token, at } = pressed;
  return { ...reply, applicationId, interactionToken: token, interactionAt: at, messageId, further: true };
}

/** @returns false where its pixels are no longer kept, or it may not be released: nothing was done then */
export async function releaseTile(
  stage: Pick<Stage, 'services'>,
  record: JobRecord,
  withheld: WithheldTile,
  pressed: Pressed | null,
): Promise<boolean> {
  const { images, moderation, queue } = stage.services;
  const { job, result } = record;
  const { tile } = withheld;
  if (!result || !mayBeReleased(withheld)) return false;
  const bytes = await moderation.withheld.get(job.jobId, tile);
  if (bytes === null) return false;
  const pixels = await readPicture(bytes);
  const hash = await perceptualHash(pixels);
  const everywhere = (await moderation.takedowns.inForce(null)).map((takedown) => takedown.perceptualHash);
  if (everywhere.some((known) => hashDistance(known, hash) <= nearBits)) return false;

  const jobId = jobIdOf(`release ${job.jobId} ${tile}`);
  const { plot, ...request } = withoutSource(job.request);
  const cell = plot?.cells[tile];
  const seed = cell?.seed ?? (plot ? request.seed : (request.seed + tile) % (maxSeed + 1));
  const painted = Object.fromEntries(Object.entries(cell ?? {}).filter(([, value]) => value !== undefined));
  const released: GenerateJob = {
    ...job,
    jobId,
    kind: 'single',
    request: { ...request, ...painted, seed, count: 1 },
    // The record's words are its member's alone, unless nobody can tell.
    ...(record.isMixed ? {} : { serverNegative: '' }),
    reply: await placeFor(stage, job, pressed),
    parent: { jobId: job.jobId, tile: Math.min(tile, 3) },
    notes: [textsFor(job.reply.locale).review.releasedNote],
    createdAt: Date.now(),
    traceIds: [job.traceIds[plot ? 0 : tile] ?? 0],
  };
  const picture: Picture = {
    kind: 'tile',
    index: 0,
    imageKey: await images.putReleased(jobId, bytes),
    width: pixels.width,
    height: pixels.height,
    seed,
    traceId: released.traceIds[0] ?? null,
    perceptualHash: hash,
    sha256: fileDigest(bytes),
    outcome: 'posted',
    reason: null,
    hits: [],
  };
  const { modelHash, workerId } = result;
  await queue.deliver(released, {
    version: generateJobVersion,
    jobId,
    pictures: [picture],
    modelHash,
    totalMs: 0,
    msPerStep: 0,
    workerId,
  });
  return true;
}
