// What stands under a single picture, and what each button makes of it.

import { ButtonStyle } from 'discord-api-types/v10';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ssim } from '../../src/image/compare.ts';
import { cropPixels, resizePixels } from '../../src/image/resize.ts';
import type { Actor, Options } from '../../src/playground/actors.ts';
import { SEED_IDS } from '../../src/playground/state/seed.ts';
import type { WireMessage } from '../../src/playground/wire.ts';
import { connect } from '../../src/queue/connect.ts';
import { createGuildSettings } from '../../src/store/guild-settings.ts';
import { createJobStore, type JobRecord } from '../../src/store/jobs.ts';
import { createRedisImageStore } from '../../src/store/redis-image-store.ts';
import { loadPicture } from '../support/fixtures.ts';
import { openSketchEngine } from '../support/sketch-engine.ts';
import { type Harness, startHarness } from './harness.ts';

let easel: Harness;
let ada: Actor;
let ben: Actor;
/** Of one size and shape with its record; shared, for what does not change it. */
let grid: WireMessage;
let alone: WireMessage;
let redis: Awaited<ReturnType<typeof connect>>;

beforeAll(async () => {
  easel = await startHarness();
  ada = easel.actor('ada');
  ben = easel.actor('ben');
  await easel.startWorker(openSketchEngine({ stepMs: 2 }));
  await easel.startBot();
  await easel.startDeliverer();
  redis = await connect(easel.redis.url, { patience: 'producer', name: 'test' });
  grid = await paint({ count: 4 });
  alone = await paint();
});
afterAll(async () => {
  redis.disconnect();
  await easel.close();
});

const ephemeral = 64;
const isDone = (message: WireMessage) => message.attachments.length > 0 && message.content.includes('AI-generated');
const said = (message: WireMessage) => message.content !== '';
const paint = (options: Options = {}, who = ada) =>
  who
    .runCommand('general', '/imagine', { prompt: 'a lighthouse', steps: 8, seed: 40, count: 1, ...options })
    .answer(isDone, 30_000);

function buttons(message: WireMessage) {
  return message.components.map((row) => row.components ?? []);
}

function labels(message: WireMessage): string[][] {
  return buttons(message).map((row) => row.map((button) => button.label ?? button.emoji?.name ?? '?'));
}

function recordBehind(message: WireMessage): Promise<JobRecord> {
  return vi.waitFor(async () => {
    const record = await createJobStore(redis).findByMessage(message.id);
    if (!record?.deliveredAt) throw new Error('no job behind this message');
    return record;
  });
}

const pictureIn = async (message: WireMessage) => loadPicture(await ada.download(message.attachments[0]!));

/** @returns every button of the message that says it was pressed */
const pressed = (label: string) => (message: WireMessage) =>
  buttons(message)
    .flat()
    .some((button) => (button.label ?? button.emoji?.name) === label && button.style === ButtonStyle.Primary);

const layout = [
  ['Upscale (Subtle)', 'Upscale (Creative)'],
  ['Vary (Subtle)', 'Vary (Strong)', 'Vary (Region)'],
  ['Zoom Out 2x', 'Zoom Out 1.5x', 'Custom Zoom'],
  ['⬅️', '➡️', '⬆️', '⬇️'],
  ['❤️', 'Remix', 'Info', '🗑️'],
];

describe('under a single picture', () => {
  test('stands what can be made of it', async () => {
    const single = await ada.click(grid, 'U2').answer(isDone);
    expect(labels(single)).toEqual(layout);
    expect(easel.violations()).toEqual([]);
  });

  test('🔄 is there where the picture was painted alone', async () => {
    expect(labels(alone)).toEqual([...layout.slice(0, -1), ['❤️', '🔄', 'Remix', 'Info', '🗑️']]);
    const again = await ada.click(alone, '🔄').answer(isDone, 30_000);
    expect(labels(again)).toEqual(labels(alone));
    expect(easel.violations()).toEqual([]);
  });

  test('under a withheld picture are the buttons about the message, and the question to a moderator', async () => {
    const withheld = await ada
      .runCommand('general', '/imagine', { prompt: 'a house (flag 1)', steps: 2, count: 1 })
      .answer((message) => message.content.includes('withheld'), 30_000);
    const on = buttons(withheld)
      .flat()
      .filter((button) => !button.disabled)
      .map((button) => button.label ?? button.emoji?.name);
    expect(on).toEqual(['🔄', 'Remix', 'Info', '🗑️', 'Ask a moderator']);
  });
});

