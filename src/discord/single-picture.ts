// What the buttons under a single picture share: the picture itself, whether something may be made of it, and the job that makes it. What
// is to be made is a plan, a pure function of the picture: it is judged before the first response and carried out after it.

import { EaselError } from '../errors.ts';
import type { JobKind, Picture } from '../jobs/generate-job.ts';
import type { PaintRequest } from '../jobs/paint-request.ts';
import type { JobRecord } from '../store/jobs.ts';
import type { Scene, Stage } from './behaviour.ts';
import { drawSeed, startJob, withoutSource } from './new-job.ts';
import { judgeWish } from './paint-checks.ts';
import { judgeParent, judgeTile, parentOf, tileOf } from './parent-job.ts';
import type { PictureSize } from './picture-size.ts';
import { turnBlue } from './recolour.ts';
import type { Refusal } from './refusal.ts';
import { findTilePixels } from './tile-pixels.ts';

export interface Plan {
  readonly kind: JobKind;
  /** Of the image-to-image start, above 0: at 0 nothing is painted. */
  readonly strength: number;
  readonly changes: Partial<PaintRequest> & PictureSize & { readonly count: number };
}

export type Planner = (scene: Scene, size: PictureSize) => Plan;

/** Of outpainting: the colours of the fill go on, what is in it is new. */
export const outpaintStrength = 0.9;

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

/** At least so many that one of them is painted: of image-to-image, only the last int(strength * steps) are. */
export const enoughSteps = (steps: number, strength: number) => Math.max(steps, Math.ceil(1 / strength));

/** The parent's words and settings with the plan's changes, in enough steps for its strength to paint at all. */
function requestOf(parent: JobRecord, { strength, changes }: Plan): Omit<PaintRequest, 'init'> {
  const request = { ...withoutSource(parent.job.request), ...changes };
  return { ...request, steps: enoughSteps(request.steps, strength) };
}

/** The picture under which a button was pressed; null where the record or the picture is gone. */
export function soleOf(scene: Scene): Picture | null {
  const parent = parentOf(scene);
  return parent && tileOf(parent, only);
}

export const judgeSole = (scene: Scene): Refusal | null => judgeParent(scene) ?? judgeTile(scene, only);

export function judgePlan(scene: Scene, planner: Planner): Refusal | null {
  const unfit = judgeSole(scene);
  const parent = parentOf(scene);
  const picture = soleOf(scene);
  if (unfit || !parent || !picture) return unfit;
  return judgeWish(scene, requestOf(parent, planner(scene, picture)));
}

/** Starts what the plan says from the stored picture, and turns the pressed button blue. @throws EaselError `store-unavailable` */
export async function startPlan(
  stage: Stage,
  planner: Planner,
  pressed: string,
  notes: readonly string[] = [],
): Promise<void> {
  const parent = parentOf(stage);
  const picture = soleOf(stage);
  const imageKey = picture && (await findTilePixels(stage, picture));
  if (!parent || !picture || !imageKey) {
    throw new EaselError('store-unavailable', 'the single picture is nowhere to be found', {
      userMessage: stage.texts.refusals.tileGone,
    });
  }
  const plan = planner(stage, picture);
  const { kind, strength } = plan;
  const request = { ...requestOf(parent, plan), seed: plan.changes.seed ?? drawSeed(), init: { imageKey, strength } };
  await startJob(stage, { kind, request, parent: { jobId: parent.job.jobId, tile: only }, notes });
  await turnBlue(stage.services.rest, stage.facts.message, pressed);
}
