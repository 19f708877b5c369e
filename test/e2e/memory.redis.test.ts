// What the bot remembers for a member: pictures shown again, own defaults, history, favourites, and what any message's picture says.

import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { insertPngText } from '../../src/image/png-text.ts';
import type { Actor, Options } from '../../src/playground/actors.ts';
import type { WireMessage } from '../../src/playground/wire.ts';
import { connect } from '../../src/queue/connect.ts';
import { createFavourites } from '../../src/store/favourites.ts';
import { createJobStore, type JobRecord } from '../../src/store/jobs.ts';
import { createRedisImageStore } from '../../src/store/redis-image-store.ts';
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

const isPrivate = (message: WireMessage) => (message.flags & 64) !== 0;
const isDone = (message: WireMessage) => message.attachments.length > 0 && message.content.includes('AI-generated');
const paint = (options: Options, who = ada, place = 'general') =>
  who.runCommand(place, '/imagine', { prompt: 'a lighthouse', steps: 2, ...options }).answer(isDone, 30_000);
const said = (message: WireMessage) => message.content !== '';

function recordBehind(message: WireMessage): Promise<JobRecord> {
  return vi.waitFor(async () => {
    const record = await createJobStore(redis).findByMessage(message.id);
    if (!record?.deliveredAt) throw new Error('no job behind this message');
    return record;
  });
}

function field(message: WireMessage, name: string): string | undefined {
  return message.embeds[0]?.fields?.find((one) => one.name === name)?.value;
}

describe('/show', () => {
  test('posts the same pictures again, and their buttons work', async () => {
    const { job } = await recordBehind(await paint({ seed: 11 }));
    const again = await ben.runCommand('general', '/show', { job: job.jobId }).answer(isDone, 30_000);
    expect(again.content).toContain('seed 11');
    const second = await recordBehind(again);
    expect(second.job.jobId).not.toBe(job.jobId);
    expect(second.job.request).toEqual(job.request);
    const single = await ben.click(again, 'U3').answer(isDone, 30_000);
    expect(single.content).toContain('seed 13');
    expect(easel.violations()).toEqual([]);
  });

  test('paints the same request again on demand once the pictures are no longer kept', async () => {
    const { job, result } = await recordBehind(await paint({ seed: 21, count: 1 }));
    const images = createRedisImageStore(redis, { maxBytes: 2 ** 26 });
    await images.remove(result?.pictures.map((picture) => picture.imageKey) ?? []);
    const answer = await ada.runCommand('general', '/show', { job: job.jobId }).answer(said);
    expect(answer.content).toContain('no longer kept');
    const painted = await ada.click(answer, 'Paint it again').answer(isDone, 30_000);
    expect((await recordBehind(painted)).job.request).toEqual(job.request);
  });

  test('keeps a private picture to its owner, and one of an age-restricted channel out of others', async () => {
    const secret = await recordBehind(await paint({ private: true, count: 1 }));
    const refused = await ben.runCommand('general', '/show', { job: secret.job.jobId }).answer(said);
    expect(refused.content).toContain('private');
    const shown = await ada.runCommand('general', '/show', { job: secret.job.jobId }).answer(isDone, 30_000);
    expect(isPrivate(shown)).toBe(true);
    const adult = await recordBehind(await paint({ count: 1 }, ada, 'ageRestricted'));
    const open = await ada.runCommand('general', '/show', { job: adult.job.jobId }).answer(said);
    expect(open.content).toContain('age-restricted');
    expect((await ada.runCommand('general', '/show', { job: 'nonsense' }).answer(said)).content).toContain(
      'no such job',
    );
  });
});

