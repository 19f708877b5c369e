// Presses that nobody was offered: other people's private pictures, moderators' components, components of other messages and other servers,
// the same event again; and words that try to be more than words.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { components } from '../../commands/components/index.ts';
import { commands } from '../../commands/index.ts';
import { jobIdOf } from '../../src/discord/new-job.ts';
import { Invocation } from '../../src/playground/actors/invocation.ts';
import { SEED_IDS } from '../../src/playground/state/seed.ts';
import type { Interaction } from '../../src/playground/state/types.ts';
import type { WireMessage } from '../../src/playground/wire.ts';
import { connect } from '../../src/queue/connect.ts';
import { createAuditTrail } from '../../src/store/audit.ts';
import { createGuildSettings } from '../../src/store/guild-settings.ts';
import { type Harness, startHarness } from '../e2e/harness.ts';
import { until } from '../support/jobs.ts';
import { openSketchEngine } from '../support/sketch-engine.ts';
import { command, deliver, paint, payloadOf, register } from './forge.ts';

const { users, channels, guild: guildId } = SEED_IDS;
const secret = 'zebedee';

let easel: Harness;
let bot: Awaited<ReturnType<Harness['startBot']>>;
let redis: Awaited<ReturnType<typeof connect>>;
let open: { jobId: string; message: WireMessage };
let hidden: { jobId: string; message: WireMessage };

beforeAll(async () => {
  easel = await startHarness({ twin: { rateLimits: false } });
  await easel.startWorker(openSketchEngine({ stepMs: 30 }));
  bot = await easel.startBot();
  bot.client.rest.options.globalRequestsPerSecond = 100_000;
  await easel.startDeliverer();
  redis = await connect(easel.redis.url, { patience: 'producer', name: 'test' });
  await createGuildSettings(redis).update(guildId, { modLogChannelId: channels.modLog });
  open = await paint(easel.twin.world, bot, { prompt: 'a lighthouse' });
  hidden = await paint(easel.twin.world, bot, { prompt: `${secret} in a garden`, private: true });
});
afterAll(async () => {
  redis.disconnect();
  await easel.close();
});

interface Press {
  readonly who: string;
  readonly customId: string;
  readonly on?: WireMessage;
  readonly type?: 3 | 5;
  readonly values?: readonly string[];
  readonly change?: (payload: object) => object;
  readonly left?: number;
}

/** @returns the interaction once it was answered, and every text in what the bot said to it */
async function press(wanted: Press): Promise<{ interaction: Interaction; said: () => string }> {
  const { who, customId, on = open.message, type = 3, values, change, left = 5 } = wanted;
  const data =
    type === 3
      ? { custom_id: customId, component_type: values ? 3 : 2, ...(values ? { values } : {}) }
      : { custom_id: customId, components: [] };
  const interaction = register(easel.twin.world, { type, userId: who, channelId: channels.general, data, message: on });
  const payload = payloadOf(easel.twin.world, interaction);
  deliver(bot, change ? change(payload) : payload);
  await until(async () => interaction.status === 'acknowledged');
  // Redis did not answer within the second that a first response has for it: that is another test's business, too.
  if (saidTo(interaction).includes('could not reach my memory') && left > 1)
    return press({ ...wanted, left: left - 1 });
  return { interaction, said: () => saidTo(interaction) };
}

/** Bodies of every request that answers this interaction. */
function saidTo({ id, token }: Interaction): string {
  return JSON.stringify(
    easel.twin.requests.filter(({ path }) => path.includes(id) || path.includes(token)).map(({ body }) => body),
  );
}

/** Arguments that each component takes, if it names a job at all. */
function withJob(jobId: string): { id: string; customId: string; type: 3 | 5 }[] {
  const shapes = [
    [jobId],
    [jobId, '0'],
    [jobId, '1', '0'],
    [jobId, 's'],
    [jobId, 'strong'],
    [jobId, 'subtle'],
    [jobId, '0', '1'],
  ];
  return components.flatMap(({ id, read }) => {
    const args = shapes.find((shape) => read(shape, { values: [], fields: new Map(), files: new Map() }) !== null);
    if (!args) return [];
    const customId = ['1', id, ...args].join(':');
    return ([3, 5] as const).map((type) => ({ id, customId, type }));
  });
}

async function state(): Promise<string> {
  const keys = (await redis.keys('*')).filter((key) =>
    /:(job|favourites|kept|member-settings|ban|guild-settings):/.test(key),
  );
  return JSON.stringify(keys.sort());
}

