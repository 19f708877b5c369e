// What the buttons under a single picture share: the picture itself, whether something may be made of it, and the job that makes it. What
// is to be made is a plan, a pure function of the picture: it is judged before the first response and carried out after it.

import { EaselError } from '../errors.ts';
import type { JobKind } from '../jobs/generate-job.ts';
import type { PaintRequest } from '../jobs/paint-request.ts';
import type { Scene, Stage } from './behaviour.ts';
import { drawSeed, startJob, withoutSource } from './new-job.ts';
import { judgeWish } from './paint-checks.ts';
import { judgeParent, judgeTile, parentOf, tileOf } from './parent-job.ts';
import { turnBlue } from './recolour.ts';
import type { Refusal } from './refusal.ts';
import { findTilePixels } from './tile-pixels.ts';

/** Size in pixels of the picture that a button stands under. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

export interface Plan {
  readonly kind: JobKind;
  /** Of the image-to-image start, above 0: at 0 nothing is painted. */
  readonly strength: number;
  readonly changes: Partial<PaintRequest> & PictureSize & { readonly count: number };
}

export type Planner = (scene: Scene, size: PictureSize) => Plan;

/** A single picture is the first and only tile of its job. */
const only = 0;

/** How many pictures a press makes: as many as the presser's /imagine would. */
export function countFor({ installation, guild, member }: Scene): number {
  const limits = [installation.limits.maxCount, guild.maxCount, member.count];
  return Math.min(...limits.flatMap((limit) => (limit === null || limit === undefined ? [] : [limit])));
}

/** What the gate is asked for where `countFor` pictures are made. */
export const asksForGrid = (jobId: string, maxCount: number) =>
  ({ jobIds: [jobId], pictures: { orMembers: maxCount, times: 1 }, durable: true, once: true }) as const;

/**
 * The size at which a picture is painted on. One that was upscaled is larger than the model composes well (and a U-Net has memory for):
 * it is worked on at the size it had before. Multiples of 64 where something is scaled down.
 */
export function workingSize({ installation, guild }: Scene, size: PictureSize): PictureSize {
  const { model, limits } = installation;
  const maxEdge = Math.min(limits.maxEdge, guild.maxEdge ?? limits.maxEdge);
  const scale = Math.min(
    1,
    maxEdge / Math.max(size.width, size.height),
    (1.5 * model.nativeSize) / Math.sqrt(size.width * size.height),
  );
  if (scale === 1) return { width: size.width, height: size.height };
  const round = (side: number) => Math.max(64, Math.round((side * scale) / 64) * 64);
  return { width: round(size.width), height: round(size.height) };
}

export function judgePlan(scene: Scene, planner: Planner): Refusal | null {
  const unfit = judgeParent(scene) ?? judgeTile(scene, only);
  const parent = parentOf(scene);
  const picture = parent && tileOf(parent, only);
  if (unfit || !parent || !picture) return unfit;
  return judgeWish(scene, { ...withoutSource(parent.job.request), ...planner(scene, picture).changes });
}

/** Starts what the plan says from the stored picture, and turns the pressed button blue. @throws EaselError `store-unavailable` */
export async function startPlan(stage: Stage, planner: Planner, pressed?: string): Promise<void> {
  const parent = parentOf(stage);
  const picture = parent && tileOf(parent, only);
  const imageKey = picture && (await findTilePixels(stage, picture));
  if (!parent || !picture || !imageKey) {
    throw new EaselError('store-unavailable', 'the single picture is nowhere to be found', {
      userMessage: stage.texts.refusals.tileGone,
    });
  }
  const { kind, strength, changes } = planner(stage, picture);
  const request = { ...withoutSource(parent.job.request), seed: drawSeed(), ...changes, init: { imageKey, strength } };
  await startJob(stage, { kind, request, parent: { jobId: parent.job.jobId, tile: only } });
  if (pressed) await turnBlue(stage.services.rest, stage.facts.message, pressed);
}
