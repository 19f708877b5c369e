// A server's own rules through the twin, where requests do not come from /imagine: what the server adds to them, and what they may show.
// Mona moderates, Olga owns the server, Ada and Ben are members.

import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { proceduralPicture } from '../../src/bench/procedural-pictures.ts';
import { encodePng } from '../../src/image/encode.ts';
import type { Engine } from '../../src/inference/engine.ts';
import { redisKeys } from '../../src/jobs/redis-keys.ts';
import type { Actor, Options } from '../../src/playground/actors.ts';
import { SEED_IDS } from '../../src/playground/state/seed.ts';
import type { WireMessage } from '../../src/playground/wire.ts';
import { connect } from '../../src/queue/connect.ts';
import { createAuditTrail } from '../../src/store/audit.ts';
import { createGuildSettings, defaultGuildSettings, type GuildSettings } from '../../src/store/guild-settings.ts';
import { createJobStore } from '../../src/store/jobs.ts';
import { openSketchEngine } from '../support/sketch-engine.ts';
import { type Harness, startHarness } from './harness.ts';

const { guild: guildId, channels, users } = SEED_IDS;

let easel: Harness;
let ada: Actor;
let ben: Actor;
let olga: Actor;
let redis: Awaited<ReturnType<typeof connect>>;
/** What the worker was told to keep out, the latest last. */
const keptOut: string[] = [];
/** The adjustments under which it was asked to look at a picture. */
const inspections: number[] = [];
const logged: string[] = [];
/** What happens meanwhile, once. */
let duringInspection: (() => Promise<unknown>) | null = null;

/** The sketch engine, overheard. */
function overheard(engine: Engine): Engine {
  return {
    model: engine.model,
    paint(input, options) {
      keptOut.push(input.negativePrompt);
      return engine.paint(input, options);
    },
    async inspect(bytes, safety) {
      inspections.push(safety.adjustment);
      const happens = duringInspection;
      duringInspection = null;
      await happens?.();
      return engine.inspect(bytes, safety);
    },
    close: () => engine.close(),
  };
}

beforeAll(async () => {
  easel = await startHarness({
    environment: { EASEL_SECRET_KEY: 'a secret of sixteen or more', EASEL_LOG_LEVEL: 'info' },
    logs: { write: (line) => logged.push(line) },
  });
  ada = easel.actor('ada');
  ben = easel.actor('ben');
  olga = easel.actor('olga');
  await easel.startWorker(overheard(openSketchEngine({ stepMs: 1 })));
  await easel.startBot();
  await easel.startDeliverer();
  redis = await connect(easel.redis.url, { patience: 'producer', name: 'test' });
}, 60_000);

afterAll(async () => {
  redis?.disconnect();
  await easel?.close();
});

const set = (change: Partial<GuildSettings>) => createGuildSettings(redis).update(guildId, change);
beforeEach(() => set({ ...defaultGuildSettings, modLogChannelId: channels.modLog }));

const isDone = (message: WireMessage) => message.attachments.length > 0 && message.content.includes('AI-generated');
const said = (message: WireMessage) => message.content !== '' || message.embeds.length > 0;
const seeds = { next: 3000 };
function paint(who: Actor, options: Options = {}, place = 'general') {
  seeds.next += 7;
  const wish = { prompt: 'a lighthouse', steps: 1, count: 1, seed: seeds.next, ...options };
  return who.runCommand(place, '/imagine', wish).answer(isDone, 30_000);
}
const trail = () => createAuditTrail(redis).list(guildId);
/** Known a moment after the picture is seen. */
const jobOf = (message: WireMessage) =>
  vi.waitFor(async () => {
    const record = await createJobStore(redis).findByMessage(message.id);
    expect(record?.deliveredAt).toBeTruthy();
    return record!;
  }, 5000);

