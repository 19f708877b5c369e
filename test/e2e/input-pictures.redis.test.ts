// Pictures that members attach: image-to-image, inpainting, and what is refused.

import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { proceduralPicture } from '../../src/bench/procedural-pictures.ts';
import { psnr } from '../../src/image/compare.ts';
import { encodeLossy, encodePng } from '../../src/image/encode.ts';
import { redisKeys } from '../../src/jobs/redis-keys.ts';
import type { Actor, Options } from '../../src/playground/actors.ts';
import type { WireMessage } from '../../src/playground/wire.ts';
import { connect } from '../../src/queue/connect.ts';
import { createAuditTrail } from '../../src/store/audit.ts';
import { createJobStore, type JobRecord } from '../../src/store/jobs.ts';
import { openModerationStores } from '../../src/store/moderation-stores.ts';
import { createRedisImageStore } from '../../src/store/redis-image-store.ts';
import { loadPicture } from '../support/fixtures.ts';
import { openSketchEngine } from '../support/sketch-engine.ts';
import { type Harness, startHarness } from './harness.ts';

let easel: Harness;
let ada: Actor;
let ben: Actor;
let redis: Awaited<ReturnType<typeof connect>>;

beforeAll(async () => {
  easel = await startHarness({ environment: { EASEL_MAX_STEPS: '60' }, twin: { uploadLimitBytes: 40 * 2 ** 20 } });
  ada = easel.actor('ada');
  ben = easel.actor('ben');
  await easel.startWorker(openSketchEngine({ stepMs: 2 }));
  await easel.startBot();
  await easel.startDeliverer();
  redis = await connect(easel.redis.url, { patience: 'producer', name: 'test' });
});
afterAll(async () => {
  redis.disconnect();
  await easel.close();
});

const ephemeral = 64;
const isDone = (message: WireMessage) => message.attachments.length > 0 && message.content.includes('AI-generated');
const said = (message: WireMessage) => message.content !== '';
const file = (filename: string, bytes: Uint8Array) => ({ filename, bytes: Buffer.from(bytes) });
const photo = proceduralPicture(21, 480, 240);
const imagine = (options: Options, who = ada) =>
  who.runCommand('general', '/imagine', { prompt: 'a harbour', steps: 4, seed: 9, count: 1, ...options });

function recordBehind(message: WireMessage): Promise<JobRecord> {
  return vi.waitFor(async () => {
    const record = await createJobStore(redis).findByMessage(message.id);
    if (!record?.deliveredAt) throw new Error('no job behind this message');
    return record;
  });
}
const pictureIn = async (message: WireMessage) => loadPicture(await ada.download(message.attachments[0]!));
const stored = async (key: string | undefined) => loadPicture((await redis.getBuffer(redisKeys.picture(key ?? '')))!);

/** White on the left, black on the right. */
const leftHalf = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#000' } })
    .composite([
      {
        input: { create: { width: width / 2, height, channels: 3, background: '#fff' } },
        left: 0,
        top: 0,
      },
    ])
    .png()
    .toBuffer();

async function infoOf(message: WireMessage) {
  const card = await ada.click(message, 'Info').answer((answer) => answer.embeds.length > 0);
  return JSON.stringify(card.embeds);
}

