// What members get: where a picture comes from, what is stored about them, its deletion; and what stands on every result.

import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { proceduralPicture } from '../../src/bench/procedural-pictures.ts';
import { markPicture } from '../../src/diffusion/watermark/mark.ts';
import { referencePayload, textToBits } from '../../src/diffusion/watermark/payload.ts';
import { encodeStandard } from '../../src/diffusion/watermark/standard-encode.ts';
import { encodePng } from '../../src/image/encode.ts';
import { redisKeys } from '../../src/jobs/redis-keys.ts';
import type { Actor, Options, Place } from '../../src/playground/actors.ts';
import type { WireMessage } from '../../src/playground/wire.ts';
import { connect } from '../../src/queue/connect.ts';
import { createAuditTrail } from '../../src/store/audit.ts';
import { createBans } from '../../src/store/bans.ts';
import { createJobStore, type JobRecord } from '../../src/store/jobs.ts';
import { createMemberSettings } from '../../src/store/member-settings.ts';
import { createReviews } from '../../src/store/reviews.ts';
import { openSketchEngine } from '../support/sketch-engine.ts';
import { type Harness, startHarness } from './harness.ts';

let easel: Harness;
let ada: Actor;
let ben: Actor;
let mona: Actor;
let redis: Awaited<ReturnType<typeof connect>>;

beforeAll(async () => {
  easel = await startHarness();
  ada = easel.actor('ada');
  ben = easel.actor('ben');
  mona = easel.actor('mona');
  await easel.startWorker(openSketchEngine({ stepMs: 1 }));
  await easel.startBot();
  await easel.startDeliverer();
  redis = await connect(easel.redis.url, { patience: 'producer', name: 'test' });
  // The first interaction of a process takes longest.
  await vi.waitFor(() => ada.runCommand('general', '/help').acknowledgement(), 60_000);
}, 120_000);
afterAll(async () => {
  redis.disconnect();
  await easel.close();
});

/** A busy machine takes its time; no test waits for nothing. */
const patienceMs = 90_000;
const violations = () => easel.violations();
const isPrivate = (message: WireMessage) => (message.flags & 64) !== 0;
const hasPicture = (message: WireMessage) => message.attachments.length > 0 && !/step \d/.test(message.content);
const hasEmbed = (message: WireMessage) => message.embeds.length > 0;
const said = (message: WireMessage) => message.content !== '';
const paint = (options: Options = {}, who = ada, place: Place = 'general') =>
  who
    .runCommand(place, '/imagine', { prompt: 'a lighthouse', steps: 2, count: 1, ...options })
    .answer(hasPicture, patienceMs);

function recordBehind(message: WireMessage): Promise<JobRecord> {
  return vi.waitFor(async () => {
    const record = await createJobStore(redis).findByMessage(message.id);
    if (!record?.deliveredAt) throw new Error('no job behind this message');
    return record;
  }, 10_000);
}

async function pictureOf(message: WireMessage): Promise<Buffer> {
  return ada.download(message.attachments[0]!);
}

async function verify(bytes: Uint8Array, filename = 'picture.png', who = ben): Promise<string> {
  const card = await who
    .runCommand('general', '/verify', { image: { filename, bytes: Buffer.from(bytes) } })
    .answer(hasEmbed, patienceMs);
  expect(isPrivate(card)).toBe(true);
  return JSON.stringify(card.embeds);
}

