// The two forms under a single picture: Custom Zoom and Vary (Region).

import { ButtonStyle } from 'discord-api-types/v10';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { psnr } from '../../src/image/compare.ts';
import type { Pixels } from '../../src/image/pixels.ts';
import { cropPixels } from '../../src/image/resize.ts';
import { redisKeys } from '../../src/jobs/redis-keys.ts';
import type { FieldInput } from '../../src/playground/actors/modals.ts';
import type { Actor } from '../../src/playground/actors.ts';
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
/** 256×256, painted in 8 steps from seed 40. */
let single: WireMessage;

beforeAll(async () => {
  easel = await startHarness();
  ada = easel.actor('ada');
  ben = easel.actor('ben');
  await easel.startWorker(openSketchEngine({ stepMs: 2 }));
  await easel.startBot();
  await easel.startDeliverer();
  redis = await connect(easel.redis.url, { patience: 'producer', name: 'test' });
  await ben.runCommand('general', '/settings', { count: 1 }).answer((message) => message.embeds.length > 0);
  single = await ada
    .runCommand('general', '/imagine', { prompt: 'a lighthouse', steps: 8, seed: 40, count: 1 })
    .answer(isDone, 30_000);
});
afterAll(async () => {
  redis.disconnect();
  await easel.close();
});

const ephemeral = 64;
const isDone = (message: WireMessage) => message.attachments.length > 0 && message.content.includes('AI-generated');
const said = (message: WireMessage) => message.content !== '';

function recordBehind(message: WireMessage): Promise<JobRecord> {
  return vi.waitFor(async () => {
    const record = await createJobStore(redis).findByMessage(message.id);
    if (!record?.deliveredAt) throw new Error('no job behind this message');
    return record;
  });
}

const stored = async (key: string | undefined) => loadPicture((await redis.getBuffer(redisKeys.picture(key ?? '')))!);
const first = ({ result }: JobRecord) => result?.pictures.find(({ kind, index }) => kind === 'tile' && index === 0);
const isBlue = (label: string) => (message: WireMessage) =>
  message.components
    .flatMap((row) => row.components ?? [])
    .some((button) => button.label === label && button.style === ButtonStyle.Primary);

async function send(button: string, fields: Readonly<Record<string, FieldInput>>, who = ben) {
  return who.submitModal(await who.click(single, button).modal(), fields);
}

/** Sends the form. @returns what came of it */
async function made(button: string, fields: Readonly<Record<string, FieldInput>>) {
  const message = await (await send(button, fields)).answer(isDone, 30_000);
  return { message, record: await recordBehind(message) };
}

const pngOf = async (width: number, height: number, background: string, white?: { left: number; width: number }) =>
  sharp({ create: { width, height, channels: 4, background } })
    .composite(
      white
        ? [
            {
              input: { create: { width: white.width, height, channels: 4, background: '#fff' } },
              left: white.left,
              top: 0,
            },
          ]
        : [],
    )
    .png()
    .toBuffer();
const file = (filename: string, bytes: Uint8Array) => [{ filename, bytes: Buffer.from(bytes) }];

/** Both bear invisible marks, which change every pixel a little. */
const isKept = (a: Pixels, b: Pixels, left: number, width: number) =>
  psnr(cropPixels(a, left, 0, width, 256), cropPixels(b, left, 0, width, 256)) > 27;

