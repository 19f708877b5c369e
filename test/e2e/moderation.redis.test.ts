// What moderators do with filter, queue, audit trail and statistics, through the twin: Olga owns the server, Mona moderates, Ada and Ben
// are members. One bot and one worker for all of it.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Actor, Options } from '../../src/playground/actors.ts';
import { SEED_IDS } from '../../src/playground/state/seed.ts';
import type { WireMessage } from '../../src/playground/wire.ts';
import { connect } from '../../src/queue/connect.ts';
import { createAuditTrail } from '../../src/store/audit.ts';
import { createGuildSettings } from '../../src/store/guild-settings.ts';
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
  easel = await startHarness({ environment: { EASEL_POWER_WATTS: '360', EASEL_GRID_INTENSITY: '500' } });
  ada = easel.actor('ada');
  ben = easel.actor('ben');
  mona = easel.actor('mona');
  olga = easel.actor('olga');
  await easel.startWorker(openSketchEngine({ stepMs: 100 }));
  await easel.startBot();
  await easel.startDeliverer();
  redis = await connect(easel.redis.url, { patience: 'producer', name: 'test' });
  await createGuildSettings(redis).update(guildId, { modLogChannelId: channels.modLog });
  // As a server does that changes who may use it: only our own check stands then.
  for (const command of easel.twin.world.commands.values()) {
    if (command.name === 'admin') command.body.default_member_permissions = null;
  }
  // The first answer of a fresh process is its slowest; nothing here is about that.
  await ada
    .runCommand('general', '/help')
    .answer(said)
    .catch(() => undefined);
}, 60_000);

afterAll(async () => {
  redis?.disconnect();
  await easel?.close();
});

const isPrivate = (message: WireMessage) => (message.flags & 64) !== 0;
const isDone = (message: WireMessage) => message.attachments.length > 0 && message.content.includes('AI-generated');
const said = (message: WireMessage) => message.content !== '' || message.embeds.length > 0;
const imagine = (who: Actor, options: Options = {}) =>
  who.runCommand('general', '/imagine', { prompt: 'a lighthouse', steps: 2, count: 1, ...options });
const paint = (who: Actor, options: Options = {}) => imagine(who, options).answer(isDone, 30_000);
const tell = (who: Actor, command: string, options: Options = {}) =>
  who.runCommand('general', `/admin ${command}`, options).answer(said);
const modLogSays = (text: string) => mona.waitForMessage('modLog', (message) => message.content.includes(text));
const violations = () => easel.violations();
const trail = (action: string) => createAuditTrail(redis).list(guildId, { action });

describe('/admin filter', () => {
  test('asks for Manage Server, of suggestions too', async () => {
    for (const who of [ada, mona]) {
      for (const [command, options] of [
        ['filter add', { text: 'castle' }],
        ['filter list', {}],
        ['filter test', { text: 'castle' }],
        ['filter remove', { entry: 'castle' }],
      ] as const) {
        const refused = await tell(who, command, options);
        expect(refused.content).toContain('manage the server');
        expect(isPrivate(refused)).toBe(true);
      }
    }
  });

  test('refuses, flags and logs what it holds, in prompt and negative prompt, and never says to members what', async () => {
    expect((await tell(olga, 'filter add', { text: 'secret castle' })).content).toContain('refuse');
    await tell(olga, 'filter add', { text: 'moat', action: 'flag' });
    await tell(olga, 'filter add', { text: 'draw ?bridge', action: 'log', kind: 'pattern' });
    expect((await tell(olga, 'filter add', { text: '(a', kind: 'pattern' })).content).toContain('RE2');
    expect((await tell(olga, 'filter add', { text: 'moat' })).content).toContain('already');

    for (const options of [{ prompt: 'a S3CRET castle' }, { negative: 'secret  castle' }]) {
      const refused = await imagine(ada, options).answer(said);
      expect(isPrivate(refused)).toBe(true);
      expect(refused.content).toContain('not painted here');
      expect(refused.content).not.toMatch(/castle/i);
    }
    await paint(ada, { prompt: 'a m0at @everyone' });
    const flagged = await modLogSays('flagged');
    expect(flagged.content).toContain(`<@${users.ada}>`);
    expect(flagged.content).toContain(`<#${channels.general}>`);
    await paint(ben, { prompt: 'a house', negative: 'Draw Bridge' });
    const logged = await modLogSays('logged');
    expect(logged.flags & 4096).toBe(4096);
    expect(mona.notifications).toEqual([]);

    expect(await trail('request refused')).toMatchObject([
      { subjectId: users.ada, details: { rule: 'server-filter', field: 'negative', matched: 'secret castle' } },
      { actorId: 'system', details: { rule: 'server-filter', field: 'prompt', text: 'a S3CRET castle' } },
    ]);
    expect(await trail('request flagged')).toMatchObject([
      { actorId: 'system', subjectId: users.ada, details: { field: 'prompt', text: 'a m0at @everyone' } },
    ]);
    expect(await trail('request logged')).toMatchObject([{ subjectId: users.ben, details: { field: 'negative' } }]);
    expect(await trail('filter entry added')).toHaveLength(3);
  });

  test('test says which rule would act and paints nothing; list and remove show entries to their asker alone', async () => {
    const verdict = async (text: string, more = {}) => (await tell(olga, 'filter test', { text, ...more })).content;
    expect(await verdict('the secret castle')).toMatch(/Refused by this server’s filter .*`secret castle`/);
    expect(await verdict('a moat')).toContain('“flag”, because of `moat`');
    expect(await verdict('porn')).toContain('the list for all');
    expect(await verdict('picture 1011')).toContain('Nothing acts');
    // A text is read as a request is: flags, brackets without weight, and the negative prompt, in which fewer words count.
    expect(await verdict('a house --no secret castle --seed 7')).toMatch(/Refused by this server’s filter/);
    expect(await verdict('a house', { negative: 'Secret Castle' })).toMatch(/Refused by this server’s filter/);
    expect(await verdict('po()rn')).toContain('the list for all');
    expect(await verdict('a house --no gore, nude')).toContain('Nothing acts');
    expect(await verdict('a house --sed 7')).toContain('--sed');
    const card = await tell(olga, 'filter list');
    expect(isPrivate(card)).toBe(true);
    expect(card.embeds[0]?.description).toContain('`secret castle`');
    const choices = await olga.autocomplete('general', '/admin filter remove', { entry: 'cas' }, 'entry').choices();
    expect(choices.map(({ name }) => name)).toEqual(['secret castle (refuse)']);
    expect(await mona.autocomplete('general', '/admin filter remove', { entry: '' }, 'entry').choices()).toEqual([]);
    expect((await tell(olga, 'filter remove', { entry: String(choices[0]?.value) })).content).toContain(
      'secret castle',
    );
    await modLogSays('out of the filter');
    await paint(ada, { prompt: 'a secret castle' });
    expect(await trail('filter entry removed')).toMatchObject([{ actorId: users.olga }]);
    expect(violations()).toEqual([]);
  });
});