describe('/verify', () => {
  test('says of a picture made here when and with which model, and not by whom nor with which words', async () => {
    const posted = await paint({ prompt: 'a secret lighthouse', seed: 7 }); // a flat sketch may lie too near to the limit of likeness
    const { job } = await recordBehind(posted);
    const worn = await sharp(await pictureOf(posted))
      .jpeg({ quality: 60 })
      .toBuffer();
    for (const answer of [await verify(await pictureOf(posted)), await verify(worn, 'worn.jpg')]) {
      expect(answer).toContain('Made here');
      expect(answer).toContain('**sketch**');
      expect(answer).toContain(`<t:${Math.floor(job.createdAt / 1000)}:D>`);
      for (const secret of ['secret', ada.id, job.jobId, easel.twin.guildId]) expect(answer).not.toContain(secret);
      expect(answer).not.toContain('looks different');
    }
    expect(violations()).toEqual([]);
  });

  test('says that no mark was found, and that this proves nothing', async () => {
    const answer = await verify(await encodePng(proceduralPicture(5, 256, 256)));
    expect(answer).toContain('No mark found');
    expect(answer).toContain('not proof');
    // It takes a worker's time: so many an hour, of the message's menu as well.
    const asked = redisKeys.reviewAsks('verify', ben.id);
    expect(await redis.ttl(asked)).toBeGreaterThan(0);
    await redis.set(asked, 30);
    const picture = { filename: 'picture.png', bytes: Buffer.from(await encodePng(proceduralPicture(5, 64, 64))) };
    const refused = await ben.runCommand('general', '/verify', { image: picture }).answer(said, patienceMs);
    expect(refused.content).toContain('At most 30');
    const posted = await ben.contextMenu(await paint(), 'Check origin').answer(said, patienceMs);
    expect(posted.content).toContain('At most 30');
    await redis.del(asked);
  });

  test('sees that a mark was copied into another picture, and the moderators’ trace does, too', async () => {
    const posted = await paint();
    const traceId = (await recordBehind(posted)).result?.pictures[0]?.traceId ?? 0;
    const forged = await encodePng(markPicture(proceduralPicture(991, 256, 256), traceId).pixels);
    expect(await verify(forged)).toContain('looks different from what was made then');
    const card = await mona
      .runCommand('general', '/admin trace', { picture: { filename: 'forged.png', bytes: Buffer.from(forged) } })
      .answer(hasEmbed, patienceMs);
    expect(JSON.stringify(card.embeds)).toContain('looks different from what was made then');
  });

  test('knows the mark of another installation, and the reference’s mark alone', async () => {
    const foreign = await encodePng(markPicture(proceduralPicture(6, 256, 256), 0xfeedbee).pixels);
    expect(await verify(foreign)).toContain('Made by an Easel');
    const marked = encodeStandard(proceduralPicture(7, 256, 256), textToBits(referencePayload));
    if (marked === 'size_limit') throw new Error('this size holds the mark');
    expect(await verify(await encodePng(marked))).toContain('Made by Stable Diffusion');
  });

  test('a file that is no picture is turned away in one sentence', async () => {
    const answer = await ben
      .runCommand('general', '/verify', { image: { filename: 'x.png', bytes: Buffer.from('no picture') } })
      .answer(said);
    expect(answer.content).toContain('could not read that file');
    expect(isPrivate(answer)).toBe(true);
  });

  test('stands in the menu of every message as "Check origin"', async () => {
    const grid = await paint({ count: 4 });
    const card = await ben.contextMenu(grid, 'Check origin').answer(hasEmbed, patienceMs);
    expect(card.embeds[0]?.description).toContain('Made here');
    expect(JSON.stringify(card.embeds)).not.toContain(ada.id);
    // Of a moderator it is /admin trace by a right click: who asked, and a line that somebody looked.
    const traced = await mona.contextMenu(grid, 'Check origin').answer(hasEmbed, patienceMs);
    const { job } = await recordBehind(grid);
    expect(isPrivate(traced)).toBe(true);
    expect(JSON.stringify(traced.embeds)).toContain(`<@${ada.id}>`);
    const [entry] = await createAuditTrail(redis).list(easel.twin.guildId, { action: 'picture traced' });
    expect(entry).toMatchObject({ actorId: mona.id, subjectId: ada.id, jobId: job.jobId });
    const chat = ben.send('general', 'only words');
    expect((await ben.contextMenu(chat, 'Check origin').answer(said)).content).toContain('shows no picture');
    expect(violations()).toEqual([]);
  });
});

