// What stands under a single picture, and what each button makes of it.

import { ButtonStyle } from 'discord-api-types/v10';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ssim } from '../../src/image/compare.ts';
import type { Actor, Options } from '../../src/playground/actors.ts';
import type { WireMessage } from '../../src/playground/wire.ts';
import { connect } from '../../src/queue/connect.ts';
import { createJobStore, type JobRecord } from '../../src/store/jobs.ts';
import { loadPicture } from '../support/fixtures.ts';
import { openSketchEngine } from '../support/sketch-engine.ts';
import { type Harness, startHarness } from './harness.ts';

let easel: Harness;
let ada: Actor;
let ben: Actor;
let redis: Awaited<ReturnType<typeof connect>>;

beforeEach(async () => {
  easel = await startHarness();
  ada = easel.actor('ada');
  ben = easel.actor('ben');
  await easel.startWorker(openSketchEngine({ stepMs: 2 }));
  await easel.startBot();
  await easel.startDeliverer();
  redis = await connect(easel.redis.url, { patience: 'producer', name: 'test' });
});
afterEach(async () => {
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

const layout = [
  ['Vary (Subtle)', 'Vary (Strong)'],
  ['❤️', 'Remix', 'Info', '🗑️'],
];

describe('under a single picture', () => {
  test('stands what can be made of it', async () => {
    const grid = await paint({ count: 4 });
    const single = await ada.click(grid, 'U2').answer(isDone);
    expect(labels(single)).toEqual(layout);
    expect(easel.violations()).toEqual([]);
  });

  test('🔄 is there where the picture was painted alone', async () => {
    const alone = await paint();
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
    const single = await ada.click(await paint({ count: 4 }), 'U3').answer(isDone);
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
    const single = await ada.click(await paint({ count: 4 }), 'U2').answer(isDone);
    const { job, result } = await recordBehind(single);
    const strengths: number[] = [];
    for (const degree of ['Vary (Subtle)', 'Vary (Strong)']) {
      const grid = await ben.click(single, degree).answer(isDone, 30_000);
      expect(labels(grid)[0]).toEqual(['U1', 'U2', 'U3', 'U4', '🔄']);
      expect(grid.message_reference?.message_id).toBe(single.id);
      expect(grid.content).toContain('variations');
      const { request, parent } = (await recordBehind(grid)).job;
      expect(parent).toEqual({ jobId: job.jobId, tile: 0 });
      expect(request.init?.imageKey).toBe(result?.pictures[0]?.imageKey);
      expect(request.seed).not.toBe(job.request.seed);
      strengths.push(request.init?.strength ?? 0);
      const pressed = (message: WireMessage) =>
        buttons(message)
          .flat()
          .some((button) => button.label === degree && button.style === ButtonStyle.Primary);
      await ada.waitForEdit(single, pressed);
    }
    const [subtle = 0, strong = 0] = strengths;
    expect(subtle).toBeGreaterThan(0);
    expect(strong).toBeGreaterThan(subtle);
    expect(strong).toBeLessThan(1);
    expect(easel.violations()).toEqual([]);
  });

  test('makes as many as the presser is used to', async () => {
    await ben.runCommand('general', '/settings', { count: 2 }).answer((message) => message.embeds.length > 0);
    const grid = await ben.click(await paint(), 'Vary (Subtle)').answer(isDone, 30_000);
    expect((await recordBehind(grid)).job.request).toMatchObject({ count: 2, steps: 8, prompt: 'a lighthouse' });
  });
});
