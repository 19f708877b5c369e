// /admin through the twin: Mona moderates, Olga owns the server, Ada and Ben are members.

import { PermissionFlagsBits as P } from 'discord-api-types/v10';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
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
  await easel.startBot();
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
