// What goes wrong between a press and its picture: expired tokens, rate limits, lost answers, a bot that dies after its promise, members
// who press what is not theirs, records that are gone.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { upscale } from '../../commands/components/upscale.ts';
import { readMarks } from '../../src/diffusion/watermark/mark.ts';
import { psnr } from '../../src/image/compare.ts';
import { redisKeys } from '../../src/jobs/redis-keys.ts';
import type { Actor } from '../../src/playground/actors.ts';
import { SEED_IDS } from '../../src/playground/state/seed.ts';
import type { WireMessage } from '../../src/playground/wire.ts';
import { connect } from '../../src/queue/connect.ts';
import { createBans } from '../../src/store/bans.ts';
import { createJobStore } from '../../src/store/jobs.ts';
import { textsFor } from '../../src/texts/index.ts';
import { loadPicture } from '../support/fixtures.ts';
import { until } from '../support/jobs.ts';
import { openSketchEngine } from '../support/sketch-engine.ts';
import { type Harness, startHarness } from './harness.ts';
import { rawInteraction } from './raw-interaction.ts';

let easel: Harness;
let ada: Actor;
let ben: Actor;

beforeEach(async () => {
  easel = await startHarness();
  ada = easel.actor('ada');
  ben = easel.actor('ben');
});
afterEach(async () => {
  await easel.close();
});

const isDone = (message: WireMessage) => message.attachments.length > 0 && message.content.includes('AI-generated');
const request = { prompt: 'a lighthouse in a storm', steps: 3, seed: 40 };
const minute = 60_000;

async function startAll(stepMs = 5): Promise<void> {
  await easel.startWorker(openSketchEngine({ stepMs }));
  await easel.startBot();
  await easel.startDeliverer();
}

describe('tokens and limits', () => {
  test('after fifteen minutes the same message is filled by the bot token', async () => {
    await easel.startBot();
    const imagine = ada.runCommand('general', '/imagine', request);
    const waiting = await imagine.answer();
    easel.twin.clock.advance(16 * minute);
    await easel.startWorker();
    await easel.startDeliverer();
    const done = await imagine.answer(isDone, 30_000);
    expect(done.id).toBe(waiting.id);
    expect(ada.messages('general')).toHaveLength(1);
    expect(easel.violations('token-expired')).toEqual([]);
  });

  test('a private picture that comes too late goes to direct messages, never to the channel', async () => {
    await easel.startBot();
    await ada.runCommand('general', '/imagine', { ...request, private: true }).answer();
    easel.twin.clock.advance(16 * minute);
    await easel.startWorker();
    await easel.startDeliverer();
    await ada.waitForMessage('dm', isDone, 30_000);
    expect(ben.messages('general')).toEqual([]);
  });

  test('a private picture that finds every door closed is kept, shown by /queue and fetched there', async () => {
    await easel.startBot();
    await ada.runCommand('general', '/imagine', { ...request, private: true }).answer();
    easel.twin.clock.advance(16 * minute);
    const person = easel.twin.world.users.get(ada.id);
    if (person) person.acceptsDirectMessages = false;
    await easel.startWorker();
    await easel.startDeliverer();
    const kept = (message: WireMessage) => JSON.stringify(message.embeds).includes('kept for you');
    let card = await ada.runCommand('general', '/queue').answer();
    for (let look = 0; look < 50 && !kept(card); look += 1) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      card = await ada.runCommand('general', '/queue').answer();
    }
    const fetched = await ada.click(card, 'Fetch: a lighthouse in a s…').answer(isDone, 30_000);
    expect(fetched.flags & 64).toBe(64);
    expect((await ada.runCommand('general', '/queue').answer()).content).toContain('no jobs');
    expect(ben.messages('general')).toEqual([]);
  });

  test('the message was deleted meanwhile: a new one is posted once', async () => {
    await easel.startBot();
    const imagine = ada.runCommand('general', '/imagine', request);
    const waiting = await imagine.answer();
    easel.actor('mona').deleteMessage(waiting);
    await easel.startWorker();
    await easel.startDeliverer();
    const done = await ada.waitForMessage('general', isDone, 30_000);
    expect(done.id).not.toBe(waiting.id);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(ada.messages('general').filter(isDone)).toHaveLength(1);
  });

  test('a storm of 429s delays and loses nothing', async () => {
    await startAll();
    easel.twin.faults.add({ method: 'PATCH', times: 8, effect: { kind: 'rate-limit', retryAfterS: 0.2 } });
    const jobs = Array.from({ length: 4 }, (_, index) =>
      ada.runCommand('general', '/imagine', { ...request, prompt: `boat ${index}`, count: 1 }),
    );
    await Promise.all(jobs.map((job) => job.answer(isDone, 60_000)));
    expect(ada.messages('general').filter(isDone)).toHaveLength(4);
    expect(easel.violations()).toEqual([]);
  });

  test('answers that get lost on the way double nothing', async () => {
    await startAll();
    easel.twin.faults.add({ method: 'POST', path: /callback/, times: 1, effect: { kind: 'lose-response' } });
    easel.twin.faults.add({ method: 'PATCH', times: 3, effect: { kind: 'lose-response' } });
    const done = await ada.runCommand('general', '/imagine', { ...request, count: 1 }).answer(isDone, 60_000);
    expect(done.attachments).toHaveLength(1);
    expect(ada.messages('general')).toHaveLength(1);
    // The answer to the acknowledgement was lost, so that it was given again: the one case in which that is right.
    expect(easel.violations('double-acknowledgement')).toEqual([]);
  });

  test('server errors of Discord are waited out', async () => {
    await startAll();
    easel.twin.faults.add({ method: 'PATCH', times: 6, effect: { kind: 'status', status: 502 } });
    const done = await ada.runCommand('general', '/imagine', { ...request, count: 1 }).answer(isDone, 60_000);
    expect(done.attachments).toHaveLength(1);
  });
});

