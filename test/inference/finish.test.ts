// finish() with a checker whose answers the test decides; everything after the checker (marks, files, reading back) is real.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { proceduralPicture } from '../../src/bench/procedural-pictures.ts';
import type { RgbPixels } from '../../src/diffusion/rgb-pixels.ts';
import type { CheckerMeasurement, SafetyChecker } from '../../src/diffusion/safety-checker.ts';
import { readMarks } from '../../src/diffusion/watermark/mark.ts';
import { psnr, ssim } from '../../src/image/compare.ts';
import { cutTile } from '../../src/image/grid.ts';
import { perceptualHash } from '../../src/image/perceptual-hash.ts';
import { readPngText } from '../../src/image/png-text.ts';
import { blurHeavily } from '../../src/image/resize.ts';
import { withheldTile } from '../../src/image/withheld.ts';
import type { FinishedImage, SafetyPolicy } from '../../src/inference/engine.ts';
import { type FinishDependencies, finish, makePreview } from '../../src/inference/finish.ts';
import { loadPicture } from '../support/fixtures.ts';

const thresholds = { concepts: [0.2, 0.25, 0.3], specialCare: [0.4, 0.4, 0.4] };
const harmless = measurement();
const flagged = measurement({ concepts: [0.1, 0.28, 0.1] });
const specialCare = measurement({ concepts: [0.1, 0.28, 0.1], special: [0, 0.45, 0] });
const lenient: SafetyPolicy = { adjustment: 0, onFlag: 'withhold' };

const pictures = [0, 1, 2, 7].map((seed) => proceduralPicture(seed, 256, 256));
const tiles = pictures.map((pixels, i) => ({ pixels, seed: 100 + i, traceId: 0xdead0000 + i }));

