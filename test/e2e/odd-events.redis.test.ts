// Events as other servers than Discord's may send them, or Discord itself one day: incomplete, with null or a number where a text belongs,
// with ids and tokens of their own making. The process lives on, and whoever can be answered is answered.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Interaction } from '../../src/playground/state/types.ts';
import { type Forged, paint, payloadOf, register } from '../security/forge.ts';
import { until } from '../support/jobs.ts';
import { type Harness, startHarness } from './harness.ts';

type Fields = Record<string, unknown>;

const lines: Fields[] = [];
const strays: unknown[] = [];
const stray = (error: unknown) => strays.push(error);
let easel: Harness;
let pressed: Awaited<ReturnType<typeof paint>>;

beforeAll(async () => {
  // Without a listener Node would end the process: that none is needed is what is tested.
  process.on('unhandledRejection', stray);
  process.on('uncaughtException', stray);
  easel = await startHarness({
    twin: { rateLimits: false },
    environment: { EASEL_TERMS: 'off' },
    logs: { write: (line) => lines.push(JSON.parse(line)) },
  });
  await easel.startWorker();
  await easel.startDeliverer();
  pressed = await paint(easel.twin.world, await easel.startBot(), { prompt: 'a lighthouse' });
});
afterAll(async () => {
  await easel.close();
  process.off('unhandledRejection', stray);
  process.off('uncaughtException', stray);
});

const kinds = {
  command: (): Forged => place(2, { id: '1', name: 'about', type: 1 }),
  button: (): Forged => place(3, { custom_id: `1:i:${pressed.jobId}`, component_type: 2 }, pressed.message),
  modal: (): Forged => place(5, { custom_id: '1:mf:x', components: [] }),
  autocomplete: (): Forged =>
    place(4, { id: '1', name: 'imagine', type: 1, options: [{ name: 'model', type: 3, value: 'm', focused: true }] }),
};

function place(type: Forged['type'], data: object, message?: Forged['message']): Forged {
  const { users, channels } = easel.twin;
  return { type, data, userId: users.ada, channelId: channels.general, ...(message ? { message } : {}) };
}

/** Sends what `change` makes of the event over the gateway. */
function send(forged: Forged, change: (payload: Fields) => void = () => undefined): Interaction {
  const interaction = register(easel.twin.world, forged);
  const payload = structuredClone(payloadOf(easel.twin.world, interaction)) as Fields;
  change(payload);
  easel.twin.gateway.sendAsIs('INTERACTION_CREATE', payload);
  return interaction;
}

const isAnswered = (interaction: Interaction) => interaction.status !== 'waiting';
const answered = (interaction: Interaction) => until(async () => isAnswered(interaction));
const at = (value: unknown, ...path: string[]): Fields =>
  path.reduce((found, key) => Object(found)[key], value) as Fields;

describe.each(Object.entries(kinds))('a %s', (kind, forged) => {
  test('without any one of its fields is answered, and nothing breaks', async () => {
    const fields = Object.keys(payloadOf(easel.twin.world, register(easel.twin.world, forged())));
    for (const field of fields) {
      const drop = (payload: Fields) => delete payload[field];
      const clear = (payload: Fields) => Object.assign(payload, { [field]: null });
      const sent = [send(forged(), drop), send(forged(), clear)];
      // Nobody could be answered without these; and without a type nobody knows that choices are wanted.
      if (field === 'id' || field === 'token' || (field === 'type' && kind === 'autocomplete')) continue;
      for (const interaction of sent)
        await answered(interaction).catch(() => expect.fail(`no answer without ${field}`));
    }
    await answered(send(forged()));
    expect(strays).toEqual([]);
  }, 120_000);
});