describe('the negative prompt that a server adds to every request', () => {
  test('is painted with, and is never taken for the member’s words, however long the line of descent', async () => {
    await set({ negativePrompt: 'nsfw, nude, child' });
    const oak = await paint(ada, { prompt: 'an old oak', negative: 'fog' });
    const again = await ada.click(oak, '🔄').answer(isDone, 30_000);
    const varied = await ada.click(again, 'Vary (Subtle)').answer(isDone, 30_000);
    expect(keptOut.slice(-3)).toEqual(Array(3).fill('fog, nsfw, nude, child'));
    for (const message of [oak, again, varied]) {
      expect((await jobOf(message)).job.request.negativePrompt).toBe('fog');
    }
    const form = await ada.click(oak, 'Remix').modal();
    expect(JSON.stringify(form)).toContain('fog');
    expect(JSON.stringify(form)).not.toContain('nude');
    const card = await ada.click(oak, 'Info').answer(said);
    expect(card.embeds[0]?.description, 'the command to copy').not.toContain('nude');
    const exported = await ada.runCommand('general', '/privacy export').answer(isFile, 20_000);
    expect(await textOf(exported)).not.toContain('nude');
    expect(await textOf(exported)).not.toContain('serverNegative');
    expect((await trail()).filter(({ action }) => action === 'request refused')).toEqual([]);
  }, 60_000);

  test('as it is now goes for the next reroll, and so does none', async () => {
    await set({ negativePrompt: 'blurry' });
    const oak = await paint(ada, { prompt: 'an old oak' });
    await set({ negativePrompt: 'grainy' });
    const again = await ada.click(oak, '🔄').answer(isDone, 30_000);
    expect(keptOut.at(-1)).toBe('grainy');
    await set({ negativePrompt: '' });
    await ada.click(again, '🔄').answer(isDone, 30_000);
    expect(keptOut.at(-1)).toBe('');
  }, 60_000);

  test('in the record of an older version accuses nobody, whatever the server’s is now', async () => {
    await set({ negativePrompt: 'nude, child' });
    const oak = await paint(ada, { prompt: 'an old oak', negative: 'fog' });
    const { job } = await jobOf(oak);
    // As it was written before the two were told apart.
    const older = { ...job, request: { ...job.request, negativePrompt: 'fog, nude, child' } };
    await redis.hset(redisKeys.job(job.jobId), 'data', JSON.stringify(older));
    const again = await ada.click(oak, '🔄').answer(isDone, 30_000);
    expect(keptOut.at(-1)).toBe('fog, nude, child');
    await ada.click(again, '🔄').answer(isDone, 30_000);
    await set({ negativePrompt: '' });
    const refused = await ada.click(oak, 'Vary (Strong)').answer(said);
    expect(refused.content).not.toContain('recorded');
    expect((await trail()).filter(({ action }) => action === 'request refused')).toEqual([]);
  }, 60_000);

  test('what a member says there is still judged', async () => {
    await set({ negativePrompt: 'nude', filter: [{ id: 'f1', kind: 'words', text: 'moat', action: 'refuse' }] });
    const castle = await paint(ada, { prompt: 'a castle', negative: 'fog' });
    const form = await ada.click(castle, 'Remix').modal();
    const refused = await ada.submitModal(form, { prompt: 'a castle', negative: 'a moat' }).answer(said);
    expect(refused.content).toContain('not painted here');
    await vi.waitFor(
      async () =>
        expect((await trail())[0]).toMatchObject({
          subjectId: users.ada,
          details: { field: 'negative', text: 'a moat' },
        }),
      10_000,
    );
  }, 60_000);
});

describe('a ban', () => {
  test('counts while the picture to start from is looked at: nothing is painted', async () => {
    const before = keptOut.length;
    duringInspection = () => olga.runCommand('general', '/admin ban', { member: users.ben }).answer(said, 20_000);
    const image = { filename: 'a.png', bytes: Buffer.from(await encodePng(proceduralPicture(21, 256, 256))) };
    const imagine = ben.runCommand('general', '/imagine', { prompt: 'a harbour', steps: 4, count: 1, image });
    const answer = await imagine.answer(({ content }) => content.includes('Cancelled'), 30_000);
    expect(answer.attachments).toEqual([]);
    expect(keptOut).toHaveLength(before);
    await olga.runCommand('general', '/admin unban', { member: users.ben }).answer(said, 20_000);
  }, 60_000);
});

