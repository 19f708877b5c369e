// /admin through the twin: Mona moderates, Olga owns the server, Ada and Ben are members.

import { PermissionFlagsBits as P } from 'discord-api-types/v10';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { jobIdOf } from '../../src/discord/new-job.ts';
import type { Actor, Options } from '../../src/playground/actors.ts';
import { SEED_IDS } from '../../src/playground/state/seed.ts';
import type { WireMessage } from '../../src/playground/wire.ts';
import { connect } from '../../src/queue/connect.ts';
import { createAuditTrail } from '../../src/store/audit.ts';
import { createGuildSettings, type GuildSettings } from '../../src/store/guild-settings.ts';
import { openSketchEngine } from '../support/sketch-engine.ts';
import { type Harness, type HarnessOptions, startHarness } from './harness.ts';

const { guild: guildId, channels, users, roles } = SEED_IDS;

let easel: Harness;
let bot: { close(): Promise<void> };
let ada: Actor;
let ben: Actor;
let mona: Actor;
let olga: Actor;
let redis: Awaited<ReturnType<typeof connect>>;

async function start(options: HarnessOptions = {}, stepMs = 2): Promise<void> {
  easel = await startHarness(options);
  ada = easel.actor('ada');
  ben = easel.actor('ben');
  mona = easel.actor('mona');
  olga = easel.actor('olga');
  await easel.startWorker(openSketchEngine({ stepMs }));
  bot = await easel.startBot();
  await easel.startDeliverer();
  redis = await connect(easel.redis.url, { patience: 'producer', name: 'test' });
}

afterEach(async () => {
  redis.disconnect();
  await easel.close();
});

const isPrivate = (message: WireMessage) => (message.flags & 64) !== 0;
const isDone = (message: WireMessage) => message.attachments.length > 0 && message.content.includes('AI-generated');
const said = (message: WireMessage) => message.content !== '' || message.embeds.length > 0;
const imagine = (who: Actor, options: Options = {}, place = 'general') =>
  who.runCommand(place, '/imagine', { prompt: 'a lighthouse', steps: 2, count: 1, ...options });
const paint = (who: Actor, options: Options = {}, place = 'general') =>
  imagine(who, options, place).answer(isDone, 30_000);
const tell = (who: Actor, command: string, options: Options = {}) =>
  who.runCommand('general', `/admin ${command}`, options).answer(said);
const set = (change: Partial<GuildSettings>) => createGuildSettings(redis).update(guildId, change);
const modLogSays = (text: string | RegExp) =>
  mona.waitForMessage('modLog', (message) =>
    typeof text === 'string' ? message.content.includes(text) : text.test(message.content),
  );
const trail = () => createAuditTrail(redis).list(guildId);

/** Lets members see /admin, as a server does that changes who may use it: only our own check stands then. */
function openToAll(): void {
  for (const command of easel.twin.world.commands.values()) {
    if (command.name === 'admin') command.body.default_member_permissions = null;
  }
}

describe('who may use /admin', () => {
  beforeEach(() => start());

  test('members neither see it nor get anywhere where the server shows it to them', async () => {
    const names = (who: Actor, place: string) => who.commands(place).map((command) => command.name);
    expect(names(ada, 'general')).not.toContain('admin');
    expect(names(mona, 'general')).toContain('admin');
    expect(names(mona, 'dm')).not.toContain('admin');
    openToAll();
    const refused = await tell(ada, 'ban', { member: users.ben });
    expect(refused.content).toContain('Only moderators');
    expect(isPrivate(refused)).toBe(true);
    await paint(ben);
    expect(await trail()).toEqual([]);
  });

  test('a role that the server named may moderate; the permissions of the press count, not those of yesterday', async () => {
    openToAll();
    await set({ moderatorRoleIds: [roles.moderator] });
    const role = easel.twin.world.roles.get(roles.moderator)!;
    role.permissions &= ~P.ModerateMembers;
    expect((await tell(mona, 'bans')).content).toContain('Nobody is banned');
    await set({ moderatorRoleIds: [] });
    expect((await tell(mona, 'bans')).content).toContain('Only moderators');
    role.permissions |= P.ModerateMembers;
    expect((await tell(mona, 'bans')).content).toContain('Nobody is banned');
  });
});