describe('what was not offered', () => {
  test('every component that names a job keeps a private picture from everybody else', async () => {
    const swept = withJob(hidden.jobId);
    expect(swept.length).toBeGreaterThan(20);
    const before = await state();
    for (const { customId, type } of swept) {
      for (const who of [users.ben, users.mona]) {
        const { interaction, said } = await press({ who, customId, type });
        expect([3, 4], customId).toContain(Math.min(interaction.callbackType ?? 0, 4));
        expect(said(), customId).not.toContain(secret);
        expect(said(), customId).not.toMatch(/error id|\\?"type\\?":9/i);
      }
    }
    expect(await state()).toBe(before);
    expect(easel.actor('ben').see(hidden.message)).toBeUndefined();
    console.log(`${swept.length} forged presses by two people showed nothing`);
  });

  test('a component that its message does not hold is turned away, whatever it names', async () => {
    const before = await state();
    for (const { customId, type } of withJob(open.jobId)) {
      if (type === 5) continue;
      const without = (payload: object) => {
        const { message } = Object(payload);
        return { ...payload, message: { ...message, components: [] } };
      };
      const { interaction, said } = await press({ who: users.ben, customId, change: without });
      expect(interaction.callbackType, customId).toBe(4);
      expect(said(), customId).toContain('no longer know');
    }
    expect(await state()).toBe(before);
  });

  test('every component of moderators is refused to members, and every command of /admin asks for a duty', async () => {
    const before = (await createAuditTrail(redis).list(guildId)).length;
    const reserved = components.filter(({ behaviour }) => behaviour.needs !== undefined);
    expect(reserved.length).toBeGreaterThan(5);
    const args = [
      [],
      ['0'],
      [users.ada],
      [hidden.jobId],
      ['show'],
      ['negative'],
      ['limits'],
      ['modLog'],
      ['channels'],
      ['safety'],
      ['moderators'],
    ];
    let pressed = 0;
    for (const { id, read } of reserved) {
      for (const given of args.filter(
        (one) => read(one, { values: [users.ben], fields: new Map(), files: new Map() }) !== null,
      )) {
        const customId = ['1', id, ...given].join(':');
        const { interaction, said } = await press({ who: users.ben, customId, values: [users.ben] });
        expect(interaction.callbackType, customId).toBe(4);
        expect(said(), customId).toMatch(/Only moderators|manage the server/);
        pressed += 1;
      }
    }
    expect(pressed).toBeGreaterThanOrEqual(reserved.length / 2);
    expect(await createAuditTrail(redis).list(guildId)).toHaveLength(before);
    const admin = commands.find(({ name }) => name === 'admin');
    for (const command of easel.twin.world.commands.values()) {
      if (command.name !== 'admin') continue;
      for (const { name, type, options } of (command.body.options ?? []) as {
        name: string;
        type: number;
        options?: { name: string }[];
      }[]) {
        const paths = type === 2 ? (options ?? []).map((inner) => [name, inner.name]) : [[name]];
        for (const path of paths) expect(admin?.leaf(path)?.behaviour.needs, path.join(' ')).toMatch(/moderate|manage/);
      }
    }
  });

  test('a moderator of another server moderates nothing here', async () => {
    const waiting = command(easel.twin.world, bot, 'imagine', { prompt: 'a slow mill', steps: 100, count: 1 });
    const jobId = jobIdOf(waiting.id);
    await until(async () => (await redis.exists(`easel:{easel}:job:${jobId}`)) === 1);
    const elsewhere = (payload: object) => ({
      ...payload,
      guild_id: '999',
      guild: { id: '999', locale: 'en-US', features: [] },
    });
    const { said } = await press({ who: users.mona, customId: `1:c:${jobId}`, change: elsewhere });
    expect(said()).toContain('Only the author and moderators');
    expect(await redis.hget(`easel:{easel}:job:${jobId}`, 'state')).not.toBe('cancelled');
  });

  test('the same event again is answered by nobody', async () => {
    const data = { custom_id: `1:i:${open.jobId}`, component_type: 2 };
    const interaction = register(easel.twin.world, {
      type: 3,
      userId: users.ben,
      channelId: channels.general,
      data,
      message: open.message,
    });
    const payload = payloadOf(easel.twin.world, interaction);
    for (let time = 0; time < 5; time += 1) deliver(bot, payload);
    await until(async () => interaction.status === 'acknowledged');
    await new Promise((resolve) => setTimeout(resolve, 300));
    const answers = easel.twin.requests.filter(
      ({ path }) => path.includes(`${interaction.id}/`) && path.includes('/callback'),
    );
    expect(answers).toHaveLength(1);
  });
});

describe('words', () => {
  test('of members stay words wherever the bot repeats them', async () => {
    const hostile =
      'cat @everyone @here <@&1> <#1> </imagine:1> [x](https://evil.example) https://evil.example **b** `c` # h <t:0:R> ||s||';
    const { message, jobId } = await paint(easel.twin.world, bot, { prompt: hostile, negative: hostile });
    const filled = (answer: WireMessage) => answer.content !== '' || answer.embeds.length > 0;
    const cards = [
      message,
      await command(easel.twin.world, bot, 'history').answer(filled),
      await new Invocation(
        easel.twin.world,
        (await press({ who: users.ada, customId: `1:i:${jobId}`, on: message })).interaction,
      ).answer(filled),
    ];
    for (const card of cards) {
      const outside = JSON.stringify([card.content, card.embeds]).replace(/```[\s\S]*?```/g, '');
      expect(outside).not.toMatch(/[^\\]@everyone|[^\\]<@&1>|[^\\h]https:\/\/evil|[^\\]\]\(https/);
      expect(outside).toMatch(/@\u200Beveryone/);
    }
    expect(easel.actor('mona').notifications).toEqual([]);
    expect(jobId).toHaveLength(12);
  });

  test('no message that the bot ever sent here could mention more than the one who asked', () => {
    let looked = 0;
    for (const { method, path, body } of easel.twin.requests) {
      if (method === 'GET' || typeof body !== 'object' || body === null) continue;
      const outer = Object(body);
      const message = path.includes('/callback') ? outer.data : outer;
      if (!message || (message.content === undefined && message.embeds === undefined)) continue;
      expect(message.allowed_mentions?.parse, `${method} ${path}`).toEqual([]);
      expect((message.allowed_mentions.users ?? []).length, `${method} ${path}`).toBeLessThanOrEqual(1);
      looked += 1;
    }
    expect(looked).toBeGreaterThan(20);
  });

  test('and none of this broke a rule of Discord’s', () => {
    expect(easel.violations('no-acknowledgement', 'late-acknowledgement')).toEqual([]);
  });
});