test('a file that is no picture is its sender’s own: the log has no failure of ours', async () => {
  const since = logged.length;
  const picture = { filename: 'x.png', bytes: Buffer.from('no picture') };
  const told = await ada.runCommand('general', '/verify', { image: picture }).answer(said, 20_000);
  expect(told.content).toContain('could not read that file');
  const lines = logged.slice(since).map((line) => JSON.parse(line));
  expect(lines.filter(({ level }) => level >= 50)).toEqual([]);
  const [line] = lines.filter(({ code }) => code === 'image-unreadable');
  expect(line).toMatchObject({ level: 30, guildId });
  expect(line).not.toHaveProperty('err');
}, 60_000);

describe('what is posted once more', () => {
  const linkTo = (message: WireMessage) =>
    `https://discord.com/channels/${guildId}/${message.channel_id}/${message.id}`;
  const isRefused = ({ content, flags }: WireMessage) =>
    content.includes('too close to a picture that moderators removed') && (flags & 64) !== 0;
  const show = (who: Actor, jobId: string, place = 'general') =>
    who.runCommand(place, '/show', { job: jobId }).answer(said, 30_000);

  test('keeps to the channels, the filter and the preset of this server', async () => {
    const tower = await paint(ada, { prompt: 'a tower', count: 2 });
    const { job } = await jobOf(tower);
    await set({ channelIds: [channels.ageRestricted] });
    for (const answer of [await ada.click(tower, 'U1').answer(said), await show(ada, job.jobId)])
      expect(answer.content).toContain('lets me paint only in');
    await set({ channelIds: [], filter: [{ id: 'f1', kind: 'words', text: 'tower', action: 'refuse' }] });
    for (const answer of [await ben.click(tower, 'U1').answer(said), await show(ben, job.jobId)])
      expect(answer.content).toContain('not painted here');
    // The words are not Ben's.
    expect((await trail()).filter(({ actorId, subjectId }) => actorId === 'system' && subjectId === users.ben)).toEqual(
      [],
    );
    await set({ filter: [] });
    expect((await ada.click(tower, 'U2').answer(isDone, 30_000)).attachments).toHaveLength(1);
  }, 60_000);

  test('is looked at again where more is withheld than where it was painted', async () => {
    const looked = inspections.length;
    const tower = await paint(ada, { prompt: 'a tower', count: 2 });
    const { job } = await jobOf(tower);
    expect((await show(ada, job.jobId)).attachments).toHaveLength(1);
    expect(inspections.slice(looked)).toEqual([]);
    await set({ safety: 'strict' });
    expect((await show(ada, job.jobId)).attachments).toHaveLength(1);
    expect(inspections.slice(looked)).toEqual([0.03, 0.03]);
  }, 60_000);

  test('is held against what was taken down here since, by U and by /show', async () => {
    const wish = { prompt: 'a unicorn', count: 2, seed: 5001 };
    const [first, second] = [await paint(ada, wish), await paint(ada, wish)];
    const { job } = await jobOf(second);
    await olga.runCommand('general', '/admin takedown', { link: linkTo(first) }).answer(said, 30_000);
    const posted = ben.messages('general').length;
    for (const ask of [() => ada.click(second, 'U1'), () => ada.runCommand('general', '/show', { job: job.jobId })]) {
      const whispers = ada.messages('general').filter(isRefused).length;
      ask();
      await ada.waitUntil('whisper', () => ada.messages('general').filter(isRefused).length > whispers, 30_000);
    }
    expect(ben.messages('general')).toHaveLength(posted);
  }, 60_000);
});

const isFile = (message: WireMessage) => message.attachments.length > 0;
async function textOf(message: WireMessage): Promise<string> {
  return (await fetch(message.attachments[0]!.url)).text();
}