describe('bans', () => {
  beforeEach(() => start({}, 200));

  test('take effect at once: on what waits, on what runs, on the next request; and can be lifted', async () => {
    await set({ modLogChannelId: channels.modLog });
    const jobs = [0, 1, 2].map((seed) => imagine(ada, { seed, steps: 50 }));
    const others = imagine(ben, { steps: 4 });
    await Promise.all(jobs.map((job) => job.answer(said)));
    const answer = await tell(mona, 'ban', { member: users.ada, reason: 'spam @everyone <@1>' });
    expect(isPrivate(answer)).toBe(true);
    expect(answer.content).toContain('3 jobs were stopped');
    for (const job of jobs) await job.answer((message) => message.content.includes('Cancelled'), 15_000);
    await others.answer(isDone, 30_000);
    const refused = await imagine(ada).answer(said);
    expect(refused.content).toContain('may not use this bot');
    const line = await modLogSays('banned');
    expect(line.content).toContain(`<@${users.mona}>`);
    expect(mona.notifications).toEqual([]);
    expect(await trail()).toMatchObject([
      {
        action: 'member banned',
        actorId: users.mona,
        subjectId: users.ada,
        details: { reason: 'spam @everyone <@1>', until: null, jobsCancelled: 3 },
      },
    ]);

    const card = await tell(mona, 'bans');
    expect(card.embeds[0]?.description).toContain(`<@${users.ada}>`);
    mona.select(card, 'Let in again …', [users.ada]);
    await mona.waitForEdit(card, (message) => message.content.includes('Nobody is banned'));
    await paint(ada, { steps: 1 });
    expect((await trail())[0]).toMatchObject({ action: 'member unbanned', actorId: users.mona, subjectId: users.ada });
    await modLogSays('again');
    expect(easel.violations()).toEqual([]);
  });

  test('a timeout ends by itself and says when', async () => {
    expect((await tell(mona, 'timeout', { member: users.ada, duration: 'soon' })).content).toContain('no duration');
    await tell(mona, 'timeout', { member: users.ada, duration: '2 h', reason: 'calm down' });
    const refused = await imagine(ada).answer(said);
    expect(refused.content).toMatch(/until <t:\d+:f>: calm down/);
    const [key] = await redis.keys(`*ban:${guildId}:${users.ada}`);
    expect(await redis.pttl(key ?? '')).toBeGreaterThan(7_190_000);
    await redis.pexpire(key ?? '', 1);
    await vi.waitFor(async () => expect(await redis.exists(key ?? '')).toBe(0));
    expect((await tell(mona, 'bans')).content).toContain('Nobody is banned');
    await paint(ada, { steps: 1 });
  });

  test('durations are suggested, and what was typed where it is one', async () => {
    const typing = (duration: string) =>
      mona.autocomplete('general', '/admin timeout', { member: users.ada, duration }, 'duration').choices();
    expect((await typing('')).map((choice) => choice.value)).toContain('7 d');
    expect(await typing('90 min')).toMatchObject([{ value: '90 min' }]);
  });

  test('nobody bans themselves, bots or those who moderate with them; the owner may', async () => {
    expect((await tell(mona, 'ban', { member: users.mona })).content).toContain('yourself');
    expect((await tell(mona, 'ban', { member: SEED_IDS.bot })).content).toContain('Bots');
    expect((await tell(mona, 'ban', { member: users.olga })).content).toContain('manage the server');
    expect((await tell(olga, 'ban', { member: users.mona })).content).toContain('may not use me');
    expect((await tell(olga, 'unban', { member: users.mona })).content).toContain('may use me again');
    expect((await tell(olga, 'unban', { member: users.mona })).content).toContain('not banned');
  });

  test('a member who forges the press of the card gets nowhere', async () => {
    await tell(mona, 'ban', { member: users.ben });
    const card = await tell(mona, 'bans');
    // The same select in a message that everybody sees.
    const { components } = card;
    const stored = easel.twin.world.message(card.channel_id, card.id)!;
    stored.visibleTo = null;
    expect(components).toHaveLength(1);
    const refused = await ada.select(card, 'Let in again …', [users.ben]).answer(said);
    expect(refused.content).toContain('Only moderators');
    expect((await imagine(ben).answer(said)).content).toContain('may not use this bot');
  });
});