describe('/admin queue', () => {
  const waits = (message: WireMessage) => /Next in|Waiting/.test(message.content);
  const cancelled = (message: WireMessage) => message.content.includes('Cancelled');

  test('pauses the server, cancels one job or all of a member, resumes; everything is written down', async () => {
    const running = imagine(ada, { prompt: 'the first', steps: 100 });
    await running.answer((message) => message.content.includes('Painting'), 20_000);
    const second = imagine(ada, { prompt: 'the second' });
    const third = imagine(ada, { prompt: 'the third' });
    const ofBen = imagine(ben, { prompt: 'of Ben', private: true });
    await Promise.all([second, third, ofBen].map((job) => job.answer(waits, 20_000)));

    const card = await tell(mona, 'queue');
    expect(isPrivate(card)).toBe(true);
    mona.click(card, 'Pause');
    await mona.waitForEdit(card, ({ embeds }) => embeds[0]?.description?.includes('is paused') ?? false);
    await modLogSays('paused painting');
    await running.answer(isDone, 30_000);
    expect((await imagine(ben).answer(said)).content).toContain('paused by the moderators');

    mona.click(card, '🔄');
    const waiting = await mona.waitForEdit(card, ({ embeds }) => embeds[0]?.footer?.text.includes('3 jobs') ?? false);
    expect(waiting.embeds[0]?.description).toContain('the second');
    expect(waiting.embeds[0]?.description).toContain('🔒');
    const picks = waiting.components.flatMap((row) => row.components ?? []).flatMap((one) => one.options ?? []);
    const secondId = String(picks.find(({ label }) => label === 'the second')?.value);
    const jobsLeft = (count: string) =>
      mona.waitForEdit(card, ({ embeds }) => embeds[0]?.footer?.text.endsWith(count) ?? false);
    mona.select(waiting, 'Cancel jobs …', [secondId]);
    const [fewer] = await Promise.all([jobsLeft('2 jobs'), second.answer(cancelled, 20_000)]);
    mona.select(fewer, 'Cancel all jobs of …', [users.ben]);
    const [last] = await Promise.all([jobsLeft('1 job'), ofBen.answer(cancelled, 20_000)]);
    mona.click(last, 'Resume');
    await third.answer(isDone, 40_000);

    expect(await trail('job cancelled')).toMatchObject([
      { actorId: users.mona, subjectId: users.ada, jobId: secondId },
    ]);
    expect(await trail('jobs cancelled')).toMatchObject([{ subjectId: users.ben, details: { jobsCancelled: 1 } }]);
    expect(await trail('queue paused')).toMatchObject([{ actorId: users.mona }]);
    expect(await trail('queue resumed')).toHaveLength(1);
    await modLogSays('resumed painting');
    await modLogSays('cancelled a job of');
    await modLogSays('cancelled 1 job of');
  }, 90_000);

  test('a member who forges the press of the card gets nowhere; what a moderator removes is written down', async () => {
    expect((await tell(ada, 'queue')).content).toContain('Only moderators');
    const card = await tell(mona, 'queue');
    easel.twin.world.message(card.channel_id, card.id)!.visibleTo = null;
    expect((await ada.click(card, 'Pause').answer(said)).content).toContain('Only moderators');
    const picture = await paint(ada);
    mona.click(picture, '🗑️');
    await modLogSays('removed a message');
    expect(await trail('message removed')).toMatchObject([{ actorId: users.mona, subjectId: users.ada }]);
    expect(violations()).toEqual([]);
  });
});