describe('a picture', () => {
  test('is the start of a new one of its shape, at 0.75; a reroll starts from it too, while it is kept', async () => {
    const image = file('harbour.jpg', await encodeLossy(photo, 'jpeg', 95));
    const posted = await imagine({ image }).answer(isDone, 30_000);
    const { job } = await recordBehind(posted);
    // 2:1 at about 256² in multiples of 64: nearest to the picture's shape.
    expect(job.request).toMatchObject({ width: 384, height: 192, init: { strength: 0.75 } });
    expect(job.request.maskKey).toBeUndefined();
    expect(posted.content).toContain('strength 0.75');
    const start = await stored(job.request.init?.imageKey);
    expect([start.width, start.height]).toEqual([384, 192]);
    expect(psnr(start, await loadPicture(await sharp(image.bytes).resize(384, 192).png().toBuffer()))).toBeGreaterThan(
      30,
    );
    const card = await infoOf(posted);
    expect(card).toContain('image-to-image), strength 0.75');
    expect(card).toContain('Attach the picture again');

    const again = await ben.click(posted, '🔄').answer(isDone, 30_000);
    const { request } = (await recordBehind(again)).job;
    expect(request.init).toEqual(job.request.init);
    expect(request.seed).not.toBe(job.request.seed);
    expect(await infoOf(again)).toContain('image-to-image), strength 0.75');

    await redis.del(redisKeys.picture(job.request.init?.imageKey ?? ''));
    const gone = await ben.click(again, '🔄').followUp(0, 30_000);
    // A plain refusal for the presser alone, without an error id.
    expect(gone.content).toBe('The picture that this one started from is no longer kept.');
    expect(gone.flags & ephemeral).toBe(ephemeral);
    expect(easel.violations()).toEqual([]);
  });

  test('is cut to the size that was asked for, and the reply says so', async () => {
    const image = file('harbour.png', await encodePng(photo));
    const posted = await imagine({ image, size: '256x256', strength: 0.3 }).answer(isDone, 30_000);
    const { job } = await recordBehind(posted);
    expect(job.request).toMatchObject({ width: 256, height: 256, init: { strength: 0.3 } });
    expect(posted.content).toContain('The picture was cut to 256×256.');
  });
});

describe('a mask', () => {
  test('has what is white repainted, and all else stays as it was', async () => {
    const image = file('harbour.png', await encodePng(photo));
    const mask = file('mask.png', await leftHalf(240, 120));
    const posted = await imagine({ image, mask }).answer(isDone, 30_000);
    const { job } = await recordBehind(posted);
    expect(job.request.init?.strength).toBe(1);
    const [start, drawn] = [await stored(job.request.init?.imageKey), await stored(job.request.maskKey)];
    expect(new Set(drawn.data)).toEqual(new Set([0, 255]));
    const shown = await pictureIn(posted);
    const half = (picture: { data: Uint8Array; width: number; height: number }, from: number) => {
      const kept = picture.data.filter(
        (_, i) => Math.floor(i / 3) % 384 >= from && Math.floor(i / 3) % 384 < from + 192,
      );
      return { data: kept, width: 192, height: picture.height };
    };
    // The invisible marks are the only difference; on small pictures they are strong.
    expect(psnr(half(shown, 192), half(start, 192))).toBeGreaterThan(27);
    expect(psnr(half(shown, 0), half(start, 0))).toBeLessThan(20);
    expect(await infoOf(posted)).toContain('(inpainting), strength 1');
  });

  test('is the transparent part where none is given', async () => {
    const hole = await sharp(await encodePng(photo))
      .ensureAlpha()
      .composite([
        {
          input: { create: { width: 200, height: 100, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 1 } } },
          left: 10,
          top: 10,
          blend: 'dest-out',
        },
      ])
      .png()
      .toBuffer();
    const posted = await imagine({ image: file('cut-out.png', hole) }).answer(isDone, 30_000);
    expect(posted.content).toContain('What is transparent in the picture is repainted');
    expect((await recordBehind(posted)).job.request).toMatchObject({
      maskKey: expect.stringContaining('attached-mask'),
      init: { strength: 1 },
    });
  });
});

