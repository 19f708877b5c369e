import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResultEvent, StepEvent } from '../../src/diffusion/pipeline.ts';
import { StableDiffusion } from '../../src/diffusion/pipeline.ts';
import type { GenerationRequest } from '../../src/diffusion/request.ts';
import { samplerIds } from '../../src/diffusion/samplers/index.ts';
import { slice, tensor } from '../../src/diffusion/tensor.ts';
import type { TinyModel } from '../support/tiny-model.ts';
import { makeTinyModel } from '../support/tiny-model.ts';

let model: TinyModel;
let pipeline: StableDiffusion;

beforeAll(async () => {
  model = await makeTinyModel();
  pipeline = await StableDiffusion.open(model.path, { threads: 1 });
});
afterAll(async () => {
  await pipeline.close();
  await model.remove();
});

const base: GenerationRequest = {
  prompt: 'a cat',
  width: 64,
  height: 96,
  seed: 2 ** 32 - 1,
  steps: 4,
  guidanceScale: 7.5,
  sampler: 'ddim',
};

async function paint(
  request: Partial<GenerationRequest> = {},
  on = pipeline,
): Promise<ResultEvent & { steps: StepEvent[] }> {
  const steps: StepEvent[] = [];
  let result: ResultEvent | undefined;
  for await (const event of on.generate({ ...base, ...request })) {
    if (event.type === 'step') steps.push(event);
    else result = event;
  }
  return { ...result!, steps };
}

const pixels = (result: ResultEvent, index = 0) => slice(result.images, index, index + 1).data;