describe('/admin settings', () => {
  const environment = { EASEL_QUOTA_PER_MEMBER: '50', EASEL_MAX_STEPS: '60' };
  beforeEach(() => start({ environment }));

  const panel = () => tell(olga, 'settings');
  async function turnTo(card: WireMessage, page: string): Promise<WireMessage> {
    olga.select(card, 'Settings of this server', [page]);
    return olga.waitForEdit(card, (message) => chosen(message, 'Settings of this server').includes(page));
  }
  function chosen(message: WireMessage, placeholder: string): string[] {
    const select = message.components
      .flatMap((row) => row.components ?? [])
      .find((one) => one.placeholder === placeholder);
    return (select?.options ?? []).filter((option) => option.default).map((option) => option.value);
  }
  function shown(message: WireMessage, name: string): string | undefined {
    return message.embeds[0]?.fields?.find((field) => field.name === name)?.value;
  }

  test('are for those who manage the server; a moderator is told so, and a forged press changes nothing', async () => {
    expect((await tell(mona, 'settings')).content).toContain('manage the server');
    const card = await turnTo(await panel(), 'safety');
    expect(isPrivate(card)).toBe(true);
    const stored = easel.twin.world.message(card.channel_id, card.id)!;
    stored.visibleTo = null;
    for (const who of [ada, mona]) {
      expect((await who.select(card, 'Safety preset', ['strict']).answer(said)).content).toContain('manage the server');
      expect((await who.click(card, 'Hide reasons').answer(said)).content).toContain('manage the server');
      expect((await who.click(card, 'Negative prompt …').answer(said)).content).toContain('manage the server');
    }
    expect(await createGuildSettings(redis).list()).toEqual([]);
    expect(await trail()).toEqual([]);
  });

  test('places: the bot paints where it may, threads included, and tells the mod-log', async () => {
    const card = await panel();
    expect(shown(card, 'Channels to paint in')).toBe('everywhere');
    olga.select(card, 'Channel for the mod-log; none for no mod-log', [channels.modLog]);
    await modLogSays(`<@${users.olga}> set **Mod-log**`);
    olga.select(card, 'Channels to paint in; none for everywhere', [channels.general]);
    await olga.waitForEdit(card, (message) => shown(message, 'Channels to paint in') === `<#${channels.general}>`);
    expect((await imagine(ada, {}, 'ageRestricted').answer(said)).content).toContain(`<#${channels.general}>`);
    await paint(ada, {}, 'thread');
    olga.select(card, 'Channels to paint in; none for everywhere', []);
    await olga.waitForEdit(card, (message) => shown(message, 'Channels to paint in') === 'everywhere');
    await paint(ada, {}, 'ageRestricted');
    expect(await trail()).toMatchObject([
      { action: 'settings changed', details: { setting: 'channelIds', to: '[]' } },
      { action: 'settings changed', actorId: users.olga, details: { setting: 'channelIds', from: '[]' } },
      { action: 'settings changed', details: { setting: 'modLogChannelId', from: 'null' } },
    ]);
    expect(easel.violations()).toEqual([]);
  });

  test('safety: preset, what becomes of flagged pictures, reasons and negative prompt count for the next request', async () => {
    const card = await turnTo(await panel(), 'safety');
    expect((await paint(ada, { prompt: 'a house (flag 1)' })).content).toContain('found content');
    olga.click(card, 'Hide reasons');
    await olga.waitForEdit(card, (message) => shown(message, 'Reasons') === 'hidden');
    const hidden = await paint(ada, { prompt: 'a house (flag 1)' });
    expect(hidden.content).not.toContain('found content');
    expect(hidden.content).toContain('held it back');

    await paint(ada, { prompt: 'a marble statue of a nude' });
    olga.select(card, 'Safety preset', ['strict']);
    await olga.waitForEdit(card, (message) => shown(message, 'Safety preset') === 'Strict');
    expect((await imagine(ada, { prompt: 'a marble statue of a nude' }).answer(said)).content).toContain(
      'not painted here',
    );

    olga.select(card, 'Safety preset', ['age-restricted']);
    await olga.waitForEdit(card, (message) => shown(message, 'Safety preset') === 'Age-restricted');
    olga.select(card, 'Flagged pictures', ['blur']);
    await olga.waitForEdit(card, (message) => shown(message, 'Flagged pictures') === 'Blur and spoiler');
    const open = await paint(ada, { prompt: 'a house (flag 1)' });
    expect(open.content).toContain('withheld');
    const adult = await paint(ada, { prompt: 'a house (flag 1)' }, 'ageRestricted');
    expect(adult.attachments[0]?.filename).toMatch(/^SPOILER_/);

    const form = await olga.click(card, 'Negative prompt …').modal();
    olga.submitModal(form, { 'Negative prompt for all': 'watermark, text' });
    await olga.waitForEdit(card, (message) => (shown(message, 'Negative prompt for all') ?? '').includes('watermark'));
    const answer = await paint(ada, { negative: 'blurry' });
    const info = await ada.click(answer, 'ℹ️').answer(said);
    expect(JSON.stringify(info.embeds)).toContain('blurry, watermark, text');
    expect(easel.violations()).toEqual([]);
  });

  test('limits lie within the operator’s and hold at once', async () => {
    const card = await turnTo(await panel(), 'limits');
    expect(shown(card, 'Steps')).toContain('60 (the operator');
    const offered = card.components.flatMap((row) => row.components ?? []).flatMap((one) => one.options ?? []);
    expect(offered.map((option) => option.label)).not.toContain('Steps: at most 75');
    olga.select(card, 'Steps', ['10']);
    await olga.waitForEdit(card, (message) => shown(message, 'Steps') === '10');
    expect((await imagine(ada, { steps: 11 }).answer(said)).content).toContain('At most 10 steps');
    olga.select(card, 'Pictures at a time', ['1']);
    await olga.waitForEdit(card, (message) => shown(message, 'Pictures at a time') === '1');
    expect((await imagine(ada, { count: 2 }).answer(said)).content).toContain('At most 1 picture');
    await paint(ada, { count: undefined });

    const form = await olga.click(card, 'Pictures a day …').modal();
    const tooMany = await olga.submitModal(form, { 'Pictures a day, member (1–50)': '51' }).answer(said);
    expect(tooMany.content).toContain('1 to 50');
    const again = await olga.click(card, 'Pictures a day …').modal();
    olga.submitModal(again, { 'Pictures a day, member (1–50)': '2', 'Pictures a day, server (1–1000000)': '3' });
    await olga.waitForEdit(card, (message) => shown(message, 'Pictures a day, member') === '2');
    await paint(ada);
    expect((await imagine(ada).answer(said)).content).toContain('your 2 pictures');
    await paint(ben);
    expect((await imagine(ben).answer(said)).content).toContain('server has used its 3 pictures');
    expect(easel.violations()).toEqual([]);
  });

  test('fair shares: the role’s share is written where the queue reads it', async () => {
    const card = await turnTo(await panel(), 'shares');
    olga.select(card, 'Role whose share is to change', [roles.moderator]);
    const withRole = await olga.waitForEdit(card, (message) => message.components.length === 3);
    olga.select(withRole, 'Share', ['5']);
    await olga.waitForEdit(card, (message) => shown(message, 'Fair shares') === `<@&${roles.moderator}> ×5`);
    expect((await createGuildSettings(redis).get(guildId)).roleWeights).toEqual([
      { roleId: roles.moderator, weight: 5 },
    ]);
    const span = async (who: Actor) => {
      const { interaction } = imagine(who, { steps: 20 });
      await vi.waitFor(async () =>
        expect(await redis.hget(`easel:{easel}:job:${jobIdOf(interaction.id)}`, 'span')).not.toBeNull(),
      );
      return Number(await redis.hget(`easel:{easel}:job:${jobIdOf(interaction.id)}`, 'span'));
    };
    expect(Math.round((await span(ada)) / (await span(mona)))).toBe(5);
    olga.select(await olga.waitForEdit(card, () => true), 'Share', ['1']);
    await olga.waitForEdit(card, (message) => shown(message, 'Fair shares') === 'all alike');
  });

  test('further moderator roles and the language of the mod-log', async () => {
    await set({ modLogChannelId: channels.modLog });
    const card = await turnTo(await panel(), 'team');
    olga.select(card, 'Language', ['de']);
    await modLogSays('**Sprache** geändert: Deutsch');
    olga.select(card, 'Roles that may moderate the bot', [roles.moderator]);
    await olga.waitForEdit(card, (message) => shown(message, 'Moderator roles') === `<@&${roles.moderator}>`);
    expect(easel.violations()).toEqual([]);
  });

  test('a mod-log of another server, values that were never offered and those above the ceiling are refused', async () => {
    const card = await panel();
    const forge = (customId: string, values: string[]) => {
      const stored = easel.twin.world.message(card.channel_id, card.id)!;
      const [select] = stored.components[0]?.components ?? [];
      stored.components = [
        {
          type: 1,
          components: [
            {
              ...select,
              type: 3,
              custom_id: customId,
              placeholder: 'forged',
              min_values: 0,
              max_values: 25,
              options: values.map((value) => ({ label: value, value })),
            },
          ],
        },
      ];
      return olga.select(card, 'forged', values);
    };
    const refused = async (customId: string, values: string[]) => (await forge(customId, values).answer(said)).content;
    expect(await refused('1:gv:safety', ['anything'])).toContain('no longer know');
    expect(await refused('1:gv:maxSteps', ['61'])).toContain('no longer know');
    expect(await refused('1:gv:filter', ['[]'])).toContain('no longer know');
    expect(await refused('1:gs:1', ['1000'])).toContain('no longer know');
    forge('1:gv:modLogChannelId', ['1234567']);
    await olga.waitForEdit(card, (message) => message.content.includes('cannot be reached'));
    expect(await createGuildSettings(redis).list()).toEqual([]);
  });

  test('the operator’s ceiling on presets stands above what a server had chosen', async () => {
    await set({ safety: 'age-restricted', onFlag: 'blur' });
    const painted = (prompt: string) => paint(ada, { prompt }, 'ageRestricted');
    expect((await painted('a house (flag 1)')).attachments[0]?.filename).toMatch(/^SPOILER_/);
    await bot.close();
    await easel.startBot({ EASEL_SAFETY_CEILING: 'strict' });
    expect((await painted('a house (flag 1)')).content).toContain('withheld');
    expect((await imagine(ada, { prompt: 'a nude' }, 'ageRestricted').answer(said)).content).toContain(
      'not painted here',
    );
    const card = await turnTo(await panel(), 'safety');
    expect(JSON.stringify(card.components)).not.toContain('"standard"');
  });
});