describe('promises outlive processes', () => {
  test('a restart between the promise and the picture loses nothing', async () => {
    const dying = await easel.startBot();
    await easel.startWorker();
    await easel.startDeliverer();
    const redis = await connect(easel.redis.url, { patience: 'producer', name: 'test' });
    const imagine = ada.runCommand('general', '/imagine', { ...request, count: 1 });
    await imagine.acknowledgement();
    await dying.close();
    await easel.startBot();
    const done = await imagine.answer(isDone, 60_000);
    expect(done.attachments).toHaveLength(1);
    expect(await redis.hlen(redisKeys.intents)).toBe(0);
    redis.disconnect();
  });

  test('an intent in Redis is answered once although two bots look for it', async () => {
    const bot = await easel.startBot();
    const imagine = ada.runCommand('general', '/imagine', { ...request, count: 1 });
    await imagine.answer();
    const redis = await connect(easel.redis.url, { patience: 'producer', name: 'test' });
    // What a process leaves behind that died right after its first response: the intent, and no job.
    const jobId = (await redis.zrange(redisKeys.memberJobs(ada.id), '0', '-1'))[0] ?? '';
    await bot.close();
    await redis.flushall();
    const raw = rawInteraction(imagine.interaction, easel);
    await redis.hset(redisKeys.intents, imagine.id, JSON.stringify(raw));
    await redis.zadd(redisKeys.intentTimes, Date.now() - 60_000, imagine.id);
    await easel.startBot();
    await easel.startBot();
    await easel.startWorker();
    await easel.startDeliverer();
    const done = await imagine.answer(isDone, 30_000);
    expect(done.attachments).toHaveLength(1);
    expect(ada.messages('general')).toHaveLength(1);
    // The job id is a function of the interaction: had it been enqueued before, nothing would have been made twice.
    expect(await redis.zrange(redisKeys.memberJobs(ada.id), '0', '-1')).toEqual([jobId]);
    expect(await redis.hlen(redisKeys.intents)).toBe(0);
    redis.disconnect();
  });

  test('an intent whose member was banned meanwhile is refused in private, and its "thinking" goes', async () => {
    const bot = await easel.startBot();
    const imagine = ada.runCommand('general', '/imagine', { ...request, count: 1 });
    await imagine.answer();
    const redis = await connect(easel.redis.url, { patience: 'producer', name: 'test' });
    await bot.close();
    await redis.flushall();
    const ban = { reason: null, byUserId: easel.actor('mona').id, at: Date.now(), until: null };
    await createBans(redis).set({ userId: ada.id, guildId: SEED_IDS.guild, ...ban });
    const raw = rawInteraction(imagine.interaction, easel);
    await redis.hset(redisKeys.intents, imagine.id, JSON.stringify(raw));
    await redis.zadd(redisKeys.intentTimes, Date.now() - 60_000, imagine.id);
    await easel.startBot();
    await easel.startWorker();
    await easel.startDeliverer();
    const told = await ada.waitForMessage('general', ({ content }) => content.includes('may not use this bot'), 20_000);
    expect(told.flags & 64).toBe(64);
    expect(ben.messages('general')).toEqual([]);
    expect(await redis.zcard(redisKeys.memberJobs(ada.id))).toBe(0);
    expect(await until(async () => (await redis.hlen(redisKeys.intents)) === 0)).toBe(true);
    redis.disconnect();
  });

  test('U cuts the picture out of the message when the tile is no longer kept, without painting', async () => {
    await startAll();
    const grid = await ada.runCommand('general', '/imagine', request).answer(isDone, 30_000);
    const first = await ada.click(grid, 'U3').answer(isDone);
    const redis = await connect(easel.redis.url, { patience: 'producer', name: 'test' });
    const kept = await redis.keys('easel-pictures:*');
    await redis.del(...kept);
    redis.disconnect();
    const again = await ben.click(grid, 'U3').answer(isDone, 30_000);
    const [a, b] = await Promise.all([first, again].map((message) => ada.download(message.attachments[0]!)));
    const [before, after] = [await loadPicture(a!), await loadPicture(b!)];
    expect(psnr(before, after)).toBeGreaterThan(34);
    expect(readMarks(after).referenceAccuracy).toBe(1);
    expect(readMarks(after).traceId).not.toBe(readMarks(before).traceId);
  });

  test('V works from the message alone when the tile is no longer kept', async () => {
    await startAll();
    const grid = await ada.runCommand('general', '/imagine', request).answer(isDone, 30_000);
    const redis = await connect(easel.redis.url, { patience: 'producer', name: 'test' });
    await redis.del(...(await redis.keys('easel-pictures:*')));
    redis.disconnect();
    const variation = await ben.click(grid, 'V2').answer(isDone, 30_000);
    expect(variation.message_reference?.message_id).toBe(grid.id);
  });

  test('a press after the record is gone says so', async () => {
    await startAll();
    const grid = await ada.runCommand('general', '/imagine', request).answer(isDone, 30_000);
    const redis = await connect(easel.redis.url, { patience: 'producer', name: 'test' });
    for (const key of await redis.keys(redisKeys.job('*'))) await redis.del(key);
    redis.disconnect();
    const answer = await ben.click(grid, 'V2').answer();
    expect(answer.flags & 64).toBe(64);
    expect(answer.content).toContain('no longer have the request');
  });
});