describe('/privacy', () => {
  test('exports everything about the member, to them alone, without secrets and other people', async () => {
    const posted = await paint({ prompt: 'a red barn' }, ben);
    const { job } = await recordBehind(posted);
    await ben.click(posted, '❤️').answer(said);
    await ben.runCommand('general', '/settings', { steps: 12 }).answer(hasEmbed);
    const flagged = await ben
      .runCommand('general', '/imagine', { prompt: 'a barn (flag 1)', steps: 2, count: 1 })
      .answer((message) => message.content.includes('withheld'), patienceMs);
    const { jobId: flaggedId } = (await recordBehind(flagged)).job;
    await createBans(redis).set({
      userId: ben.id,
      guildId: '77',
      reason: 'spam',
      byUserId: '4242',
      at: 1,
      until: null,
    });

    const answer = await ben.runCommand('general', '/privacy export').answer(hasPicture);
    expect(isPrivate(answer)).toBe(true);
    expect(answer.content).toContain('2 requests');
    expect(answer.attachments[0]?.filename).toMatch(/^easel-data-\d{4}-\d\d-\d\d\.json$/);
    const text = (await ben.download(answer.attachments[0]!)).toString('utf8');
    expect(text).not.toContain(job.reply.interactionToken);
    expect(text).not.toContain('4242');
    const data = JSON.parse(text);
    expect(data.userId).toBe(ben.id);
    expect(data.requests.map(({ request }: JobRecord['job']) => request.prompt)).toEqual([
      'a barn (flag 1)',
      'a red barn',
    ]);
    expect(data.requests[1].messages).toEqual([
      `https://discord.com/channels/${easel.twin.guildId}/${posted.channel_id}/${posted.id}`,
    ]);
    expect(data.memberSettings).toMatchObject({ steps: 12 });
    expect(data.favourites).toEqual([`${job.jobId}/0`]);
    expect(data.bans).toEqual([{ guildId: '77', reason: 'spam', at: 1, until: null }]);
    expect(data.counted[0].pictures).toBeGreaterThanOrEqual(2);
    expect(data.auditTrail).toMatchObject([{ action: 'picture withheld', jobId: flaggedId, you: 'it was about you' }]);
    await createBans(redis).lift('77', ben.id);
    expect(violations()).toEqual([]);
  });

  test('deletes after a yes: nothing but what was named is left, and the mark says only that it was made here', async () => {
    const posted = await paint({ prompt: 'a purple windmill' }, ben);
    const bytes = await pictureOf(posted);
    await recordBehind(posted);
    await createAuditTrail(redis).append(easel.twin.guildId, {
      action: 'member banned',
      actorId: '1',
      subjectId: ben.id,
    });
    const ask = { applicationId: '1', token: 'a token', at: 1, locale: 'en-US', reason: 'the words of Ben' };
    await createReviews(redis).open('report', '0000000000zz', ben.id, ask);

    const card = await ben.runCommand('general', '/privacy delete').answer(hasEmbed);
    expect(isPrivate(card)).toBe(true);
    for (const word of ['3 requests', 'bans', 'audit trail', 'fingerprints', '🗑️'])
      expect(card.embeds[0]?.description).toContain(word);
    ben.click(card, 'Keep it');
    await ben.waitForEdit(card, (message) => message.content.includes('Nothing was deleted'));
    expect(await createMemberSettings(redis).get(ben.id)).toMatchObject({ steps: 12 });

    const again = await ben.runCommand('general', '/privacy delete').answer(hasEmbed);
    ben.click(again, 'Delete everything');
    await ben.waitForEdit(again, (message) => message.content.includes('3 requests were deleted'), patienceMs);
    expect(await placesOf('purple windmill')).toEqual([]);
    expect(await placesOf('red barn')).toEqual([]);
    const left = [...new Set((await placesOf(ben.id)).map((key) => key.replace(/\d{6,}|\d{4}-\d\d-\d\d/g, '#')))];
    expect(left.filter((key) => !/:(audit|quota|flows|guild-flows|intents|claim|review-asks)\b/.test(key))).toEqual([]);
    // That a report was made, and what became of it, is the moderators'; who made it and why is gone.
    expect(await redis.hgetall(redisKeys.review('report', '0000000000zz'))).toEqual({ askedBy: '' });
    const answer = await verify(bytes, 'windmill.png', ada);
    expect(answer).toContain('Made here');
    expect(answer).toContain('had the request deleted');
    expect(answer).toContain('**sketch**');
    expect((await ben.click(posted, 'ℹ️').answer(said)).content).toContain('no longer have the request');
    expect(violations()).toEqual([]);
  });

  test('is open to banned members, who may not paint', async () => {
    const { guildId } = easel.twin;
    await createBans(redis).set({ userId: ben.id, guildId, reason: null, byUserId: '1', at: 1, until: null });
    expect((await ben.runCommand('general', '/imagine', { prompt: 'x' }).answer(said)).content).toContain(
      'may not use',
    );
    expect((await ben.runCommand('general', '/privacy export').answer(hasPicture)).attachments).toHaveLength(1);
    expect((await ben.runCommand('general', '/privacy delete').answer(hasEmbed)).components).toHaveLength(1);
    await createBans(redis).lift(guildId, ben.id);
  });
});