describe('/settings', () => {
  test('are the defaults of /imagine from then on, until forgotten', async () => {
    const card = await ada
      .runCommand('general', '/settings', { steps: 3, count: 2, size: '320x256', style: 'pixel-art', sampler: 'euler' })
      .answer((message) => message.embeds.length > 0);
    expect(isPrivate(card)).toBe(true);
    expect(card.embeds[0]?.description).toContain('Pixel art');
    const mine = await recordBehind(await paint({ steps: undefined }));
    expect(mine.job.request).toMatchObject({ steps: 3, count: 2, width: 320, height: 256, sampler: 'euler' });
    expect(mine.job.request.prompt).toContain('pixel art');
    const given = await recordBehind(await paint({ prompt: 'a boat --count 1', steps: 2, style: 'Ink' }));
    expect(given.job.request).toMatchObject({ steps: 2, count: 1, style: 'Ink' });
    const others = await recordBehind(await paint({ steps: undefined, count: 1 }, ben));
    expect(others.job.request).toMatchObject({ steps: 25, width: 256 });
    ada.select(card, 'Forget …', ['count', 'style']);
    await ada.waitForEdit(card, (message) => !message.embeds[0]?.description?.includes('Pixel'));
    const after = await recordBehind(await paint({ steps: undefined }));
    expect(after.job.request).toMatchObject({ steps: 3, count: 4, prompt: 'a lighthouse' });
    expect(easel.violations()).toEqual([]);
  });

  test('a private default makes the answer private, and can be overruled', async () => {
    await ada.runCommand('general', '/settings', { private: true }).answer((message) => message.embeds.length > 0);
    expect(isPrivate(await paint({ count: 1 }))).toBe(true);
    expect(isPrivate(await paint({ count: 1, private: false }))).toBe(false);
  });

  test('the quota is charged for as many pictures as the default says', async () => {
    await easel.restartBot();
    await ada.runCommand('general', '/settings', { count: 1 }).answer((message) => message.embeds.length > 0);
    await paint({});
    const [key] = await redis.keys('*quota*');
    expect(await redis.get(key ?? '')).toBe('1');
  });

  test('refuses words and styles that would be refused later', async () => {
    const words = await ada.runCommand('general', '/settings', { negative: 'porn' }).answer(said);
    expect(words.content).toContain('not painted here');
    const style = await ada.runCommand('general', '/settings', { style: 'nonsense' }).answer(said);
    expect(style.content).toContain('no style');
  });
});

describe('/history and /favourites', () => {
  test('leaf through own pictures, newest first, for their owner alone', async () => {
    for (const seed of [1, 2, 3]) await recordBehind(await paint({ seed, count: 1, prompt: `picture ${seed}` }));
    await recordBehind(await paint({ count: 1, prompt: 'of somebody else' }, ben));
    const page = await ada.runCommand('general', '/history').answer((message) => message.attachments.length > 0);
    expect(isPrivate(page)).toBe(true);
    expect(page.content).toContain('picture 3');
    ada.click(page, '▶️');
    const second = await ada.waitForEdit(page, (message) => message.content.includes('picture 2'));
    expect(second.attachments).toHaveLength(1);
    ada.click(second, '▶️');
    const last = await ada.waitForEdit(page, (message) => message.content.includes('picture 1'));
    expect(last.components[0]?.components?.[1]?.disabled).toBe(true);
    const posted = await ada.click(last, 'Post').answer(isDone, 30_000);
    expect(isPrivate(posted)).toBe(false);
    expect(posted.content).toContain('seed 1');
    await recordBehind(posted);
    // What is shown again is no new entry.
    const fresh = await ada.runCommand('general', '/history').answer((message) => message.attachments.length > 0);
    expect(fresh.content).toContain('picture 3');
    expect(easel.violations()).toEqual([]);
  });

  test('say so where there is nothing', async () => {
    expect((await ada.runCommand('general', '/history').answer(said)).content).toContain('no pictures yet');
    expect((await ada.runCommand('general', '/favourites').answer(said)).content).toContain('no favourites yet');
  });

  test('show the one tile that was marked', async () => {
    const { job, result } = await recordBehind(await paint({ seed: 30 }));
    await createFavourites(redis).toggle(ada.id, { jobId: job.jobId, tile: 2 });
    const page = await ada.runCommand('general', '/favourites').answer((message) => message.attachments.length > 0);
    const tile = result?.pictures.find((picture) => picture.index === 2);
    expect(page.attachments[0]?.width).toBe(tile?.width);
    expect(page.attachments[0]?.filename).toContain('-3.png');
  });
});

