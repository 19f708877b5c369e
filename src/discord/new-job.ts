// From a handler's wish to a complete job in the queue. The job id is a function of the interaction, so that an interaction that is taken
// up twice makes one job.

import { createHash, randomInt } from 'node:crypto';
import { type GenerateJob, generateJobVersion, type JobKind } from '../jobs/generate-job.ts';
import { maxSeed, type PaintRequest } from '../jobs/paint-request.ts';
import { addServerNegative, asAsked } from '../jobs/server-negative.ts';
import { safetyPolicy } from '../moderation/image-policy.ts';
import { stricterPreset } from '../moderation/settings-change.ts';
import { weightOf } from '../store/guild-settings.ts';
import type { Scene, Stage } from './behaviour.ts';
import { replyTarget } from './facts.ts';
import { refuseLate } from './late-refusal.ts';
import { noticeRequest } from './notice-request.ts';
import { ownNegative } from './own-negative.ts';
import { refuse } from './refusal.ts';
import type { ReplyAddress } from './reply.ts';

const crockford = '0123456789abcdefghjkmnpqrstvwxyz';

/** 60 bits of SHA-256 as 12 characters of Crockford base 32. */
export function jobIdOf(interactionId: string): string {
  let bits = createHash('sha256').update(interactionId).digest().readBigUInt64BE() >> 4n;
  let id = '';
  for (let place = 0; place < 12; place += 1) {
    id = (crockford[Number(bits & 31n)] ?? '0') + id;
    bits >>= 5n;
  }
  return id;
}

export function drawSeed(): number {
  return randomInt(maxSeed + 1);
}

export interface JobDraft {
  readonly kind: JobKind;
  readonly request: PaintRequest;
  readonly parent: { readonly jobId: string; readonly tile: number } | null;
  /** Sentences about how the request was read. */
  readonly notes?: readonly string[];
}

/** Where one of several jobs is shown; else the job is the interaction's only one. */
export interface JobPlace {
  readonly jobId: string;
  readonly address: ReplyAddress;
}

/** What may be shown where this was asked for. */
export function safetyOf({ facts, guild, installation }: Scene): GenerateJob['safety'] {
  return safetyPolicy({
    preset: stricterPreset(guild.safety, installation.ceilings.safety),
    onFlag: guild.onFlag,
    ageRestricted: facts.ageRestricted,
    operatorAdjustment: installation.safetyAdjustment,
  });
}

export async function newJob(stage: Stage, draft: JobDraft, place?: JobPlace): Promise<GenerateJob> {
  const { facts, guild, installation, reply, services } = stage;
  const { request, notes = [] } = draft;
  const { messageId, ephemeral, further } = place?.address ?? reply.address;
  const pictures = request.count > 1 ? request.count + 1 : 1;
  return {
    version: generateJobVersion,
    jobId: place?.jobId ?? jobIdOf(facts.interactionId),
    kind: draft.kind,
    request: addServerNegative(request, guild.negativePrompt),
    ...(ownNegative(stage, request.negativePrompt).isMixed ? {} : { serverNegative: guild.negativePrompt }),
    safety: safetyOf(stage),
    preview: installation.preview,
    requester: { userId: facts.user.id, displayName: facts.user.displayName },
    reply: { ...replyTarget(facts, messageId, ephemeral), ...(further ? { further } : {}) },
    parent: draft.parent,
    ...(guild.showReasons ? {} : { showReasons: false }),
    ...(notes.length > 0 ? { notes: notes.slice(0, 12) } : {}),
    createdAt: Date.now(),
    traceIds: [...(await services.traces.next(pictures))],
  };
}

/** Strength 0 finishes a picture anew and paints nothing: what is painted from such a request starts from noise again. */
export function withoutFinishOnly(request: PaintRequest): PaintRequest {
  if (request.init?.strength !== 0) return request;
  const { init: _, ...rest } = request;
  return rest;
}

/** Words and settings alone: what belongs to the picture that the request started from does not come down to one that starts from another. */
export function withoutSource(request: PaintRequest): Omit<PaintRequest, 'init' | 'maskKey' | 'outpaint' | 'tileEdge'> {
  const { init: _init, maskKey: _mask, outpaint: _outpaint, tileEdge: _tile, ...rest } = request;
  return rest;
}

/** Whether picture and mask that a request starts from are there: they are kept for a time only. Once one is gone, the member has been told. */
export async function keepsInit(stage: Stage, { init, maskKey }: PaintRequest): Promise<boolean> {
  const keys = [...(init ? [init.imageKey] : []), ...(maskKey === undefined ? [] : [maskKey])];
  if (await stage.services.images.renew(keys)) return true;
  await refuseLate(stage, refuse(stage.texts.refusals.initGone));
  return false;
}

/** Enqueues and keeps the member informed from here on. */
export async function startJob(stage: Stage, draft: JobDraft): Promise<GenerateJob> {
  const job = await newJob(stage, draft);
  await queueJob(stage, job);
  return job;
}

/** The one way into the queue: what the server's filter wants noticed is written down before anything is painted. */
export async function queueJob(stage: Stage, job: GenerateJob): Promise<void> {
  const { facts, guild, services } = stage;
  const { request } = asAsked(job);
  // Of a negative prompt that says not whose it is, nobody is told.
  const negativePrompt = job.serverNegative === undefined ? '' : request.negativePrompt;
  const notice = await noticeRequest(stage, { ...job, request: { ...request, negativePrompt } });
  const place = await services.queue.enqueue(job, { weight: weightOf(guild, facts.roleIds) });
  services.live.follow(job, place);
  notice?.post();
}
