// What the buttons under a picture share: finding the job they belong to, and whether the presser may build on it.

import type { Picture } from '../jobs/generate-job.ts';
import type { JobRecord } from '../store/jobs.ts';
import type { Scene } from './behaviour.ts';
import { pressedInPrivate } from './facts.ts';
import { judgeWish } from './paint-checks.ts';
import { type Refusal, refuse } from './refusal.ts';

/** The record that the gate brought for the first job asked for. */
export function parentOf(scene: Scene): JobRecord | null {
  return scene.jobs[0] ?? null;
}

/** Retention may have ended it; a private picture stays its owner's, however the button was come by. */
export function judgeParent(scene: Scene): Refusal | null {
  const parent = parentOf(scene);
  const { refusals } = scene.texts;
  if (!parent) return refuse(refusals.gone);
  const { reply, requester } = parent.job;
  const isOwner = requester.userId === scene.facts.user.id;
  if (reply.ephemeral && !isOwner) return refuse(refusals.privateParent);
  // A button of one server pressed in another was forged: Discord shows it nowhere else.
  if (!reply.ephemeral && reply.guildId !== scene.facts.guildId && !pressedInPrivate(scene.facts)) {
    return refuse(refusals.gone);
  }
  return null;
}

/** Rules and limits may have changed since the parent was painted. */
export function judgeAgain(scene: Scene): Refusal | null {
  const unfit = judgeParent(scene);
  const parent = parentOf(scene);
  return unfit ?? (parent && judgeWish(scene, parent.job.request));
}

/** The tile's picture, as posted; null when there is none of that number. */
export function tileOf(parent: JobRecord, tile: number): Picture | null {
  return parent.result?.pictures.find((picture) => picture.kind === 'tile' && picture.index === tile) ?? null;
}

export function judgeTile(scene: Scene, tile: number): Refusal | null {
  const parent = parentOf(scene);
  const { refusals } = scene.texts;
  if (!parent) return refuse(refusals.gone);
  const picture = tileOf(parent, tile);
  if (!picture) return refuse(refusals.tileGone);
  return picture.outcome === 'withheld' ? refuse(refusals.tileWithheld) : null;
}

/** A child is as private as the message that its button was pressed on. */
export function firstLikeParent(ground: { readonly facts: Scene['facts'] }): 'private' | 'reply' {
  return pressedInPrivate(ground.facts) ? 'private' : 'reply';
}
