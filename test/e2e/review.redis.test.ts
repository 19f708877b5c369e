// Reviews, reports, traces and takedowns through the twin: Mona moderates, Olga owns the server, Ada and Ben are members. One Easel for all
// of it; the checker's answer stands in the prompt (test/support/sketch-engine.ts).

import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { proceduralPicture } from '../../src/bench/procedural-pictures.ts';
import { encodeLossy, encodePng } from '../../src/image/encode.ts';
import { hashDistance, surelyNear } from '../../src/image/perceptual-hash.ts';
import { readPicture } from '../../src/image/read-picture.ts';
import { redisKeys } from '../../src/jobs/redis-keys.ts';
import type { Actor, Options } from '../../src/playground/actors.ts';
import { SEED_IDS } from '../../src/playground/state/seed.ts';
import type { WireMessage } from '../../src/playground/wire.ts';
import { connect } from '../../src/queue/connect.ts';
import { createAuditTrail } from '../../src/store/audit.ts';
import { createGuildSettings, type GuildSettings } from '../../src/store/guild-settings.ts';
import { createJobStore } from '../../src/store/jobs.ts';
import { createTakedowns } from '../../src/store/takedowns.ts';
import { openSketchEngine } from '../support/sketch-engine.ts';
import { type Harness, startHarness } from './harness.ts';

const { guild: guildId, channels, users } = SEED_IDS;

let easel: Harness;
let ada: Actor;
let ben: Actor;
let mona: Actor;
let olga: Actor;
let redis: Awaited<ReturnType<typeof connect>>;

beforeAll(async () => {
  easel = await startHarness({ environment: { EASEL_SECRET_KEY: 'a secret of sixteen or more' } });
  ada = easel.actor('ada');
  ben = easel.actor('ben');
  mona = easel.actor('mona');
  olga = easel.actor('olga');
  await easel.startWorker(openSketchEngine({ stepMs: 1 }));
  await easel.startBot();
  await easel.startDeliverer();
  redis = await connect(easel.redis.url, { patience: 'producer', name: 'test' });
}, 60_000);

afterAll(async () => {
  redis.disconnect();
  await easel.close();
});

const set = (change: Partial<GuildSettings>) => createGuildSettings(redis).update(guildId, change);
beforeEach(() => set({ modLogChannelId: channels.modLog }));

const isPrivate = (message: WireMessage) => (message.flags & 64) !== 0;
const isDone = (message: WireMessage) => message.attachments.length > 0 && message.content.includes('AI-generated');
const said = (message: WireMessage) => message.content !== '' || message.embeds.length > 0;
const seeds = { next: 1000 };
/** Every picture is another one: near-duplicates of what was taken down are withheld. */
function paint(who: Actor, options: Options = {}, place = 'general') {
  seeds.next += 7;
  const wish = { prompt: 'a lighthouse', steps: 1, count: 1, seed: seeds.next, ...options };
  return who.runCommand(place, '/imagine', wish).answer(isDone, 30_000);
}
const tell = (who: Actor, command: string, options: Options = {}) =>
  who.runCommand('general', `/admin ${command}`, options).answer(said, 30_000);
const trail = () => createAuditTrail(redis).list(guildId);
const linkTo = (message: WireMessage) => `https://discord.com/channels/${guildId}/${message.channel_id}/${message.id}`;
/** Known a moment after the picture is seen. */
const jobOf = (message: WireMessage) =>
  vi.waitFor(async () => {
    const record = await createJobStore(redis).findByMessage(message.id);
    expect(record).not.toBeNull();
    return record!;
  });
const file = (filename: string, bytes: Uint8Array) => ({ filename, bytes: Buffer.from(bytes) });
async function lastJobOf(userId: string) {
  const [jobId = ''] = (await createJobStore(redis).byMember(userId, { offset: 0, limit: 1 })).jobIds;
  return { jobId };
}
const cardText = (message: WireMessage) => JSON.stringify(message.embeds);

async function fileOf(message: WireMessage): Promise<Uint8Array> {
  const { url } = message.attachments[0]!;
  return new Uint8Array(await (await fetch(url)).arrayBuffer());
}