describe('the menu of a message', () => {
  test('Remix opens the form of our own pictures, and refuses those of others', async () => {
    const posted = await paint({ count: 1, prompt: 'a red boat', seed: 5 });
    const modal = await ben.contextMenu(posted, 'Remix').modal();
    const child = await ben.submitModal(modal, { Prompt: 'a blue boat' }).answer(isDone, 30_000);
    expect((await recordBehind(child)).job.request).toMatchObject({ prompt: 'a blue boat', seed: 5 });
    const again = await ben.contextMenu(posted, 'Remix').modal();
    const changed = await ben.submitModal(again, { Prompt: 'a boat --steps 3 --ar 3:2' }).answer(isDone, 30_000);
    expect((await recordBehind(changed)).job.request).toMatchObject({
      prompt: 'a boat',
      steps: 3,
      width: 320,
      seed: 5,
    });
    const third = await ben.contextMenu(posted, 'Remix').modal();
    const refused = await ben.submitModal(third, { Prompt: 'a boat --chaos 3' }).answer(said);
    expect(refused.content).toContain('`--chaos`');
    const chat = ada.send('general', 'just words');
    expect((await ben.contextMenu(chat, 'Remix').answer(said)).content).toContain('no picture of mine');
    expect(easel.violations()).toEqual([]);
  });

  const parameters =
    'a (tower:1.3) by the sea, <lora:ink:0.8>\nNegative prompt: blurry\nSteps: 28, Sampler: DPM++ 2M, Schedule type: Karras, ' +
    'CFG scale: 6.5, Seed: 1234, Size: 512x768, Model hash: 6ce0161689, Model: v1-5, Version: v1.10.1';
  const plainPng = () =>
    sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
      .png()
      .toBuffer();

  test('Picture info reads what another tool wrote into a PNG and into a JPEG', async () => {
    const png = Buffer.from(insertPngText(await plainPng(), { parameters }));
    const comment = Buffer.concat([Buffer.from('UNICODE\0', 'latin1'), Buffer.from(parameters, 'utf16le').swap16()]);
    const jpeg = withUserComment(await sharp(png).jpeg().toBuffer(), comment);
    for (const [name, bytes] of [['tower.png', png] as const, ['tower.jpg', jpeg] as const]) {
      const message = ada.send('general', 'look', { files: [{ filename: name, bytes }] });
      const card = await ben.contextMenu(message, 'Picture info').answer((answer) => answer.embeds.length > 0);
      expect(isPrivate(card)).toBe(true);
      expect(field(card, 'Prompt')).toContain('tower');
      expect(field(card, 'Negative prompt')).toBe('blurry');
      expect(field(card, 'Model')).toContain('v1');
      expect(card.embeds[0]?.description).toContain('seed:1234 steps:28 guidance:6.5 sampler:dpmpp-2m-karras');
    }
    expect(easel.violations()).toEqual([]);
  });

  test('Picture info shows the card of our own picture, and says so where a file says nothing', async () => {
    const posted = await paint({ count: 1, seed: 77 });
    const card = await ben.contextMenu(posted, 'Picture info').answer((answer) => answer.embeds.length > 0);
    expect(field(card, 'Seed')).toBe('77');
    const mute = ada.send('general', '', { files: [{ filename: 'mute.png', bytes: await plainPng() }] });
    expect((await ben.contextMenu(mute, 'Picture info').answer(said)).content).toContain('says nothing');
    const chat = ada.send('general', 'just words');
    expect((await ben.contextMenu(chat, 'Picture info').answer(said)).content).toContain('no picture');
  });
});

/** A JPEG with an EXIF block made by hand: IFD0 points to the Exif IFD, whose UserComment holds the bytes. */
function withUserComment(jpeg: Buffer, comment: Buffer): Buffer {
  const tiff = Buffer.alloc(44);
  tiff.write('MM\0*', 0, 'latin1');
  tiff.writeUInt32BE(8, 4);
  tiff.writeUInt16BE(1, 8);
  tiff.writeUInt16BE(0x8769, 10);
  tiff.writeUInt16BE(4, 12);
  tiff.writeUInt32BE(1, 14);
  tiff.writeUInt32BE(26, 18);
  tiff.writeUInt16BE(1, 26);
  tiff.writeUInt16BE(0x9286, 28);
  tiff.writeUInt16BE(7, 30);
  tiff.writeUInt32BE(comment.length, 32);
  tiff.writeUInt32BE(44, 36);
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff, comment]);
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, body, jpeg.subarray(2)]);
}