describe('finish', () => {
  it('gives every tile and the grid their own marks, text, seed and fingerprint', async () => {
    const { tiles: finished, grid } = await finish(tiles, answering(harmless), lenient, 77);
    expect(finished.map((image) => [image.kind, image.index, image.seed, image.traceId])).toEqual(
      tiles.map((tile, i) => ['tile', i, tile.seed, tile.traceId]),
    );
    for (const [i, image] of finished.entries()) {
      const picture = await loadPicture(image.bytes);
      expect(readMarks(picture)).toEqual({ traceId: tiles[i]!.traceId, referenceAccuracy: 1 });
      expect(psnr(picture, pictures[i]!)).toBeGreaterThan(38);
      expect(readPngText(image.bytes)).toEqual({ parameters: `seed ${image.seed}`, Software: 'Easel (AI-generated)' });
      expect(image.perceptualHash).toBe(await perceptualHash(pictures[i]!));
      expect(image.verdict).toMatchObject({ outcome: 'posted', reason: null, hits: [] });
      expect(image.embedding).toEqual([0.6000000238418579, 0.800000011920929]);
      expect(image.withheldOriginal).toBeUndefined();
    }
    const sheet = await loadPicture(grid!.bytes);
    expect([grid!.kind, grid!.index, grid!.seed, grid!.width, grid!.height]).toEqual(['grid', -1, 100, 512, 512]);
    expect(readMarks(sheet)).toEqual({ traceId: 77, referenceAccuracy: 1 });
  });

  it('composes the grid of unmarked tiles: a tile cut from it leads to the grid’s own trace id', async () => {
    const { grid } = await finish(tiles, answering(harmless), lenient, 4_000_000_001);
    const cut = cutTile(await loadPicture(grid!.bytes), 0, 4);
    expect(psnr(cut, pictures[0]!)).toBeGreaterThan(38);
    expect(readMarks(cut).traceId).toBe(4_000_000_001);
  });

  it('scores the tiles that are shown, and no other', async () => {
    const scored = {
      ...answering(harmless, flagged, harmless),
      aesthetics: (embedding: ArrayLike<number>) => 10 * (embedding[0] ?? 0),
    };
    const { tiles: finished, grid } = await finish(tiles.slice(0, 3), scored, lenient, 77);
    expect(finished.map(({ aesthetics }) => aesthetics)).toEqual([6.000000238418579, undefined, 6.000000238418579]);
    expect(grid?.aesthetics).toBeUndefined();
    const silent = await finish(tiles.slice(0, 1), { ...answering(harmless), aesthetics: () => null }, lenient);
    expect(silent.tiles[0]?.verdict.outcome).toBe('posted');
    expect(silent.tiles[0]).not.toHaveProperty('aesthetics');
  });

  it('makes no grid of a single picture, and asks for a trace id where it makes one', async () => {
    expect((await finish(tiles.slice(0, 1), answering(harmless), lenient)).grid).toBeNull();
    await expect(finish(tiles, answering(harmless), lenient)).rejects.toMatchObject({ code: 'bad-request' });
    await expect(finish([], answering(harmless), lenient)).rejects.toMatchObject({ code: 'bad-request' });
  });

  it('withholds the flagged tile alone, in the tile and in the grid, and keeps its original apart', async () => {
    const { tiles: finished, grid } = await finish(tiles, answering(harmless, flagged, harmless, harmless), lenient, 5);
    expect(finished.map((image) => image.verdict.outcome)).toEqual(['posted', 'withheld', 'posted', 'posted']);
    const withheld = finished[1]!;
    expect(withheld.verdict).toMatchObject({ reason: 'flagged', hits: [1], scores: { concepts: [-0.1, 0.03, -0.2] } });
    const sign = await withheldTile(256, 256);
    expect(ssim(await loadPicture(withheld.bytes), sign)).toBeGreaterThan(0.5);
    expect(ssim(await loadPicture(withheld.bytes), pictures[1]!)).toBeLessThan(0.5);
    expect(readPngText(withheld.bytes).parameters).toBeUndefined();
    const sheet = await loadPicture(grid!.bytes);
    expect(psnr(cutTile(sheet, 1, 4), sign)).toBeGreaterThan(38);
    expect(psnr(cutTile(sheet, 2, 4), pictures[2]!)).toBeGreaterThan(38);
    expect(grid!.verdict).toMatchObject({ outcome: 'posted', hits: [], scores: { concepts: [-0.1, -0.15, -0.2] } });
    // What a moderator may release is marked already, and its fingerprint is that of the painted picture.
    const original = await loadPicture(withheld.withheldOriginal!);
    expect(psnr(original, pictures[1]!)).toBeGreaterThan(38);
    expect(readMarks(original).traceId).toBe(withheld.traceId);
    expect(withheld.perceptualHash).toBe(await perceptualHash(pictures[1]!));
  });

  it('blurs instead where the policy says so, and says so on the grid', async () => {
    const policy: SafetyPolicy = { adjustment: 0, onFlag: 'blur' };
    const { tiles: finished, grid } = await finish(tiles, answering(flagged, harmless, harmless, harmless), policy, 5);
    expect(finished[0]!.verdict).toMatchObject({ outcome: 'blurred', reason: 'flagged' });
    expect(finished[0]!.withheldOriginal).toBeUndefined();
    expect(psnr(await loadPicture(finished[0]!.bytes), await blurHeavily(pictures[0]!))).toBeGreaterThan(38);
    expect(grid!.verdict).toMatchObject({ outcome: 'blurred', hits: [1] });
  });

  it('never blurs and never keeps what special care forbids, however lenient the policy', async () => {
    const policy: SafetyPolicy = { adjustment: -0.1, onFlag: 'blur' };
    const { tiles: finished } = await finish(tiles.slice(0, 1), answering(specialCare), policy);
    expect(finished[0]!.verdict).toMatchObject({ outcome: 'withheld', reason: 'special-care' });
    expect(finished[0]!.withheldOriginal).toBeUndefined();
  });

  it('is stricter or more lenient by the adjustment', async () => {
    const near = measurement({ concepts: [0.19, 0.1, 0.1] });
    const outcome = async (adjustment: number, answer: CheckerMeasurement) =>
      (await finish(tiles.slice(0, 1), answering(answer), { adjustment, onFlag: 'withhold' })).tiles[0]!.verdict
        .outcome;
    expect(await outcome(0, near)).toBe('posted');
    expect(await outcome(0.03, near)).toBe('withheld');
    expect(await outcome(-0.05, flagged)).toBe('posted');
  });

  it.each([
    ['throws', () => Promise.reject(new Error('out of memory'))],
    ['answers for too few pictures', async () => [harmless]],
    [
      'answers with numbers that are none',
      async (all: readonly unknown[]) => all.map(() => measurement({ concepts: [Number.NaN, 0, 0] })),
    ],
    [
      'answers with too few concepts',
      async (all: readonly unknown[]) => all.map(() => measurement({ concepts: [0.1] })),
    ],
  ])('withholds every tile when the checker %s', async (_what, measure) => {
    const { tiles: finished, grid } = await finish(
      tiles,
      { ...answering(harmless), checker: { thresholds, measure } },
      lenient,
      9,
    );
    for (const image of [...finished, grid!]) {
      expect(image.verdict).toEqual({ outcome: 'withheld', reason: 'checker-error', scores: null, hits: [] });
    }
    const sign = await withheldTile(256, 256);
    for (const image of finished) expect(ssim(await loadPicture(image.bytes), sign)).toBeGreaterThan(0.5);
  });

  it('withholds what is near a picture that moderators took down, re-encoded or not', async () => {
    const takedown = { id: 't', perceptualHash: await perceptualHash(pictures[2]!), embedding: [0.6, 0.8] };
    const policy: SafetyPolicy = { ...lenient, takedowns: [takedown] };
    const { tiles: finished } = await finish(tiles, answering(harmless), policy, 9);
    expect(finished.map((image) => image.verdict.reason)).toEqual([null, null, 'takedown', null]);
  });

  it('checks pictures at full size, all of them, before anything is composed', async () => {
    const seen: RgbPixels[] = [];
    const checker: FinishDependencies['checker'] = {
      thresholds,
      measure: async (all) => {
        seen.push(...all);
        return all.map(() => harmless);
      },
    };
    await finish(tiles, { ...answering(harmless), checker }, lenient, 9);
    expect(seen.map((picture) => picture.width)).toEqual([256, 256, 256, 256]);
  });

  it('believes the file, not the encoder: a signer that spoils the picture stops the job', async () => {
    const other = await finish(tiles.slice(1, 2), answering(harmless), lenient);
    const swapped = { ...answering(harmless), sign: async () => other.tiles[0]!.bytes };
    await expect(finish(tiles.slice(0, 1), swapped, lenient)).rejects.toMatchObject({ code: 'watermark-failed' });
  });

  it('passes the file through the signer', async () => {
    const sign = async (png: Uint8Array) => Buffer.concat([png, Buffer.from('trailer')]);
    const { tiles: finished } = await finish(tiles.slice(0, 1), { ...answering(harmless), sign }, lenient);
    expect(Buffer.from(finished[0]!.bytes).toString('latin1')).toMatch(/trailer$/);
  });

  it('marks pictures below the reference’s minimum with the trace id alone', async () => {
    for (const family of [
      'landscape',
      'portrait',
      'texture',
      'drawing',
      'print',
      'night',
      'haze',
      'still-life',
    ] as const) {
      const tile = { pixels: proceduralPicture(3, 128, 192, family), seed: 1, traceId: 123_456_789 };
      const { tiles: finished } = await finish([tile], answering(harmless), lenient);
      expect(finished[0]!.traceId).toBe(123_456_789);
      expect(readMarks(await loadPicture(finished[0]!.bytes))).toEqual({
        traceId: 123_456_789,
        referenceAccuracy: null,
      });
    }
  });

  it('says null, never a wrong id, where a tiny picture cannot hold the mark', async () => {
    for (let seed = 0; seed < 8; seed++) {
      const tile = { pixels: proceduralPicture(seed, 64, 64), seed, traceId: 42 };
      const { tiles: finished } = await finish([tile], answering(harmless), lenient);
      expect([42, null]).toContain(finished[0]!.traceId);
      expect(readMarks(await loadPicture(finished[0]!.bytes), { untouchedOnly: true }).traceId).toBe(
        finished[0]!.traceId,
      );
      expect(readPngText(finished[0]!.bytes).Software).toContain('AI-generated');
    }
  });

  it('marks the hardest flat pictures too', async () => {
    for (const level of [0, 128, 255]) {
      const pixels = { width: 256, height: 256, data: new Uint8Array(256 * 256 * 3).fill(level) };
      const { tiles: finished } = await finish([{ pixels, seed: 1, traceId: 7 }], answering(harmless), lenient);
      expect(readMarks(await loadPicture(finished[0]!.bytes))).toEqual({ traceId: 7, referenceAccuracy: 1 });
    }
  });
});

