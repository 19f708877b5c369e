// One look at a sent picture: marks, text, verdict and fingerprint, for own, worn and foreign pictures.

import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { proceduralPicture } from '../../src/bench/procedural-pictures.ts';
import type { SafetyChecker } from '../../src/diffusion/safety-checker.ts';
import { encodePng } from '../../src/image/encode.ts';
import { hashDistance } from '../../src/image/perceptual-hash.ts';
import type { SafetyPolicy } from '../../src/inference/engine.ts';
import { finish } from '../../src/inference/finish.ts';
import { inspectPicture } from '../../src/inference/inspect.ts';

const policy: SafetyPolicy = { adjustment: 0, onFlag: 'withhold' };
const checker = answering([0.1, 0.1]);
const picture = proceduralPicture(8, 512, 384);

describe('inspecting a picture', () => {
  it('finds both marks, the parameters and the verdict of a picture of our own', async () => {
    const own = await ownPicture();
    expect(await inspectPicture(own.bytes, checker, policy)).toMatchObject({
      width: 512,
      height: 384,
      traceId: 4_123_456_789,
      referenceMark: { found: true, bitAccuracy: 1 },
      parameters: 'a lighthouse\nSteps: 20, Sampler: PLMS, Seed: 3',
      verdict: { outcome: 'posted', reason: null },
      perceptualHash: own.perceptualHash,
      embedding: [1, 0],
    });
  });

  it('still finds the trace id after what a chat does: half size, WebP, no metadata', async () => {
    const own = await ownPicture();
    const worn = await sharp(own.bytes).resize(256, 192).webp({ quality: 80 }).toBuffer();
    const seen = await inspectPicture(worn, checker, policy);
    expect(seen.traceId).toBe(4_123_456_789);
    expect(seen.parameters).toBeNull();
    expect(hashDistance(seen.perceptualHash, own.perceptualHash)).toBeLessThanOrEqual(6);
  });

  it('finds no mark in a foreign picture', async () => {
    const seen = await inspectPicture(await encodePng(picture), checker, policy);
    expect(seen).toMatchObject({ traceId: null, referenceMark: { found: false } });
  });

  it('judges by the policy, and withholds when the checker fails', async () => {
    const bytes = await encodePng(proceduralPicture(1, 64, 64));
    expect((await inspectPicture(bytes, answering([0.3, 0.1]), policy)).verdict).toMatchObject({
      outcome: 'withheld',
      hits: [0],
    });
    const broken = { ...checker, measure: () => Promise.reject(new Error('gone')) };
    expect(await inspectPicture(bytes, broken, policy)).toMatchObject({
      verdict: { outcome: 'withheld', reason: 'checker-error', scores: null },
      scores: null,
      embedding: null,
      referenceMark: { found: false, bitAccuracy: 0 },
    });
  });

  it('refuses files that are no pictures, and too large ones, with a sentence for the member', async () => {
    await expect(inspectPicture(Buffer.from('hello'), checker, policy)).rejects.toMatchObject({
      code: 'image-unreadable',
      userMessage: expect.any(String),
    });
    const limits = { maxBytes: 1e7, maxPixels: 1000 };
    await expect(inspectPicture(await encodePng(picture), checker, policy, { limits })).rejects.toMatchObject({
      code: 'image-too-large',
    });
  });
});

async function ownPicture() {
  const describeSeed = (seed: number) => `a lighthouse\nSteps: 20, Sampler: PLMS, Seed: ${seed}`;
  const job = await finish(
    [{ pixels: picture, seed: 3, traceId: 4_123_456_789 }],
    { checker, describe: describeSeed },
    policy,
  );
  return job.tiles[0]!;
}

function answering(concepts: number[]): Pick<SafetyChecker, 'measure' | 'thresholds'> {
  const measurement = {
    embedding: Float32Array.of(1, 0),
    conceptCosines: Float32Array.from(concepts),
    specialCareCosines: Float32Array.of(0),
  };
  return {
    thresholds: { concepts: [0.2, 0.2], specialCare: [0.5] },
    measure: async (all) => all.map(() => measurement),
  };
}