describe('/admin trace', () => {
  test('leads from a re-encoded copy to the request: by whom, when, with which model', async () => {
    const painted = await paint(ada, { prompt: 'a harbour @everyone', count: 2 });
    await ada.click(painted, 'U2').answer(isDone, 30_000);
    const single = await ada.waitForMessage('general', (message) => message.content.includes('picture #2'));
    const { job } = await jobOf(painted);
    const jpeg = await encodeLossy(await readPicture(await fileOf(single)), 'jpeg', 80);
    const answer = await tell(mona, 'trace', { picture: file('copy.jpg', jpeg) });
    expect(isPrivate(answer)).toBe(true);
    expect(cardText(answer)).toContain(`#2 of job \`${job.jobId}\``);
    expect(cardText(answer)).toContain(`<@${users.ada}>`);
    expect(cardText(answer)).toContain('sketch');
    expect(cardText(answer)).toContain(`trace id ${job.traceIds[1]}`);
    const sheet = await tell(mona, 'trace', { picture: file('grid.png', await fileOf(painted)) });
    expect(cardText(sheet)).toContain(`the whole sheet of job \`${job.jobId}\``);
    expect(mona.notifications).toEqual([]);
    expect((await trail())[0]).toMatchObject({
      action: 'picture traced',
      actorId: users.mona,
      subjectId: users.ada,
      jobId: job.jobId,
    });
    await mona.waitForMessage('modLog', (message) => message.content.includes(`looked up \`${job.jobId}\``));
  });

  test('says of a picture without a mark that this is no proof, and of a foreign mark that it is unknown', async () => {
    const foreign = await encodePng(proceduralPicture(5, 256, 256));
    const answer = await tell(mona, 'trace', { picture: file('x.png', foreign) });
    expect(cardText(answer)).toContain('no proof');
    const painted = await paint(ada);
    const bytes = await fileOf(painted);
    const { job } = await jobOf(painted);
    await redis.hdel(redisKeys.trace, String(job.traceIds[0]));
    const unknown = await tell(mona, 'trace', { picture: file('x.png', bytes) });
    expect(cardText(unknown)).toContain(`trace id ${job.traceIds[0]}, which I do not know`);
  });

  test('takes the link of a message or a job id; nobody learns of another server’s jobs, nor members of any', async () => {
    const painted = await paint(ada);
    const { job } = await jobOf(painted);
    for (const link of [linkTo(painted), job.jobId]) {
      expect(cardText(await tell(mona, 'trace', { link }))).toContain(`<@${users.ada}>`);
    }
    expect((await tell(mona, 'trace', { link: 'a picture' })).content).toContain('neither a link');
    expect((await tell(mona, 'trace')).content).toContain('Give a picture');
    const bytes = await fileOf(painted);
    await redis.hset(
      redisKeys.job(job.jobId),
      'data',
      JSON.stringify({ ...job, reply: { ...job.reply, guildId: '77' } }),
    );
    expect((await tell(mona, 'trace', { link: job.jobId })).content).toContain('no picture of mine');
    const elsewhere = await tell(mona, 'trace', { picture: file('x.png', bytes) });
    expect(cardText(elsewhere)).toContain('not in this server');
    expect(cardText(elsewhere)).not.toContain(users.ada);
    const text = await tell(mona, 'trace', { picture: file('x.png', await readFile('package.json')) });
    expect(text.content).toContain('could not read that file');
    expect(ada.commands('general').map((command) => command.name)).not.toContain('admin');
    expect(easel.violations()).toEqual([]);
  });
});

const modLogCard = (jobId: string) =>
  mona.waitForMessage(
    'modLog',
    (message) => message.components.length > 0 && cardText(message).includes(jobId),
    15_000,
  );
const withheld = (who: Actor, options: Options = {}) => paint(who, { prompt: 'a marble statue (flag 1)', ...options });

