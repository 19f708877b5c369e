import { describe, expect, it } from 'vitest';
import { markPicture } from '../../src/diffusion/watermark/mark.ts';
import { perceptualHash } from '../../src/image/perceptual-hash.ts';
import type { Pixels } from '../../src/image/pixels.ts';
import { withheldTile } from '../../src/image/withheld.ts';
import { showsPainted } from '../../src/proofs/shows-painted.ts';

/** Waves of many lengths across each other, others for another `turn`: all low frequencies are there. */
const scene = (turn: number): Pixels => ({
  width: 256,
  height: 256,
  data: Uint8Array.from({ length: 256 * 256 * 3 }, (_, i) => {
    const [x, y] = [(Math.floor(i / 3) % 256) / 40, Math.floor(i / 768) / 40];
    let sum = 128;
    for (let k = 1; k <= 24; k++) {
      const angle = k * k * (turn + 1);
      sum += 12 * Math.sin((k / 6) * (x * Math.cos(angle) + y * Math.sin(angle)) + angle);
    }
    return Math.max(0, Math.min(255, sum));
  }),
});

describe('a message shows what was painted', () => {
  it('when its picture is a worn copy of it, and not when it is another', async () => {
    const painted = scene(0);
    const noisy = { ...painted, data: painted.data.map((value, i) => value + (i % 5) - 2) };
    expect(await showsPainted(noisy, await perceptualHash(painted))).toBe(true);
    expect(await showsPainted(noisy, await perceptualHash(scene(2)))).toBe(false);
  });

  it('but not when it is the card that says withheld, even where the hash of what was painted is that of the card', async () => {
    const card = markPicture(await withheldTile(256, 256), 7).pixels;
    const likeTheCard = await perceptualHash(card);
    expect(await showsPainted(card, likeTheCard)).toBe(false);
    // A picture of the card's own hash is still told apart: the card in half its contrast.
    const pale = { ...card, data: card.data.map((value) => 128 + value / 2) };
    expect(await showsPainted(pale, likeTheCard)).toBe(true);
  });
});