describe('❤️', () => {
  test('puts the picture among the favourites of the presser, and takes it out again', async () => {
    const single = await ada.click(grid, 'U3').answer(isDone);
    const loved = await ben.click(single, '❤️').answer(said);
    expect(loved.flags & ephemeral).toBe(ephemeral);
    expect(loved.content).toContain('Added to your /favourites');
    const page = await ben.runCommand('general', '/favourites').answer((message) => message.attachments.length > 0);
    const [shown, posted] = [await pictureIn(page), await pictureIn(single)];
    expect(ssim(shown, posted)).toBeGreaterThan(0.99);
    expect((await ada.runCommand('general', '/favourites').answer(said)).content).toContain('no favourites yet');
    expect((await ben.click(single, '❤️').answer(said)).content).toContain('Taken out of your /favourites');
    expect((await ben.runCommand('general', '/favourites').answer(said)).content).toContain('no favourites yet');
    expect(easel.violations()).toEqual([]);
  });
});

describe('Vary', () => {
  test('paints four from the picture itself: subtle with less noise than strong', async () => {
    const single = await ada.click(grid, 'U4').answer(isDone);
    const { job, result } = await recordBehind(single);
    const strengths: number[] = [];
    for (const degree of ['Vary (Subtle)', 'Vary (Strong)']) {
      const varied = await ben.click(single, degree).answer(isDone, 30_000);
      expect(labels(varied)[0]).toEqual(['U1', 'U2', 'U3', 'U4', '🔄']);
      expect(varied.message_reference?.message_id).toBe(single.id);
      expect(varied.content).toContain('variations');
      const { request, parent } = (await recordBehind(varied)).job;
      expect(parent).toEqual({ jobId: job.jobId, tile: 0 });
      expect(request.init?.imageKey).toBe(result?.pictures[0]?.imageKey);
      expect(request.seed).not.toBe(job.request.seed);
      strengths.push(request.init?.strength ?? 0);
      await ada.waitForEdit(single, pressed(degree));
    }
    const [subtle = 0, strong = 0] = strengths;
    expect(subtle).toBeGreaterThan(0);
    expect(strong).toBeGreaterThan(subtle);
    expect(strong).toBeLessThan(1);
    expect(easel.violations()).toEqual([]);
  });

  test('and V paint at least one step, of a picture in one step too', async () => {
    const hasty = await paint({ count: 2, steps: 1 });
    const { request } = (await recordBehind(await ben.click(hasty, 'V1').answer(isDone, 30_000))).job;
    expect(Math.floor(request.steps * (request.init?.strength ?? 0))).toBe(1);
  });

  test('makes as many as the presser is used to', async () => {
    const mona = easel.actor('mona');
    await mona.runCommand('general', '/settings', { count: 2 }).answer((message) => message.embeds.length > 0);
    const two = await mona.click(alone, 'Vary (Subtle)').answer(isDone, 30_000);
    expect((await recordBehind(two)).job.request).toMatchObject({ count: 2, steps: 8, prompt: 'a lighthouse' });
    const near = await mona.click(grid, 'V2').answer(isDone, 30_000);
    expect((await recordBehind(near)).job.request).toMatchObject({ count: 2, steps: 8 });
  });
});

/** Presses a button under a single picture. @returns the new message, what was asked for, and the first picture of it */
async function press(message: WireMessage, label: string) {
  const made = await ben.click(message, label).answer(isDone, 30_000);
  const { job, result } = await recordBehind(made);
  await ada.waitForEdit(message, pressed(label));
  expect(made.message_reference?.message_id).toBe(message.id);
  expect(made.content).toContain(job.requester.userId);
  expect(job.requester.userId).toBe(SEED_IDS.users.ben);
  return { made, job, first: result?.pictures.find(({ kind, index }) => kind === 'tile' && index === 0) };
}