describe('Custom Zoom', () => {
  test('asks for the zoom, the shape and the words, and outpaints by them', async () => {
    const form = await ben.click(single, 'Custom Zoom').modal();
    expect(form.title).toBe('Custom Zoom');
    expect(form.components.map(({ label, component }) => [label, component?.value ?? ''])).toEqual([
      ['Zoom', '2.0'],
      ['Aspect ratio', ''],
      ['Prompt', 'a lighthouse'],
    ]);
    const { message, record } = await made('Custom Zoom', {
      Zoom: '1,3',
      'Aspect ratio': '16:9',
      Prompt: 'a lighthouse on a cliff --no people --steps 6',
    });
    const parent = await recordBehind(single);
    expect(record.job).toMatchObject({ kind: 'zoom', parent: { jobId: parent.job.jobId, tile: 0 } });
    expect(record.job.request).toMatchObject({
      prompt: 'a lighthouse on a cliff',
      negativePrompt: 'people',
      steps: 6,
      count: 1,
      width: 320,
      height: 192,
      outpaint: { left: 88, top: 24, width: 144, height: 144 },
      init: { imageKey: first(parent)?.imageKey },
    });
    expect(record.job.request.seed).not.toBe(parent.job.request.seed);
    expect(message.content).toContain('zoomed out');
    expect(message.message_reference?.message_id).toBe(single.id);
    await ada.waitForEdit(single, isBlue('Custom Zoom'));
    expect(easel.violations()).toEqual([]);
  });

  test.each([
    [{ Zoom: '3' }, /from 1\.0 to 2\.0/],
    [{ Zoom: 'a lot' }, /`a lot` is no zoom: it takes a number from 1\.0 to 2\.0/],
    [{ 'Aspect ratio': '9:1' }, /`9:1` is no aspect ratio.*1:3–3:1/],
    [{ Zoom: '1.0' }, /nothing to paint/],
    [{ Prompt: 'a hut --zoom 2' }, /zoom/],
    [{ Prompt: 'a hut --steps 999' }, /1–150/],
  ])('refuses %j to its sender alone, and gives new words back to copy', async (fields, sentence) => {
    const typed = 'Prompt' in fields ? fields.Prompt : 'a hut in the snow';
    const refusal = await (await send('Custom Zoom', { Prompt: typed, ...fields })).answer(said);
    expect(refusal.flags & ephemeral).toBe(ephemeral);
    expect(refusal.content).toMatch(sentence);
    expect(refusal.content).toContain(`Nothing was painted. Your prompt, to copy:\n\`\`\`\n${typed}\n`);
    expect(await redis.scard(redisKeys.memberOpen(ben.id))).toBe(0);
  });

  test('says what is wrong in the language of its sender', async () => {
    const mona = easel.actor('mona');
    mona.setLocale('de');
    const refusal = await (await send('Custom Zoom', { zoom: '7' }, mona)).answer(said);
    expect(refusal.content).toBe('`7` ist kein Zoom: Erlaubt ist eine Zahl von 1.0 bis 2.0.');
  });
});