describe('a withheld picture', () => {
  test('where no mod-log is set, the member is told so; only its member may ask', async () => {
    await set({ modLogChannelId: null });
    const answer = await withheld(ada);
    expect(answer.content).toContain('withheld');
    expect((await ben.click(answer, 'Ask a moderator').answer(said)).content).toContain('Only the member who asked');
    const told = await ada.click(answer, 'Ask a moderator').answer(said);
    expect(told.content).toContain('no channel where I could ask');
    expect(isPrivate(told)).toBe(true);
  });

  test('is brought before the moderators once; released, it comes as a reply with its mark; later pressers hear who decided', async () => {
    const answer = await paint(ada, { prompt: 'two towers (flag 2)', count: 2 });
    const { job } = await jobOf(answer);
    const asked = await ada.click(answer, 'Ask a moderator').answer(said);
    expect(asked.content).toContain('have been asked');
    const card = await modLogCard(job.jobId);
    expect(cardText(card)).toContain('#2: the safety check found');
    expect(card.attachments).toEqual([]);
    const again = await ada.click(answer, 'Ask a moderator').answer(said);
    expect(again.content).toContain('already');

    mona.click(card, 'Release');
    const released = await ada.waitForMessage('general', (message) => message.content.includes('Released by'), 15_000);
    expect(released.content).toContain('AI-generated');
    expect(released.message_reference?.message_id).toBe(answer.id);
    const origin = await tell(mona, 'trace', { picture: file('released.png', await fileOf(released)) });
    expect(cardText(origin)).toContain(`#2 of job \`${job.jobId}\``);
    const decided = await mona.waitForEdit(card, (message) => message.components.length === 0);
    expect(cardText(decided)).toContain(`released by <@${users.mona}>`);
    expect(await redis.exists(redisKeys.withheld(job.jobId, 1))).toBe(0);

    // Somebody whose client still shows the buttons.
    const stored = easel.twin.world.message(card.channel_id, card.id)!;
    stored.components = card.components;
    olga.click(card, 'Uphold');
    const late = await olga.waitForMessage('modLog', isPrivate, 15_000);
    expect(late.content).toContain(`decided already: ✅ released by <@${users.mona}>`);
    expect((await ada.click(answer, 'Ask a moderator').answer(said)).content).toContain('decided already');
    expect((await trail()).slice(0, 3).map(({ action }) => action)).toContain('picture released');
    // Its buttons are a picture's own.
    await ada.click(released, 'ℹ️').answer(said);
  });

  test('stays withheld where they uphold it, and its pixels go at once; a private request hears of it in private', async () => {
    const answer = await withheld(ada, { private: true });
    const { jobId } = (await ada.click(answer, 'Ask a moderator').answer(said)) && (await lastJobOf(users.ada));
    const card = await modLogCard(jobId);
    mona.click(card, 'Uphold');
    const told = await ada.waitForMessage('general', (message) => message.content.includes('stays withheld'), 15_000);
    expect(isPrivate(told)).toBe(true);
    expect(await redis.exists(redisKeys.withheld(jobId, 0))).toBe(0);
    expect((await trail())[0]).toMatchObject({ action: 'picture upheld', subjectId: users.ada, jobId });
  });

  test('asked for in private and released, nobody else sees it', async () => {
    const answer = await withheld(ada, { private: true });
    await ada.click(answer, 'Ask a moderator').answer(said);
    const { jobId } = await lastJobOf(users.ada);
    mona.click(await modLogCard(jobId), 'Release');
    const isReleased = (message: WireMessage) => isPrivate(message) && message.content.includes('Released by');
    const released = await ada.waitForMessage('general', isReleased, 15_000);
    const shown = await ada.waitForEdit(released, (message) => message.content.includes('AI-generated'), 15_000);
    expect(shown.attachments).toHaveLength(1);
    expect(ben.messages('general').filter((message) => message.id === shown.id)).toEqual([]);
  });

  test('is shown blurred behind a spoiler where the mod-log is age-restricted, and taken off with the decision', async () => {
    await set({ modLogChannelId: channels.ageRestricted });
    const answer = await withheld(ben);
    const { job } = await jobOf(answer);
    await ben.click(answer, 'Ask a moderator').answer(said);
    const card = await mona.waitForMessage(
      'ageRestricted',
      (message) => message.components.length > 0 && cardText(message).includes(job.jobId),
      15_000,
    );
    expect(card.attachments.map(({ filename }) => filename)).toEqual([`SPOILER_review-${job.jobId}-1.webp`]);
    const original = await readPicture(await encodePng(proceduralPicture(job.request.seed, 256, 256)));
    const seen = await readPicture(await fileOf(card));
    const contrast = (pixels: typeof seen) => {
      const mean = pixels.data.reduce((sum, value) => sum + value, 0) / pixels.data.length;
      return (
        pixels.data.reduce((sum, value, index) => sum + Math.abs(value - (pixels.data[index - 3] ?? value)), 0) / mean
      );
    };
    expect(contrast(seen) / contrast(original)).toBeLessThan(0.5);

    // Ban asks for how long and why; a member who forges the press gets nowhere.
    const stored = easel.twin.world.message(card.channel_id, card.id)!;
    expect(stored.visibleTo).toBeNull();
    expect((await ada.click(card, 'Release').answer(said)).content).toContain('Only moderators');
    const form = await mona.click(card, 'Ban …').modal();
    mona.submitModal(form, { Reason: 'no more of these' });
    const decided = await mona.waitForEdit(card, (message) => message.components.length === 0);
    expect(decided.attachments).toEqual([]);
    expect(cardText(decided)).toContain('banned');
    const told = await ben.waitForMessage('general', (message) => message.content.includes('may not use me'), 15_000);
    expect(isPrivate(told)).toBe(true);
    expect((await ben.runCommand('general', '/imagine', { prompt: 'x' }).answer(said)).content).toContain(
      'may not use this bot',
    );
    await tell(olga, 'unban', { member: users.ben });
  });

  test('the floor is not kept, not shown and not releasable, by a forged button either', async () => {
    await set({ modLogChannelId: channels.ageRestricted });
    const answer = await paint(ada, { prompt: 'a house (care 1)' });
    const { job } = await jobOf(answer);
    expect(await redis.exists(redisKeys.withheld(job.jobId, 0))).toBe(0);
    await ada.click(answer, 'Ask a moderator').answer(said);
    const card = await mona.waitForMessage(
      'ageRestricted',
      (message) => message.components.length > 0 && cardText(message).includes(job.jobId),
      15_000,
    );
    expect(card.attachments).toEqual([]);
    expect(cardText(card)).toContain('cannot be released');
    const stored = easel.twin.world.message(card.channel_id, card.id)!;
    stored.components = JSON.parse(JSON.stringify(card.components).replaceAll('"disabled":true', '"disabled":false'));
    mona.click(card, 'Release');
    const refused = await mona.waitForMessage('ageRestricted', isPrivate, 15_000);
    expect(refused.content).toContain('cannot be released any more');
    expect(await redis.exists(redisKeys.withheld(job.jobId, 0))).toBe(0);
  });

  test('cells of a sheet are kept for review as well', async () => {
    const sheet = await ada
      .runCommand('general', '/grid', { prompt: 'a pier (flag 2)', x: 'steps', 'x-values': '1, 2', seed: 4242 })
      .answer(isDone, 30_000);
    expect(sheet.content).toContain('Withheld: #2');
    const { job } = await jobOf(sheet);
    await ada.click(sheet, 'Ask a moderator').answer(said);
    mona.click(await modLogCard(job.jobId), 'Release');
    const released = await ada.waitForMessage(
      'general',
      (message) => message.content.includes('Released by') && message.message_reference?.message_id === sheet.id,
      15_000,
    );
    expect(released.attachments).toHaveLength(1);
    expect(easel.violations()).toEqual([]);
  });
});