describe('/admin audit and /admin stats', () => {
  test('the trail has the verdict with its scores, by member, action and days, over pages and as a file', async () => {
    await paint(ben, { prompt: '=HYPERLINK("x") (flag 1)' });
    expect((await imagine(ben, { prompt: 'child porn' }).answer(said)).content).toContain('never painted');
    for (let index = 0; index < 8; index += 1) await imagine(ben, { prompt: `=1+1 porn ${index}` }).answer(said);
    expect(await trail('picture withheld')).toMatchObject([
      {
        subjectId: users.ben,
        details: { reason: 'flagged', concepts: expect.arrayContaining([expect.closeTo(0.05)]) },
      },
    ]);

    expect((await tell(ben, 'audit')).content).toContain('Only moderators');
    const card = await tell(mona, 'audit', { member: users.ben, days: 1 });
    expect(isPrivate(card)).toBe(true);
    expect(card.embeds[0]?.description).toContain('Request refused');
    expect(card.embeds[0]?.description).not.toContain('withheld');
    mona.click(card, '▶️');
    const second = await mona.waitForEdit(card, ({ embeds }) => embeds[0]?.footer?.text.includes('Page 2') ?? false);
    const shown = second.embeds[0]?.description?.replaceAll('\\', '');
    expect(shown).toContain('concepts 5: +0.050');
    expect(shown).toContain('category minors');
    expect(shown).not.toContain('child');

    const suggested = await mona.autocomplete('general', '/admin audit', { action: 'withh' }, 'action').choices();
    expect(suggested).toContainEqual({ name: 'Picture withheld', value: 'picture withheld' });
    expect((await tell(mona, 'audit', { action: 'Ünknown' })).content).toContain('no such action');
    const one = await tell(mona, 'audit', { action: 'Picture withheld' });
    expect(one.embeds[0]?.description?.split('\n').filter((line) => line.includes('**'))).toHaveLength(1);

    const file = await mona.click(second, '📄').answer((message) => message.attachments.length > 0);
    expect(isPrivate(file)).toBe(true);
    expect(file.attachments[0]?.filename).toMatch(/^easel-audit-\d{4}-\d\d-\d\d\.csv$/);
    const csv = await (await fetch(file.attachments[0]?.url ?? '')).text();
    const lines = csv.split('\r\n');
    expect(lines[0]).toBe('time,action,actor,subject,job,details,entry');
    expect(lines.filter((line) => line.includes('request refused'))).toHaveLength(9);
    expect(csv).toContain('0.05');
    expect(await trail('audit exported')).toMatchObject([{ actorId: users.mona }]);
    await modLogSays('exported');
  }, 60_000);

  test('the figures are this server’s: pictures, flags, waiting times, energy', async () => {
    const card = await tell(mona, 'stats', { days: 2 });
    const field = (name: string) => card.embeds[0]?.fields?.find((one) => one.name === name)?.value ?? '';
    expect(field('Held back by the checker')).toBe('1 withheld, 0 blurred');
    expect(field('Prompts that a rule met')).toMatch(/^1?\d refused, \d flagged/);
    expect(field('From request to picture')).toContain('half within');
    const [wattHours, grams] = (field('Energy (estimate)').match(/[\d.]+/g) ?? []).map(Number);
    expect(wattHours).toBeGreaterThan(0);
    // 500 g per kWh: half a gram per watt-hour.
    expect(Math.abs((grams ?? 0) - (wattHours ?? 0) / 2)).toBeLessThanOrEqual(0.11);
    expect((await tell(ada, 'stats')).content).toContain('Only moderators');
    expect(violations()).toEqual([]);
  });
});

describe('the mod-log', () => {
  const lines = () => mona.messages('modLog').map(({ content }) => content);

  test('has a line for every refusal by a rule, without the words of those under the floor', async () => {
    await modLogSays('refused by the list for all: “=1+1 porn 7”');
    await imagine(ada, { prompt: 'teen lighthouse keeper nude' }).answer(said);
    await modLogSays(`<@${users.ada}> in <#${channels.general}>: refused by the floor`);
    expect(lines().join('\n')).not.toMatch(/child|teen/);
  });

  test('has a line for every picture that the checker held back: which and why, no words and no picture', async () => {
    await paint(ada, { prompt: 'a marble statue (flag 2) (care 3)', count: 3 });
    const said = await modLogSays('#2 withheld');
    expect(said.content).toMatch(/🛡️ <@\d+> in <#\d+>: #2 withheld, .*not shown here; #3 withheld, .*never shown/);
    expect(said.content).not.toContain('marble');
    expect(lines().filter((content) => content.includes('#2 withheld'))).toHaveLength(1);
    expect(mona.messages('modLog').every(({ attachments }) => attachments.length === 0)).toBe(true);
    expect(mona.notifications).toEqual([]);
    expect(violations()).toEqual([]);
  });
});