describe('Vary (Region)', () => {
  test('repaints what is white in the mask, by other words; all else stays', async () => {
    const form = await ben.click(single, 'Vary (Region)').modal();
    expect(form.components.map(({ label, component }) => [label, component?.type])).toEqual([
      ['Mask', 19],
      ['Prompt', 4],
    ]);
    const mask = await pngOf(128, 128, '#000', { left: 64, width: 64 });
    const { message, record } = await made('Vary (Region)', { Mask: file('mask.png', mask), Prompt: 'a whale' });
    const parent = await recordBehind(single);
    expect(record.job).toMatchObject({ kind: 'region', parent: { jobId: parent.job.jobId, tile: 0 } });
    expect(record.job.request).toMatchObject({
      prompt: 'a whale',
      width: 256,
      height: 256,
      count: 1,
      init: { imageKey: first(parent)?.imageKey, strength: 1 },
      maskKey: expect.stringContaining('attached-mask-256x256'),
    });
    const drawn = await stored(record.job.request.maskKey);
    expect([drawn.data[3 * 127], drawn.data[3 * 128]]).toEqual([0, 255]);
    const [before, after] = [await stored(first(parent)?.imageKey), await stored(first(record)?.imageKey)];
    expect([isKept(before, after, 0, 120), isKept(before, after, 136, 120)]).toEqual([true, false]);
    expect(message.content).toContain('partly repainted');
    await ada.waitForEdit(single, isBlue('Vary (Region)'));
    // The mask is its sender's upload, and goes with what else is kept about a member.
    expect(await redis.zrange(redisKeys.uploads(ben.id), '0', '-1')).toContain(record.job.request.maskKey);
    const card = await ben.click(message, 'Info').answer((answer) => answer.embeds.length > 0);
    expect(JSON.stringify(card.embeds)).toContain('a part of picture #1 (inpainting), strength 1');
    const again = await recordBehind(await ada.click(message, '🔄').answer(isDone, 30_000));
    expect(again.job.request).toMatchObject({ maskKey: record.job.request.maskKey, init: record.job.request.init });
    expect(easel.violations()).toEqual([]);
  });

  test('works on an upscaled picture at its own size, in tiles and once', async () => {
    const large = await ben.click(single, 'Upscale (Subtle)').answer(isDone, 30_000);
    const mask = file('mask.png', await pngOf(64, 64, '#000', { left: 32, width: 32 }));
    const sent = ada.submitModal(await ada.click(large, 'Vary (Region)').modal(), { mask });
    const { job, result } = await recordBehind(await sent.answer(isDone, 30_000));
    expect(job.request).toMatchObject({ width: 512, height: 512, count: 1, tileEdge: 256, prompt: 'a lighthouse' });
    expect(result?.pictures).toMatchObject([{ width: 512, height: 512 }]);
    expect(easel.violations()).toEqual([]);
  });

  test('takes the picture itself with a part erased, and says so', async () => {
    const picture = await ada.download(single.attachments[0]!);
    const erased = await sharp(picture)
      .ensureAlpha()
      .composite([{ input: await pngOf(64, 256, '#fff'), left: 0, top: 0, blend: 'dest-out' }])
      .png()
      .toBuffer();
    const { message, record } = await made('Vary (Region)', { Mask: file('erased.png', erased) });
    expect(message.content).toContain('What is transparent in the picture is repainted');
    const [before, after] = [
      await stored(first(await recordBehind(single))?.imageKey),
      await stored(first(record)?.imageKey),
    ];
    expect([isKept(before, after, 0, 56), isKept(before, after, 72, 184)]).toEqual([false, true]);
  });

  test('takes no mask from anywhere but Discord, and asks for none there', async () => {
    const mask = file('mask.png', await pngOf(64, 64, '#fff'));
    const { world } = easel.twin;
    const form = await ben.click(single, 'Vary (Region)').modal();
    const { origin } = world;
    world.origin = 'http://127.0.0.1:9';
    const refusal = await ben
      .submitModal(form, { Mask: mask })
      .answer(said)
      .finally(() => {
        world.origin = origin;
      });
    expect(refusal.content).toBe('I only take pictures that were uploaded to Discord.');
    expect(refusal.flags & ephemeral).toBe(ephemeral);
  });

  test.each([
    ['a mask with nothing white', async () => pngOf(64, 64, '#000'), /nothing to repaint/],
    ['a text that calls itself a picture', async () => Buffer.from('<svg onload="x">'), /could not read that file/],
  ])('refuses %s to its sender alone, and gives new words back to copy', async (_what, bytes, sentence) => {
    const uploads = await redis.zcard(redisKeys.uploads(ben.id));
    const sent = await send('Vary (Region)', { Mask: file('mask.png', await bytes()), Prompt: 'a squid' });
    const refusal = await Promise.any([sent.answer(said, 30_000), sent.followUp(0, 30_000)]);
    expect(refusal.flags & ephemeral).toBe(ephemeral);
    expect(refusal.content).toMatch(sentence);
    expect(refusal.content).toContain('a squid');
    expect(await redis.zcard(redisKeys.uploads(ben.id))).toBe(uploads);
    await vi.waitFor(async () => expect(await redis.scard(redisKeys.memberOpen(ben.id))).toBe(0));
    expect(easel.violations()).toEqual([]);
  });
});
