// The checker's arithmetic: from cosines to scores as diffusers does it, and what it refuses to believe.

import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { proceduralPicture } from '../../src/bench/procedural-pictures.ts';
import { clipPixelValues } from '../../src/diffusion/clip-preprocess.ts';
import {
  type CheckerNetwork,
  conceptHits,
  measurePictures,
  readCheckerThresholds,
  scoreConcepts,
} from '../../src/diffusion/safety-checker.ts';
import {
  fixtureJson,
  fixturePath,
  fixturesNote,
  fixtureTensors,
  hasFixtures,
  loadPicture,
} from '../support/fixtures.ts';

interface CheckerFixture {
  images: {
    image: string;
    special_scores: number[];
    concept_scores: number[];
    bad_concepts: number[];
    has_nsfw_concept: boolean;
  }[];
}

describe.runIf(hasFixtures)(`the safety checker's scores against diffusers${fixturesNote}`, () => {
  const images = hasFixtures ? fixtureJson<CheckerFixture>('safety-checker.json').images : [];
  const tensors = hasFixtures ? fixtureTensors('safety-checker.safetensors') : {};
  const weights = hasFixtures ? fixtureTensors('checkpoint/diffusers/safety_checker/model.safetensors') : {};
  const thresholds = {
    concepts: [...(weights.concept_embeds_weights?.floats ?? [])],
    specialCare: [...(weights.special_care_embeds_weights?.floats ?? [])],
  };

  it.each(images)('decides on $image as diffusers does', async (wanted) => {
    const i = images.indexOf(wanted);
    const scores = scoreConcepts(
      {
        conceptCosines: tensors.cos_dist?.floats.slice(17 * i, 17 * i + 17) ?? new Float32Array(),
        specialCareCosines: tensors.special_cos_dist?.floats.slice(3 * i, 3 * i + 3) ?? new Float32Array(),
      },
      thresholds,
    );
    expect(largestDifference(scores.concepts, wanted.concept_scores)).toBeLessThanOrEqual(0.00101);
    expect(largestDifference(scores.specialCare, wanted.special_scores)).toBeLessThanOrEqual(0.00101);
    expect(conceptHits(scores)).toEqual(wanted.bad_concepts);
    const pixels = await loadPicture(fixturePath(`clip-preprocess/${wanted.image}.png`));
    const golden = tensors.pixel_values?.floats.slice(150528 * i, 150528 * (i + 1)) ?? new Float32Array();
    expect(largestDifference(clipPixelValues(pixels), golden)).toBeLessThanOrEqual(1e-6);
  });
});

describe('the safety checker', () => {
  const thresholds = { concepts: [0.2, 0.25], specialCare: [0.3, 0.3, 0.3] };

  it('counts a score above zero as a hit, and zero itself as none', () => {
    const scores = scoreConcepts({ conceptCosines: f(0.2004, 0.2506), specialCareCosines: f(0, 0, 0) }, thresholds);
    expect(scores.concepts).toEqual([0, 0.001]);
    expect(conceptHits(scores)).toEqual([1]);
  });

  it('lowers the bar by 0.01 for everything that follows a special-care hit', () => {
    const scores = scoreConcepts(
      { conceptCosines: f(0.195, 0.1), specialCareCosines: f(0.1, 0.31, 0.295) },
      thresholds,
    );
    expect(scores.specialCare).toEqual([-0.2, 0.01, 0.005]);
    expect(conceptHits(scores)).toEqual([0]);
  });

  it('adds the adjustment to every score', () => {
    const cosines = { conceptCosines: f(0.19, 0.1), specialCareCosines: f(0, 0, 0) };
    expect(conceptHits(scoreConcepts(cosines, thresholds))).toEqual([]);
    expect(conceptHits(scoreConcepts(cosines, thresholds, 0.02))).toEqual([0]);
  });

  it('measures a batch in one run and gives each picture its own row, the embedding at unit length', async () => {
    const batches: number[] = [];
    const network: CheckerNetwork = async (input, batch) => {
      batches.push(batch);
      expect(input.length).toBe(batch * 3 * 224 * 224);
      return { image_embeds: f(3, 4, 0, 2), cos_dist: f(0.1, 0.2, 0.3, 0.4), special_cos_dist: f(1, 2, 3, 4, 5, 6) };
    };
    const [a, b] = await measurePictures(
      [proceduralPicture(1, 64, 64), proceduralPicture(2, 96, 64)],
      network,
      thresholds,
    );
    expect(batches).toEqual([2]);
    expect([...(a?.embedding ?? [])].map((x) => x.toFixed(3))).toEqual(['0.600', '0.800']);
    expect(b?.conceptCosines).toEqual(f(0.3, 0.4));
    expect(b?.specialCareCosines).toEqual(f(4, 5, 6));
  });

  it.each([
    ['too few cosines', { image_embeds: f(1, 0), cos_dist: f(0.1), special_cos_dist: f(0, 0, 0) }],
    ['too few special cosines', { image_embeds: f(1, 0), cos_dist: f(0.1, 0.1), special_cos_dist: f(0) }],
    ['no embedding', { image_embeds: f(), cos_dist: f(0.1, 0.1), special_cos_dist: f(0, 0, 0) }],
    [
      'numbers that are not finite',
      { image_embeds: f(1, 0), cos_dist: f(0.1, Number.NaN), special_cos_dist: f(0, 0, 0) },
    ],
  ])('refuses to believe a network that answers with %s', async (_what, answer) => {
    const network: CheckerNetwork = async () => answer;
    await expect(measurePictures([proceduralPicture(1, 64, 64)], network, thresholds)).rejects.toMatchObject({
      code: 'safety-check-failed',
    });
  });

  it('reads its thresholds from the model folder and says when there are none', async () => {
    const model = await mkdtemp(join(tmpdir(), 'easel-checker-'));
    await expect(readCheckerThresholds(model)).rejects.toMatchObject({ code: 'model-without-checker' });
    await mkdir(join(model, 'safety_checker'));
    const config = join(model, 'safety_checker', 'config.json');
    await writeFile(config, JSON.stringify({ concept_embeds_weights: [0.1], special_care_embeds_weights: ['x'] }));
    await expect(readCheckerThresholds(model)).rejects.toMatchObject({ code: 'model-without-checker' });
    await writeFile(config, JSON.stringify({ concept_embeds_weights: [0.1], special_care_embeds_weights: [0.2] }));
    expect(await readCheckerThresholds(model)).toEqual({ concepts: [0.1], specialCare: [0.2] });
  });
});

const f = (...values: number[]) => Float32Array.from(values);

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let max = a.length === b.length ? 0 : Number.POSITIVE_INFINITY;
  for (let i = 0; i < a.length; i++) max = Math.max(max, Math.abs((a[i] ?? 0) - (b[i] ?? 0)));
  return max;
}
