// How much of a network is run at once, and what is left to try where the device's memory does not suffice: fewer pictures of a batch, the two
// halves of guidance one after the other, smaller tiles of the autoencoder. What was learned is kept for the pictures after.

import { EaselError } from '../errors.ts';

/** Edges in latent cells, from the largest. Smaller ones would show in the picture: group norms see too little of it. */
const tiles = [64, 32] as const;

export class RunLimits {
  /** How many pictures share a run of the U-Net. */
  picturesPerRun: number;
  /** The conditional and the unconditional half run apart. */
  isGuidanceSplit = false;
  /** Edge of a tile where a picture does not pass whole. */
  tile: number = tiles[0];
  /** Nothing passes the autoencoder whole any more. */
  isAlwaysTiled = false;
  readonly #say: (sentence: string) => void;

  /** `say` hears one sentence for each step down. */
  constructor(picturesPerRun: number, say: (sentence: string) => void = () => undefined) {
    this.picturesPerRun = picturesPerRun;
    this.#say = say;
  }

  /** After running out of memory with so many pictures. @returns false where nothing smaller is left */
  shrinkBatch(pictures: number, isGuided: boolean): boolean {
    if (pictures > 1) {
      this.picturesPerRun = Math.ceil(pictures / 2);
      this.#say(`Out of memory: from now on ${this.picturesPerRun} of a request's pictures share a run.`);
      return true;
    }
    if (!isGuided || this.isGuidanceSplit) return false;
    this.isGuidanceSplit = true;
    this.#say('Out of memory: from now on the two halves of guidance run one after the other.');
    return true;
  }

  /** After running out of memory with the autoencoder. @returns false where nothing smaller is left */
  shrinkTile(wasWhole: boolean): boolean {
    if (wasWhole) this.isAlwaysTiled = true;
    else {
      const smaller = tiles.find((tile) => tile < this.tile);
      if (smaller === undefined) return false;
      this.tile = smaller;
    }
    this.#say(`Out of memory: from now on the autoencoder works in tiles of ${this.tile * 8} pixels.`);
    return true;
  }
}

export function isOutOfMemory(error: unknown): boolean {
  return error instanceof EaselError && error.code === 'inference-out-of-memory';
}
