// Whether a message's picture is what the model painted, told without any record of what was shown.

import { psnr } from '../image/compare.ts';
import { hashDistance, perceptualHash } from '../image/perceptual-hash.ts';
import type { Pixels } from '../image/pixels.ts';
import { withheldTile } from '../image/withheld.ts';

/** Bits of 64: a picture and its marked, encoded copy differ in fewer; unrelated ones in about 32. */
const farthestLikeness = 16;
/** Decibels: a marked card is at 38 or more from the card without a mark, the nearest of 540 pictures of the miniature at 14. */
const surelyTheCard = 30;

/** `painted`: the perceptual hash of what was painted. A card that says "withheld" shows nothing, however near its hash is to the picture's. */
export async function showsPainted(pixels: Pixels, painted: string): Promise<boolean> {
  if (hashDistance(await perceptualHash(pixels), painted) > farthestLikeness) return false;
  return psnr(pixels, await withheldTile(pixels.width, pixels.height)) < surelyTheCard;
}
