// The size at which something is made of a picture that is there already.

import type { Scene } from './behaviour.ts';
import { parentOf } from './parent-job.ts';

/** In pixels, multiples of 8. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** The edge that the parent's model was made for, as far as its workers are known. */
export function nativeSizeOf(scene: Scene): number {
  const { model, offers } = scene.installation;
  const hash = parentOf(scene)?.job.request.modelHash;
  return (hash === undefined ? null : offers.find(hash))?.nativeSize ?? model.nativeSize;
}

/** The operator's limit or the server's, whichever is tighter. */
export function maxEdgeOf({ installation, guild }: Scene): number {
  return Math.min(installation.limits.maxEdge, guild.maxEdge ?? installation.limits.maxEdge);
}

/** The longest edge that the model still composes well, within the limits. */
export function composedEdgeOf(scene: Scene): number {
  return Math.min(maxEdgeOf(scene), Math.floor((1.5 * nativeSizeOf(scene)) / 64) * 64);
}

/**
 * The size at which a picture is painted on. One that was upscaled is larger than the model composes well (and a U-Net has memory for):
 * it is worked on at the size it had before. Multiples of 64 where something is scaled down.
 */
export function workingSize(scene: Scene, { width, height }: PictureSize): PictureSize {
  const scale = Math.min(
    1,
    maxEdgeOf(scene) / Math.max(width, height),
    (1.5 * nativeSizeOf(scene)) / Math.sqrt(width * height),
  );
  if (scale === 1) return { width, height };
  const round = (side: number) => Math.max(64, Math.round((side * scale) / 64) * 64);
  return { width: round(width), height: round(height) };
}

/** The size with neither edge above `maxEdge`, on multiples of 8 where something is scaled down. */
export function fitEdge({ width, height }: PictureSize, maxEdge: number): PictureSize {
  const scale = Math.min(1, maxEdge / Math.max(width, height));
  const round = (side: number) => (scale === 1 ? side : Math.max(64, Math.round((side * scale) / 8) * 8));
  return { width: round(width), height: round(height) };
}