describe('refused to the member alone, with nothing kept and nothing charged, is', () => {
  const flat = async (background: string) =>
    sharp({ create: { width: 256, height: 256, channels: 3, background } })
      .png()
      .toBuffer();
  const charged = async () => {
    const keys = await redis.keys(`${redisKeys.quota('*').split('*')[0]}*`);
    return (await Promise.all(keys.map((key) => redis.get(key)))).reduce((sum, value) => sum + Number(value), 0);
  };

  const cases: [string, () => Promise<Options>, RegExp][] = [
    ['a mask without its picture', async () => ({ mask: file('m.png', await leftHalf(64, 64)) }), /give `image`, too/],
    ['a strength without a picture', async () => ({ strength: 0.5 }), /give `image`, too/],
    [
      'so little strength that no step is left',
      async () => ({ image: file('a.png', await flat('#88a')), strength: 0.05 }),
      /nothing would be painted/,
    ],
    [
      'a text that calls itself a picture',
      async () => ({ image: file('a.png', Buffer.from('<svg onload="x">')) }),
      /could not read that file/,
    ],
    [
      'a file that calls itself something else',
      async () => ({ image: file('a.pdf', await flat('#88a')) }),
      /could not read that file/,
    ],
    [
      'a picture of too many pixels',
      async () => ({
        image: file(
          'a.png',
          await sharp({ create: { width: 8000, height: 6000, channels: 3, background: '#123' } })
            .png({ compressionLevel: 1 })
            .toBuffer(),
        ),
      }),
      /too large/,
    ],
    [
      'a file of too many bytes',
      async () => ({ image: file('a.jpg', Buffer.concat([await flat('#88a'), Buffer.alloc(26 * 2 ** 20)])) }),
      /too large/,
    ],
    [
      'a picture like a thread',
      async () => ({ image: file('a.png', await encodePng(proceduralPicture(1, 640, 40))) }),
      /too long and narrow/,
    ],
    [
      'a mask with nothing white',
      async () => ({ image: file('a.png', await flat('#88a')), mask: file('m.png', await flat('#000')) }),
      /nothing to repaint/,
    ],
    [
      'a picture that the safety check flags',
      async () => ({ image: file('a.png', await flat('#f00')) }),
      /did not accept the input picture/,
    ],
    [
      'a picture that could not be checked',
      async () => ({ image: file('a.png', await flat('#0f0')) }),
      /could not be checked/,
    ],
  ];
  test.each(cases)('%s', async (_what, options, sentence) => {
    const before = { charged: await charged(), uploads: await redis.zcard(redisKeys.uploads(ben.id)) };
    const asked = imagine(await options(), ben);
    // What shows at once is the answer itself; what shows later takes the place of one that was for all.
    const answer = await Promise.any([asked.answer(said, 60_000), asked.followUp(0, 60_000)]);
    expect(answer.content).toMatch(sentence);
    expect(answer.flags & ephemeral).toBe(ephemeral);
    expect((asked.currentReply() ?? answer).id).toBe(answer.id);
    expect(answer.content).not.toMatch(/error/i);
    await vi.waitFor(async () => {
      expect({ charged: await charged(), uploads: await redis.zcard(redisKeys.uploads(ben.id)) }).toEqual(before);
    });
    expect(await redis.scard(redisKeys.memberOpen(ben.id))).toBe(0);
  });

  test('a picture from anywhere but Discord, which is not even asked for', async () => {
    const { world } = easel.twin;
    const { origin } = world;
    world.origin = 'http://127.0.0.1:9';
    const answering = imagine({ image: file('a.png', await flat('#88a')) }, ben).answer(said, 30_000);
    const answer = await answering.finally(() => {
      world.origin = origin;
    });
    expect(answer.content).toBe('I only take pictures that were uploaded to Discord.');
    expect(answer.flags & ephemeral).toBe(ephemeral);
  });

  test('none of them without a trace: the server’s moderators find the flagged one in the audit trail', async () => {
    const entries = await createAuditTrail(redis).list(easel.twin.guildId);
    expect(entries.filter(({ action }) => action === 'input picture refused')).toMatchObject([
      { subjectId: ben.id, details: { reason: 'flagged' } },
    ]);
    expect(easel.violations()).toEqual([]);
  });
});

describe('what was attached', () => {
  test('goes with everything else that is kept about a member', async () => {
    const images = createRedisImageStore(redis, { maxBytes: 2 ** 26 });
    const { personal } = openModerationStores(redis, images, 'a secret of sixteen or more');
    const keys = await redis.zrange(redisKeys.uploads(ada.id), '0', '-1');
    expect(keys.length).toBeGreaterThan(3);
    await personal.delete(ada.id);
    expect(await redis.exists(redisKeys.uploads(ada.id))).toBe(0);
    for (const key of keys) expect(await images.get(key), key).toBeNull();
  });

  test('is gone after a week, whatever happens', async () => {
    const image = file('harbour.png', await encodePng(photo));
    const { job } = await recordBehind(await imagine({ image, size: '256x256' }).answer(isDone, 30_000));
    const key = job.request.init?.imageKey ?? '';
    expect(await redis.ttl(redisKeys.picture(key))).toBeLessThanOrEqual(7 * 86_400);
    await redis.zadd(redisKeys.uploads(ada.id), Date.now() - 8 * 86_400_000, key);
    await redis.del(redisKeys.retention);
    await vi.waitFor(async () => expect(await redis.exists(redisKeys.picture(key))).toBe(0), { timeout: 10_000 });
  });
});