describe('a report', () => {
  const report = async (who: Actor, message: WireMessage, why = 'it looks like somebody I know') => {
    const form = await who.contextMenu(message, 'Report').modal();
    return who.submitModal(form, { 'What is wrong with it?': why }).answer(said);
  };

  test('of any member makes a card; a moderator takes the picture down from it, everywhere it was posted', async () => {
    const answer = await paint(ada, { count: 2 });
    const { job } = await jobOf(answer);
    await ada.click(answer, 'U1').answer(isDone, 30_000);
    const shown = await ada.runCommand('ageRestricted', '/show', { job: job.jobId }).answer(isDone, 30_000);
    await jobOf(shown);
    const thanks = await report(ben, answer);
    expect(thanks.content).toContain('Thank you');
    expect(isPrivate(thanks)).toBe(true);
    expect((await report(ada, answer)).content).toContain('already');
    const card = await modLogCard(job.jobId);
    expect(cardText(card)).toContain('somebody I know');
    mona.click(card, 'Take down');
    await mona.waitForEdit(card, (message) => message.components.length === 0, 15_000);
    expect(ada.see(answer)).toBeUndefined();
    expect(ada.see(shown)).toBeUndefined();
    expect(ada.messages('general').some(({ content }) => content.includes(job.jobId))).toBe(false);
    const told = await ben.waitForMessage(
      'general',
      (message) => message.content.includes('took the picture down'),
      15_000,
    );
    expect(isPrivate(told)).toBe(true);
    const again = await ada.runCommand('general', '/show', { job: job.jobId }).answer(said);
    expect(again.content).toContain('no longer kept');

    // The same words and seed paint the same picture: withheld here; in another place that is somebody else's to say.
    const repainted = await paint(ada, { count: 1, seed: job.request.seed });
    expect(repainted.content).toContain('too close to a picture that moderators removed');
    expect((await trail()).map(({ action }) => action)).toEqual(
      expect.arrayContaining(['picture reported', 'picture taken down']),
    );
  });

  test('can be left as it is; reports are limited, and foreign messages cannot be reported', async () => {
    const answer = await paint(ada);
    const { job } = await jobOf(answer);
    await report(ben, answer);
    mona.click(await modLogCard(job.jobId), 'Leave it');
    await ben.waitForMessage('general', (message) => message.content.includes('the picture stays'), 15_000);
    expect(ada.see(answer)).toBeDefined();
    await redis.set(redisKeys.reviewAsks('report', users.ben), 5);
    const other = await paint(ada);
    expect((await report(ben, other)).content).toContain('At most 5');
    const foreign = ada.send('general', 'hello');
    expect((await ben.contextMenu(foreign, 'Report').answer(said)).content).toContain('no picture of mine');
  });
});