describe('many hands', () => {
  test('two bots, two workers and two deliverers post every picture once', async () => {
    for (let copy = 0; copy < 2; copy += 1) {
      await easel.startWorker(openSketchEngine({ stepMs: 5 }), `worker-${copy}`);
      await easel.startBot();
      await easel.startDeliverer();
    }
    const jobs = Array.from({ length: 12 }, (_, index) =>
      [ada, ben][index % 2]!.runCommand('general', '/imagine', { ...request, prompt: `boat ${index}`, count: 1 }),
    );
    const posted = await Promise.all(jobs.map((job) => job.answer(isDone, 60_000)));
    expect(new Set(posted.map((message) => message.id)).size).toBe(12);
    expect(ada.messages('general')).toHaveLength(12);
    expect(easel.violations()).toEqual([]);
  });

  test('the gateway drops while a job runs; its picture and its buttons come all the same', async () => {
    await startAll(30);
    const imagine = ada.runCommand('general', '/imagine', { ...request, steps: 60 });
    await imagine.answer();
    easel.twin.gateway.dropConnections();
    const grid = await imagine.answer(isDone, 60_000);
    const single = await ben.click(grid, 'U2').answer(isDone, 30_000);
    expect(single.attachments).toHaveLength(1);
    expect(easel.violations()).toEqual([]);
  });
});