describe('every result', () => {
  test('says that it is AI-generated: grid, single, shown again, sheet, in direct messages, in private', async () => {
    const grid = await paint({ count: 4, seed: 9 });
    const single = await ada.click(grid, 'U2').answer(hasPicture, patienceMs);
    const { job } = await recordBehind(grid);
    const shown = await ada.runCommand('general', '/show', { job: job.jobId }).answer(hasPicture, patienceMs);
    const sheet = await ada
      .runCommand('general', '/grid', { prompt: 'a lighthouse', x: 'steps', 'x-values': '2, 3' })
      .answer(hasPicture, patienceMs);
    const direct = await paint({}, ada, 'dm');
    const secret = await paint({ private: true });
    for (const message of [grid, single, shown, sheet, direct, secret]) {
      expect(message.content).toContain('AI-generated');
      for (const { description } of message.attachments) expect(description).toMatch(/AI-generated/);
    }
    expect(violations()).toEqual([]);
  });

  test('that was withheld leaves the checker’s scores in the audit trail', async () => {
    const grid = await paint({ count: 2, prompt: 'a house (flag 1) (care 2)' });
    const { job } = await recordBehind(grid);
    const entries = await createAuditTrail(redis).list(easel.twin.guildId, { jobId: job.jobId });
    expect(entries.map(({ action, subjectId, details }) => [action, subjectId, details.tile, details.reason])).toEqual([
      ['picture withheld', ada.id, 1, 'special-care'],
      ['picture withheld', ada.id, 0, 'flagged'],
    ]);
    for (const { details } of entries) {
      expect(details.concepts).toHaveLength(17);
      expect(details.specialCare).toHaveLength(3);
      expect(Math.max(...(details.concepts as number[]))).toBeGreaterThan(0);
    }
  });
});

describe('a preview', () => {
  const isUnderWay = (message: WireMessage) => /step \d/.test(message.content);

  test('is small and soft, comes once the checker passed it, and never where it did not', async () => {
    const model = { name: 'slow', hash: 'ef'.repeat(32), stepMs: 100 };
    await easel.startWorker(openSketchEngine(model), 'slow worker');
    const start = (prompt: string, who: Actor) => {
      const options = { prompt, steps: 100, count: 1, seed: 4, model: model.name };
      return vi.waitFor(async () => {
        const press = who.runCommand('general', '/imagine', options);
        expect((await press.acknowledgement()).type, 'the model is on offer by now').toBe(5);
        return press;
      }, 15_000);
    };
    /** How many attachments the message had at each look while the picture was under way. */
    const watch = async (prompt: string, who: Actor) => {
      const seen: number[] = [];
      const press = await start(prompt, who);
      await press.answer((message) => {
        if (isUnderWay(message)) seen.push(message.attachments.length);
        return message.content.includes('withheld');
      }, patienceMs);
      return seen;
    };
    const [shown, ...never] = await Promise.all([
      start('a lighthouse', ada).then((press) =>
        press.answer((message) => isUnderWay(message) && message.attachments.length > 0, patienceMs),
      ),
      watch('a lighthouse (flag 1)', ben),
      watch('a lighthouse (checker fails)', mona),
    ]);
    // The file itself is gone with the next edit; Discord's own measure of it stands in the message.
    expect(shown.attachments[0]).toMatchObject({ content_type: 'image/webp', width: 128, height: 128 });
    expect(never.flat().length).toBeGreaterThan(0);
    expect(never.flat().filter((attachments) => attachments > 0)).toEqual([]);
    expect(violations()).toEqual([]);
  });
});

/** Keys whose name or value holds the words; of BullMQ's and Easel's own. */
async function placesOf(words: string): Promise<string[]> {
  const found: string[] = [];
  for (const key of await redis.keys('*')) {
    const dump = key.startsWith('easel-pictures') ? '' : JSON.stringify(await contentOf(key));
    if (key.includes(words) || dump.includes(words)) found.push(key);
  }
  return found;
}

async function contentOf(key: string): Promise<unknown> {
  switch (await redis.type(key)) {
    case 'string':
      return redis.get(key);
    case 'hash':
      return redis.hgetall(key);
    case 'set':
      return redis.smembers(key);
    case 'zset':
      return redis.zrange(key, '0', '-1');
    case 'list':
      return redis.lrange(key, 0, -1);
    case 'stream':
      return redis.xrange(key, '-', '+');
    default:
      return null;
  }
}