describe('/admin takedown', () => {
  test('by link, attachment or job id; for managers alone, everywhere for operators alone', async () => {
    const painted = await paint(ada);
    const { job } = await jobOf(painted);
    expect((await tell(mona, 'takedown', { link: linkTo(painted) })).content).toContain('manage the server');
    expect((await tell(olga, 'takedown', { link: linkTo(painted), everywhere: true })).content).toContain('operator');
    const single = await paint(ada, { count: 2 });
    await ada.click(single, 'U2').answer(isDone, 30_000);
    const tile = await ada.waitForMessage(
      'general',
      (message) => message.content.includes('picture #2') && message.message_reference?.message_id === single.id,
      15_000,
    );
    const jpeg = await encodeLossy(await readPicture(await fileOf(tile)), 'jpeg', 85);
    const byFile = await tell(olga, 'takedown', { picture: file('x.jpg', jpeg), reason: 'likeness' });
    expect(byFile.content).toContain('1 picture, 2 messages deleted');
    expect(ada.see(single)).toBeUndefined();
    expect(ada.see(tile)).toBeUndefined();
    const byId = await tell(olga, 'takedown', { link: job.jobId });
    expect(byId.content).toContain('1 picture, 1 message deleted');
    expect(ada.see(painted)).toBeUndefined();
    await mona.waitForMessage('modLog', (message) => message.content.includes(`took down job \`${job.jobId}\``));
    expect((await trail()).find(({ action }) => action === 'picture taken down')).toMatchObject({
      actorId: users.olga,
    });
  });

  test('takes upscaled copies with their original, and the original with a copy; what else came of it stays', async () => {
    for (const which of ['original', 'copy'] as const) {
      const single = await ada.click(await paint(ada, { count: 2 }), 'U1').answer(isDone, 30_000);
      const grid = await jobOf(single).then(({ job }) => createJobStore(redis).get(job.parent!.jobId));
      const upscaled = await ada.click(single, 'Upscale (Subtle)').answer(isDone, 30_000);
      const redone = await ada.click(upscaled, 'Redo Upscale (Subtle)').answer(isDone, 30_000);
      const other = await ada.click(single, 'Vary (Strong)').answer(isDone, 30_000);
      const { job } = await jobOf(redone);
      // A variation goes only where it came out the same, as a flat sketch may.
      const tilesOf = async (message: WireMessage) =>
        (await jobOf(message)).result!.pictures.filter(({ kind }) => kind === 'tile');
      const [made] = await tilesOf(which === 'copy' ? upscaled : single);
      const isSame = (await tilesOf(other)).some(
        ({ perceptualHash }) => hashDistance(made!.perceptualHash, perceptualHash) <= surelyNear,
      );
      const answer = await tell(olga, 'takedown', { link: linkTo(which === 'copy' ? upscaled : single) });
      expect(answer.content, which).toContain(`1 picture, ${isSame ? 5 : 4} messages deleted`);
      for (const message of [single, upscaled, redone]) expect(ada.see(message), which).toBeUndefined();
      expect(ada.see({ id: grid!.message!.messageId, channel_id: grid!.message!.channelId })).toBeUndefined();
      expect(ada.see(other) === undefined, which).toBe(isSame);
      const shown = await ada.runCommand('general', '/show', { job: job.jobId }).answer(said);
      expect(shown.content).toContain('no longer kept');
    }
  }, 90_000);

  test('of a picture from elsewhere only remembers it; a near copy is withheld in this server and nowhere else', async () => {
    const seed = 987_654;
    const foreign = await encodeLossy(proceduralPicture(seed, 256, 256), 'jpeg', 70);
    const answer = await tell(olga, 'takedown', { picture: file('x.jpg', foreign) });
    expect(answer.content).toContain('no message of mine');
    expect((await paint(ada, { seed })).content).toContain('too close');
    const elsewhere = await paint(ada, { seed }, 'dm');
    expect(elsewhere.content).not.toContain('withheld');
    expect(easel.violations()).toEqual([]);
  });

  test('is lifted by managers alone; its like is painted again, and the lifting is written down', async () => {
    const store = createTakedowns(redis);
    for (const { id } of await store.list()) await store.lift(id);
    const one = { perceptualHash: '0'.repeat(16), embedding: [], byUserId: users.olga, reason: 'a *likeness*' };
    await store.add({ ...one, id: 'aaaaaaaaaaaa--1', guildId: null, at: 5 });
    await store.add({ ...one, id: 'bbbbbbbbbbbb-0', guildId: '77', at: 6 });
    expect((await tell(mona, 'takedowns')).content).toContain('manage the server');
    expect((await tell(olga, 'takedowns')).content).toContain('No picture is taken down here');

    const painted = await paint(ada);
    const { job } = await jobOf(painted);
    await tell(olga, 'takedown', { link: job.jobId, reason: 'likeness' });
    const { seed } = job.request;
    expect((await paint(ada, { seed })).content).toContain('too close');
    for (let index = 0; index < 26; index += 1) {
      await store.add({ ...one, id: `c${String(index).padStart(11, '0')}-0`, guildId, at: 10 + index });
    }
    const card = await tell(olga, 'takedowns');
    expect(isPrivate(card)).toBe(true);
    expect(cardText(card)).toContain(`#1 of job \`${job.jobId}\``);
    expect(cardText(card)).not.toMatch(/aaaaaaaaaaaa|bbbbbbbbbbbb/);
    expect(cardText(card)).not.toContain('`c00000000000`');
    olga.click(card, '▶️');
    const second = await olga.waitForEdit(card, (message) => cardText(message).includes('`c00000000000`'));
    olga.click(second, '◀️');
    const first = await olga.waitForEdit(second, (message) => cardText(message).includes(job.jobId));
    olga.select(first, 'Let its like be painted again …', [`${job.jobId}-0`, 'c00000000025-0']);
    await olga.waitForEdit(first, (message) => !cardText(message).includes(job.jobId));
    expect((await paint(ada, { seed })).content).not.toContain('withheld');
    const lifted = (await trail()).filter(({ action }) => action === 'takedown lifted');
    expect(lifted).toContainEqual(
      expect.objectContaining({ actorId: users.olga, subjectId: users.ada, jobId: job.jobId }),
    );
    expect(lifted).toHaveLength(2);
    await mona.waitForMessage('modLog', ({ content }) => content.includes(`takedown of #1 of job \`${job.jobId}\``));
    expect((await store.list()).map(({ id }) => id)).toEqual(
      expect.arrayContaining(['aaaaaaaaaaaa--1', 'bbbbbbbbbbbb-0']),
    );
    expect(easel.violations()).toEqual([]);
  });
});