describe('members who try', () => {
  test('a member with too many jobs waiting is told so, and that it is not the queue', async () => {
    await easel.close();
    easel = await startHarness({ environment: { EASEL_MAX_WAITING_PER_MEMBER: '2' } });
    ada = easel.actor('ada');
    await easel.startBot();
    await ada.runCommand('general', '/imagine', request).answer();
    await ada.runCommand('general', '/imagine', request).answer();
    const refused = await ada.runCommand('general', '/imagine', request).answer();
    expect(refused.flags & 64).toBe(64);
    expect(refused.content).toContain('2 jobs waiting');
    const other = await easel.actor('ben').runCommand('general', '/imagine', request).answer();
    expect(other.flags & 64).toBe(0);
  });

  test('a quota counts pictures, and a refusal costs nothing', async () => {
    await easel.close();
    easel = await startHarness({ environment: { EASEL_QUOTA_PER_MEMBER: '5' } });
    ada = easel.actor('ada');
    await easel.startBot();
    await ada.runCommand('general', '/imagine', { ...request, prompt: 'porn' }).answer();
    await ada.runCommand('general', '/imagine', request).answer();
    const refused = await ada.runCommand('general', '/imagine', request).answer();
    expect(refused.content).toContain('5 pictures for today');
    const one = await ada.runCommand('general', '/imagine', { ...request, count: 1 }).answer();
    expect(one.flags & 64).toBe(0);
  });

  test('the first picture waits for the terms, once; accepting them runs the request that was kept', async () => {
    await easel.close();
    easel = await startHarness({ environment: { EASEL_TERMS: 'first-use' } });
    ada = easel.actor('ada');
    await startAll();
    const card = await ada.runCommand('general', '/imagine', { ...request, count: 1 }).answer();
    expect(card.flags & 64).toBe(64);
    expect(ada.messages('general').filter(isDone)).toEqual([]);
    await ada.click(card, textsFor('en-US').moderation.terms.accept).acknowledgement();
    const first = await ada.waitForMessage('general', isDone, 30_000);
    expect(first.content).toContain('lighthouse');
    const second = await ada.runCommand('general', '/imagine', { ...request, count: 1 }).answer(isDone, 30_000);
    expect(second.attachments).toHaveLength(1);
    expect(easel.violations()).toEqual([]);
  });

  test('a request that waited for the terms is painted under the mark that its channel has by then', async () => {
    await easel.close();
    easel = await startHarness({ environment: { EASEL_TERMS: 'first-use' } });
    ada = easel.actor('ada');
    await startAll();
    const card = await ada.runCommand('ageRestricted', '/imagine', { ...request, count: 1 }).answer();
    const channel = easel.twin.world.channels.get(SEED_IDS.channels.ageRestricted);
    if (channel) channel.nsfw = false;
    await ada.click(card, textsFor('en-US').moderation.terms.accept).acknowledgement();
    const painted = await ada.waitForMessage('ageRestricted', isDone, 30_000);
    const redis = await connect(easel.redis.url, { patience: 'producer', name: 'test' });
    const record = await until(() => createJobStore(redis).findByMessage(painted.id));
    expect(record.job.reply.ageRestricted).toBe(false);
    redis.disconnect();
  });

  test('forged custom ids are turned away in one sentence', async () => {
    await startAll();
    const grid = await ada.runCommand('general', '/imagine', request).answer(isDone, 30_000);
    const stored = easel.twin.world.message(grid.channel_id, grid.id)!;
    for (const forged of [
      '1:u:zzzzzzzzzzzz:0',
      '1:u:0:0',
      '9:u:x',
      'x',
      '1:nobody',
      `${upscale.customId(['000000000000', 1])}:extra`,
    ]) {
      const component = stored.components[0]?.components?.[0];
      Object.assign(component ?? {}, { custom_id: forged });
      const answer = await ben.click(grid, forged).answer();
      expect(answer.flags & 64).toBe(64);
      expect(answer.content.length).toBeGreaterThan(10);
    }
    expect(easel.violations()).toEqual([]);
  });

  test('the waiting time in the message is there once step times were measured', async () => {
    await startAll(50);
    await ada.runCommand('general', '/imagine', { ...request, count: 1 }).answer(isDone, 30_000);
    // What was measured is read again every two seconds.
    await new Promise((resolve) => setTimeout(resolve, 2100));
    for (let job = 0; job < 3; job += 1)
      await ada.runCommand('general', '/imagine', { ...request, steps: 40, count: 1 }).answer();
    const answer = await ben.runCommand('general', '/imagine', { ...request, count: 1 }).answer();
    expect(answer.content).toMatch(/about \d+ s/);
  });
});