describe('a preview', () => {
  it('is at most 128 pixels, soft and a WebP', async () => {
    const preview = await makePreview(proceduralPicture(4, 384, 256), answering(harmless), lenient);
    expect([preview!.kind, preview!.width, preview!.height]).toEqual(['preview', 128, 85]);
    expect(Buffer.from(preview!.bytes).toString('latin1', 8, 12)).toBe('WEBP');
    const shown = await loadPicture(preview!.bytes);
    expect([shown.width, shown.height]).toEqual([128, 85]);
  });

  it('keeps the size of what is smaller', async () => {
    expect(await makePreview(proceduralPicture(4, 64, 48), answering(harmless), lenient)).toMatchObject({
      width: 64,
      height: 48,
    });
  });

  it('does not exist where the picture is flagged or the checker fails', async () => {
    expect(await makePreview(pictures[0]!, answering(flagged), { adjustment: 0, onFlag: 'blur' })).toBeNull();
    const broken = { checker: { thresholds, measure: () => Promise.reject(new Error('gone')) } };
    expect(await makePreview(pictures[0]!, broken, lenient)).toBeNull();
  });
});

describe('the type of a finished picture', () => {
  it('is asserted in finish.ts and nowhere else', () => {
    const root = fileURLToPath(new URL('../../', import.meta.url));
    const offenders = ['src', 'commands', 'workers']
      .flatMap((folder) =>
        readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
      )
      .filter((file) => file.endsWith('.ts') && file !== join('src', 'inference', 'finish.ts'))
      .filter((file) => /\bas (FinishedImage|PreviewImage)\b/.test(readFileSync(join(root, file), 'utf8')));
    expect(offenders).toEqual([]);
  });

  it('cannot be written as a literal', () => {
    // @ts-expect-error the brand of FinishedImage is not exported
    const forged: FinishedImage = {
      kind: 'tile',
      index: 0,
      bytes: new Uint8Array(),
      width: 1,
      height: 1,
      seed: 1,
      traceId: 1,
    };
    expect(forged.kind).toBe('tile');
  });
});

function measurement({ concepts = [0.1, 0.1, 0.1], special = [0, 0, 0] } = {}): CheckerMeasurement {
  return {
    embedding: Float32Array.of(0.6, 0.8),
    conceptCosines: Float32Array.from(concepts),
    specialCareCosines: Float32Array.from(special),
  };
}

/** Answers in order; the last answer goes on. */
function answering(...answers: CheckerMeasurement[]): FinishDependencies {
  const measure: SafetyChecker['measure'] = async (all) => all.map((_, i) => answers[Math.min(i, answers.length - 1)]!);
  return { checker: { thresholds, measure }, describe: (seed) => `seed ${seed}` };
}