describe('StableDiffusion', () => {
  it('yields every step and then pictures in -1..1 of the size asked for', async () => {
    const result = await paint();
    expect(result.steps.map(({ step, steps, timestep }) => [step, steps, timestep])).toEqual([
      [1, 4, 751],
      [2, 4, 501],
      [3, 4, 251],
      [4, 4, 1],
    ]);
    expect(result.images.dims).toEqual([1, 3, 96, 64]);
    expect(result.latents.dims).toEqual([1, 4, 12, 8]);
    expect(result.images.data.every((value) => value >= -1 && value <= 1)).toBe(true);
    expect(new Set(result.images.data).size).toBeGreaterThan(1000);
  });

  it('paints the same picture again, and picture n of a batch alone, seeds wrapping', async () => {
    const batch = await paint({ count: 3 });
    expect(pixels(await paint({ count: 3 }), 1)).toEqual(pixels(batch, 1));
    expect(pixels(await paint({ seed: 0 }))).toEqual(pixels(batch, 1));
    expect(pixels(await paint({ seed: 1 }))).toEqual(pixels(batch, 2));
  });

  it('gives the same batch whether its pictures share a run or not', async () => {
    const sharing = await StableDiffusion.open(model.path, { threads: 1, picturesPerRun: 4 });
    const [apart, together] = [await paint({ count: 3 }), await paint({ count: 3 }, sharing)];
    expect(Math.max(...together.latents.data.map((value, i) => Math.abs(value - apart.latents.data[i]!)))).toBeLessThan(
      1e-4,
    );
    await sharing.close();
  });

  it('paints a picture larger than its tiles, and as ever where one tile is enough', async () => {
    const whole = await paint({ width: 64, height: 64 });
    expect(pixels(await paint({ width: 64, height: 64, tileEdge: 64 }))).toEqual(pixels(whole));
    const tiled = await paint({ width: 128, height: 96, tileEdge: 64, steps: 2 });
    expect(tiled.images.dims).toEqual([1, 3, 96, 128]);
    await expect(paint({ tileEdge: 40 })).rejects.toMatchObject({ code: 'bad-request' });
  });

  it('loads one part at a time where memory is short and paints the same', async () => {
    const frugal = await StableDiffusion.open(model.path, { threads: 1, keepLoaded: 'one' });
    expect(pixels(await paint({}, frugal))).toEqual(pixels(await paint()));
    await frugal.close();
  });

  it.each(samplerIds)('paints with %s', async (sampler) => {
    const result = await paint({ sampler, steps: 3 });
    expect(result.steps).toHaveLength(3);
    expect(result.images.data.every(Number.isFinite)).toBe(true);
  });

  it('leaves the negative prompt out at guidance 1', async () => {
    const plain = await paint({ guidanceScale: 1 });
    expect(pixels(await paint({ guidanceScale: 1, negativePrompt: 'dog' }))).toEqual(pixels(plain));
    expect(pixels(await paint({ negativePrompt: 'dog' }))).not.toEqual(pixels(await paint()));
  });

  it('listens to weights, clip skip, and prompts beyond 77 tokens', async () => {
    const plain = pixels(await paint());
    const long = `${'big, '.repeat(60)}a cat`;
    for (const request of [{ prompt: 'a (cat:1.5)' }, { clipSkip: 2 as const }, { prompt: long }]) {
      expect(pixels(await paint(request))).not.toEqual(plain);
    }
    // What lies beyond the first chunk counts too.
    expect(pixels(await paint({ prompt: long }))).not.toEqual(pixels(await paint({ prompt: 'big, '.repeat(60) })));
  });

  it('starts from a picture by strength, and gives a latent back unchanged at strength 0', async () => {
    const first = await paint();
    const varied = await paint({ init: { picture: first.images, strength: 0.5 } });
    expect(varied.steps).toHaveLength(2);
    const again = await paint({ init: { picture: first.latents, strength: 0 } });
    expect(pixels(again)).toEqual(pixels(first));
  });

  it('repaints only where the mask is 0', async () => {
    const first = await paint();
    const mask = tensor(
      Float32Array.from({ length: 96 * 64 }, (_, i) => (i % 64 < 32 ? 1 : 0)),
      [1, 1, 96, 64],
    );
    for (const strength of [1, 0.75]) {
      const result = await paint({ seed: 9, init: { picture: first.images, strength }, mask });
      const [before, after] = [pixels(first), pixels(result)];
      const changed = (x: number) =>
        Array.from({ length: 96 }, (_, y) => before[y * 64 + x] !== after[y * 64 + x]).some(Boolean);
      const columns = Array.from({ length: 64 }, (_, x) => changed(x));
      // Every kept pixel is the original's own, up to the border.
      expect(columns.slice(0, 32)).toEqual(Array(32).fill(false));
      expect(columns.slice(36)).toEqual(Array(28).fill(true));
    }
  });

  it('goes on from the original where it is held for a while, and keeps the kept pixels all the same', async () => {
    const first = await paint();
    const mask = tensor(
      Float32Array.from({ length: 96 * 64 }, (_, i) => (i % 64 < 32 ? 1 : 0)),
      [1, 1, 96, 64],
    );
    const hold = tensor(
      Float32Array.from({ length: 12 * 8 }, (_, i) => (i % 8 === 4 ? 0.9 : 0)),
      [1, 1, 12, 8],
    );
    const change = async (more: Partial<GenerationRequest>) => {
      const result = pixels(await paint({ seed: 9, init: { picture: first.images, strength: 0.9 }, mask, ...more }));
      const before = pixels(first);
      const over = (columns: (x: number) => boolean) =>
        result.reduce((sum, value, i) => sum + (columns(i % 64) ? Math.abs(value - before[i]!) : 0), 0);
      return { kept: over((x) => x < 32), held: over((x) => x >= 36 && x < 40) };
    };
    const [free, held] = [await change({}), await change({ hold })];
    expect([free.kept, held.kept]).toEqual([0, 0]);
    expect(held.held).toBeLessThan(0.95 * free.held);
  });

  it('stops between two steps when cancelled, and paints again afterwards', async () => {
    const controller = new AbortController();
    const events = pipeline.generate(base, { signal: controller.signal });
    await events.next();
    controller.abort();
    await expect(events.next()).rejects.toMatchObject({ code: 'cancelled' });
    expect((await paint()).steps).toHaveLength(4);
  });

  it('shows previews once prepared', async () => {
    const { steps } = await paint();
    expect(pipeline.previewOf(steps[0]!.x0Preview)).toBeUndefined();
    await pipeline.preparePreview();
    expect(pipeline.previewOf(steps[0]!.x0Preview)).toMatchObject({ width: 8, height: 12 });
  });

  it('paints seamless textures by another path than ordinary pictures', async () => {
    const result = await paint({ seamless: true, width: 64, height: 64 });
    expect(result.images.dims).toEqual([1, 3, 64, 64]);
    expect(pixels(result)).not.toEqual(pixels(await paint({ width: 64, height: 64 })));
  });

  it.each([
    ['width', { width: 100 }],
    ['height', { height: 8 }],
    ['seed', { seed: -1 }],
    ['seed', { seed: 2 ** 32 }],
    ['count', { count: 5 }],
    ['steps', { steps: 0 }],
    ['steps', { steps: 51, sampler: 'lcm' as const }],
    ['guidanceScale', { guidanceScale: Number.NaN }],
    ['init.picture', { init: { picture: tensor(new Float32Array(3), [1, 3, 1, 1]), strength: 1 } }],
    ['hold', { hold: tensor(new Float32Array(12 * 8), [1, 1, 12, 8]) }],
    ['mask', { mask: tensor(new Float32Array(96 * 64), [1, 1, 96, 64]) }],
  ])('refuses a bad %s before anything runs', async (field, request) => {
    await expect(paint(request)).rejects.toMatchObject({ code: 'bad-request', message: expect.stringMatching(field) });
  });

  it('names a network that is missing', async () => {
    const broken = await StableDiffusion.open(model.path);
    await expect(StableDiffusion.open('/nonexistent')).rejects.toMatchObject({ code: 'model-damaged' });
    await broken.close();
  });
});