describe('outpainting', () => {
  test('Zoom Out keeps the canvas and paints four surroundings; the picture in the middle stays', async () => {
    const parent = await recordBehind(alone);
    const { made, job, first } = await press(alone, 'Zoom Out 2x');
    expect(labels(made)[0]).toEqual(['U1', 'U2', 'U3', 'U4', '🔄']);
    expect(made.content).toContain('zoomed out');
    expect(job).toMatchObject({ kind: 'zoom', parent: { jobId: parent.job.jobId, tile: 0 } });
    expect(job.request).toMatchObject({ width: 256, height: 256, count: 4, steps: 8, prompt: 'a lighthouse' });
    expect(job.request.outpaint).toEqual({ left: 64, top: 64, width: 128, height: 128 });
    const images = createRedisImageStore(redis, { maxBytes: 64 * 2 ** 20 });
    const before = await loadPicture((await images.get(parent.result?.pictures[0]?.imageKey ?? ''))!);
    const after = await loadPicture((await images.get(first?.imageKey ?? ''))!);
    const small = await resizePixels(before, 128, 128);
    // Both bear marks, which change every pixel a little.
    expect(ssim(cropPixels(after, 80, 80, 96, 96), cropPixels(small, 16, 16, 96, 96))).toBeGreaterThan(0.9);
    expect(easel.violations()).toEqual([]);
  });

  test('an arrow extends the picture; Make Square extends what is not square', async () => {
    const { made, job } = await press(alone, '➡️');
    expect(made.content).toContain('extended');
    expect(job).toMatchObject({ kind: 'pan', request: { width: 384, height: 256, count: 4 } });
    const wide = await ada.click(made, 'U1').answer(isDone);
    expect(labels(wide)[2]).toEqual(['Zoom Out 2x', 'Zoom Out 1.5x', 'Custom Zoom', 'Make Square']);
    const square = (await press(wide, 'Make Square')).job.request;
    expect(square).toMatchObject({ width: 384, height: 384, outpaint: { left: 0, top: 64, width: 384, height: 256 } });
    expect(easel.violations()).toEqual([]);
  });

  test('what is made of an outpainted picture starts from that picture alone; 🔄 paints other surroundings', async () => {
    const { made, job } = await press(alone, '⬇️');
    const varied = (await recordBehind(await ben.click(made, 'V2').answer(isDone, 30_000))).job.request;
    expect(varied.outpaint).toBeUndefined();
    expect(varied).toMatchObject({ width: 256, height: 384 });
    const again = (await recordBehind(await ben.click(made, '🔄').answer(isDone, 30_000))).job.request;
    expect(again).toMatchObject({ init: job.request.init, outpaint: job.request.outpaint });
    expect(again.seed).not.toBe(job.request.seed);
    expect(easel.violations()).toEqual([]);
  });

  test('what would not fit the server any more is refused before anything is painted', async () => {
    const limits = createGuildSettings(redis);
    await limits.update(SEED_IDS.guild, (settings) => ({ ...settings, maxSteps: 4 }));
    const refusal = await ben.click(alone, '⬆️').answer(said);
    expect(refusal.flags & ephemeral).toBe(ephemeral);
    expect(refusal.content).toContain('4');
    await limits.update(SEED_IDS.guild, (settings) => ({ ...settings, maxSteps: null }));
  });
});

describe('Upscale', () => {
  test('paints one picture of twice the size in tiles of the model’s own, from the picture; it can be redone', async () => {
    const parent = await recordBehind(alone);
    const { made, job, first } = await press(alone, 'Upscale (Subtle)');
    expect(made.content).toContain('upscaled');
    expect(job).toMatchObject({ kind: 'upscale', parent: { jobId: parent.job.jobId, tile: 0 } });
    expect(job.request).toMatchObject({ width: 512, height: 512, count: 1, tileEdge: 256, steps: 16 });
    expect(job.request.init).toEqual({ imageKey: parent.result?.pictures[0]?.imageKey, strength: 0.25 });
    expect(first).toMatchObject({ width: 512, height: 512 });
    expect(labels(made)[0]).toEqual(['Redo Upscale (Subtle)', 'Redo Upscale (Creative)']);
    const redone = await press(made, 'Redo Upscale (Creative)');
    expect(redone.job.request).toMatchObject({ width: 512, init: { ...job.request.init, strength: 0.4 } });
    expect(redone.job.request.seed).not.toBe(job.request.seed);
    const varied = (await press(made, 'Vary (Subtle)')).job.request;
    expect(varied).toMatchObject({ width: 384, height: 384 });
    expect(varied.tileEdge).toBeUndefined();
    expect(easel.violations()).toEqual([]);
  });

  test('is refused where twice the size is more than the server allows', async () => {
    const limits = createGuildSettings(redis);
    await limits.update(SEED_IDS.guild, { maxEdge: 448 });
    const refusal = await ben.click(alone, 'Upscale (Creative)').answer(said);
    expect(refusal.flags & ephemeral).toBe(ephemeral);
    expect(refusal.content).toContain('448');
    await limits.update(SEED_IDS.guild, { maxEdge: null });
  });
});