const odd: readonly [string, keyof typeof kinds, (payload: Fields) => void][] = [
  ['permissions as a number', 'command', (payload) => Object.assign(at(payload, 'member'), { permissions: 2048 })],
  ['no permissions', 'command', (payload) => delete at(payload, 'member').permissions],
  ['no roles', 'command', (payload) => delete at(payload, 'member').roles],
  ['no resolved', 'command', (payload) => Object.assign(payload, { data: { id: '1', name: 'Info', type: 3 } })],
  ['values of null', 'button', (payload) => Object.assign(at(payload, 'data'), { values: null })],
  ['a message without attachments', 'button', (payload) => delete at(payload, 'message').attachments],
  [
    'a message of an interaction without a user',
    'button',
    (payload) => Object.assign(at(payload, 'message'), { interaction: { id: '1', type: 2, name: 'x' } }),
  ],
  [
    'a message with incomplete metadata',
    'button',
    (payload) => Object.assign(at(payload, 'message'), { interaction_metadata: { id: '1', type: 2 } }),
  ],
  [
    'nulls in the message',
    'button',
    (payload) => Object.assign(at(payload, 'message'), { role_subscription_data: null, application: null }),
  ],
];

test.each(odd)('%s is no reason for silence', async (_what, kind, change) => {
  await answered(send(kinds[kind](), change));
  expect(strays).toEqual([]);
});

test('a token of any characters reaches its answer and what follows', async () => {
  const { world, requests } = easel.twin;
  const interaction = register(world, kinds.command());
  world.interactionsByToken.delete(interaction.token);
  interaction.token = 'a+b/c=d:e f';
  world.interactionsByToken.set(interaction.token, interaction);
  easel.twin.gateway.sendAsIs('INTERACTION_CREATE', payloadOf(world, interaction));
  await answered(interaction);
  await until(async () =>
    requests.some(({ path }) => path.includes('/webhooks/') && path.includes('a%2Bb%2Fc%3Dd%3Ae%20f')),
  );
});

test('an id counted from one keeps the answer of a private picture where it belongs', async () => {
  const { world, requests } = easel.twin;
  const options = [
    { name: 'prompt', type: 3, value: 'a fox' },
    { name: 'private', type: 5, value: true },
  ];
  const interaction = register(world, place(2, { id: '1', name: 'imagine', type: 1, options }));
  world.interactions.delete(interaction.id);
  interaction.id = '1001';
  world.interactions.set(interaction.id, interaction);
  easel.twin.gateway.sendAsIs('INTERACTION_CREATE', payloadOf(world, interaction));
  await answered(interaction);
  const answer = () => world.message(interaction.channelId, interaction.originalMessageId ?? '');
  await until(async () => (answer()?.attachments.length ?? 0) > 0, 60_000);
  expect(requests.filter(({ path }) => path.endsWith('/users/@me/channels'))).toEqual([]);
});

test('what cannot be read is refused in a sentence', async () => {
  const interaction = send(kinds.command(), (payload) => Object.assign(payload, { data: 'nothing' }));
  await answered(interaction);
  const message = easel.twin.world.message(interaction.channelId, interaction.originalMessageId ?? '');
  expect(message?.content).toContain('could not read');
});

test('events that nobody asked for, and a server with broken parts, do no harm', async () => {
  const { gateway, channels } = easel.twin;
  const broken = { id: '810000000000000000', name: 'B', roles: [null, {}], channels: [{ type: 0 }, null] };
  gateway.sendAsIs('GUILD_CREATE', { ...broken, members: [{ roles: [] }], threads: [{}], voice_states: [{}] });
  gateway.sendAsIs('GUILD_UPDATE', { ...broken, name: 7 });
  for (const type of [
    'MESSAGE_CREATE',
    'MESSAGE_UPDATE',
    'GUILD_MEMBER_ADD',
    'PRESENCE_UPDATE',
    'CHANNEL_CREATE',
    'THREAD_CREATE',
    'GUILD_CREATE',
  ])
    for (const data of [{}, null, { id: '1', channel_id: channels.general }]) gateway.sendAsIs(type, data);
  await answered(send(kinds.command()));
  expect(strays).toEqual([]);
});
