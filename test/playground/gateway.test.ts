import { constants, createInflate } from 'node:zlib';
import { Events, GatewayIntentBits, Status } from 'discord.js';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { logIn, onInteraction, PAINT_COMMAND, type Rig, raw, startRig } from './rig.ts';

const QUICK = { gateway: { identifyWindowMs: 0 } };

describe('the gateway', () => {
  let rig: Rig;
  afterEach(() => rig.close());
  const resumed = () =>
    new Promise((resolve) => rig.client.once(Events.ShardResume, (_id, replayed) => resolve(replayed)));

  it('replays what a bot missed while its connection was down', async () => {
    rig = await startRig(QUICK);
    await rig.client.application.commands.set([PAINT_COMMAND]);
    const answers = onInteraction(rig.client, async (interaction) => {
      if (interaction.isChatInputCommand()) await interaction.reply('still here');
    });
    const back = resumed();
    rig.twin.gateway.dropConnections();
    await rig.twin.actor('ada').waitUntil('the bot to be offline', () => !rig.twin.world.botOnline);
    const missed = rig.twin.actor('ada').runCommand('general', '/imagine', { prompt: 'x' });
    expect((await missed.answer()).content).toBe('still here');
    expect(await back).toBeGreaterThan(0);
    await answers.settled();
    expect(rig.twin.world.sessionStarts).toBe(1);
    expect(rig.twin.violations).toEqual([]);
  });

  it('asks bots to reconnect, and makes them log in anew when the session is void', async () => {
    rig = await startRig(QUICK);
    const back = resumed();
    rig.twin.gateway.askToReconnect();
    await back;
    expect(rig.twin.world.sessionStarts).toBe(1);
    const ready = new Promise((resolve) => rig.client.once(Events.ShardReady, resolve));
    rig.twin.gateway.invalidateSessions();
    await ready;
    expect(rig.twin.world.sessionStarts).toBe(2);
    expect(rig.client.ws.status).toBe(Status.Ready);
  });

  it('tells every process of one bot of an interaction', async () => {
    rig = await startRig(QUICK);
    const second = await logIn(rig.twin);
    await rig.client.application.commands.set([PAINT_COMMAND]);
    const heard = [rig.client, second].map(
      (client) => new Promise((resolve) => client.once(Events.InteractionCreate, resolve)),
    );
    rig.twin.actor('ada').runCommand('general', '/imagine', { prompt: 'x' });
    await Promise.all(heard);
    await second.destroy();
  });

  it('sends messages only to those with the intent, and their text only with message content', async () => {
    const intents = [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages];
    rig = await startRig(QUICK, { intents });
    const reader = await logIn(rig.twin, { intents: [...intents, GatewayIntentBits.MessageContent] });
    const heard = [rig.client, reader].map(
      (client) =>
        new Promise<string>((resolve) => client.once(Events.MessageCreate, ({ content }) => resolve(content))),
    );
    rig.twin.actor('ada').send('general', 'secret');
    expect(await Promise.all(heard)).toEqual(['', 'secret']);
    await reader.destroy();
  });

  it('tells of reactions and deletions by members', async () => {
    const intents = [
      GatewayIntentBits.Guilds,
      GatewayIntentBits.GuildMessages,
      GatewayIntentBits.GuildMessageReactions,
    ];
    rig = await startRig(QUICK, { intents });
    const channel = rig.client.channels.cache.get(rig.twin.channels.general);
    if (!channel?.isSendable()) throw new Error('no channel');
    const { id } = await channel.send('rate this');
    const reacted = new Promise((resolve) =>
      rig.client.once(Events.MessageReactionAdd, (reaction, user) => resolve([reaction.emoji.name, user.id])),
    );
    rig.twin.actor('ben').react({ id, channel_id: channel.id }, '❤️');
    expect(await reacted).toEqual(['❤️', rig.twin.users.ben]);
    const deleted = new Promise((resolve) => rig.client.once(Events.MessageDelete, (message) => resolve(message.id)));
    rig.twin.actor('mona').deleteMessage({ id, channel_id: channel.id });
    expect(await deleted).toBe(id);
  });

  it('closes with Discord’s codes on wrong tokens, bad frames and opcodes before identify', async () => {
    rig = await startRig(QUICK);
    const closedAfter = (frame: string) =>
      new Promise<number>((resolve, reject) => {
        const socket = new WebSocket(
          `${rig.twin.url.replace('http', 'ws').replace('/api', '/gateway')}/?v=10&encoding=json`,
        );
        socket.on('message', () => socket.send(frame));
        socket.on('close', (code) => resolve(code));
        socket.on('error', reject);
      });
    const identify = (d: object) =>
      JSON.stringify({ op: 2, d: { properties: {}, intents: 1, token: rig.twin.token, ...d } });
    expect(await closedAfter(identify({ token: 'wrong' }))).toBe(4004);
    expect(await closedAfter(identify({ intents: 1 << 30 }))).toBe(4013);
    expect(await closedAfter(identify({ shard: [2, 2] }))).toBe(4010);
    expect(await closedAfter('{"op":3,"d":{}}')).toBe(4003);
    expect(await closedAfter('not json')).toBe(4002);
    expect(await closedAfter('{"op":99}')).toBe(4001);
    expect(rig.twin.violations.every(({ kind }) => kind === 'gateway')).toBe(true);
  });

  it('lets one shard log in every five seconds unless told otherwise', async () => {
    rig = await startRig();
    const first = await new Promise<number>((resolve, reject) => {
      const socket = new WebSocket(
        `${rig.twin.url.replace('http', 'ws').replace('/api', '/gateway')}/?v=10&encoding=json`,
      );
      socket.on('error', reject);
      socket.on('message', (raw) => {
        const { op } = JSON.parse(String(raw));
        if (op === 10) socket.send(JSON.stringify({ op: 2, d: { properties: {}, intents: 1, token: rig.twin.token } }));
        else {
          resolve(op);
          socket.close();
        }
      });
    });
    expect(first).toBe(9);
  });

  it('compresses as zlib-stream when asked', async () => {
    rig = await startRig(QUICK);
    const hello = await new Promise((resolve, reject) => {
      const socket = new WebSocket(
        `${rig.twin.url.replace('http', 'ws').replace('/api', '/gateway')}/?v=10&encoding=json&compress=zlib-stream`,
      );
      const inflate = createInflate({ flush: constants.Z_SYNC_FLUSH });
      inflate.on('data', (text) => {
        resolve(JSON.parse(String(text)));
        socket.close();
      });
      socket.on('error', reject);
      socket.on('message', (data: Buffer) => inflate.write(data));
    });
    expect(hello).toMatchObject({ op: 10, d: { heartbeat_interval: 41_250 } });
  });

  it('tells a bot that it was removed and invited again, and tells an outage from that', async () => {
    rig = await startRig(QUICK);
    const { twin, client } = rig;
    const heard = (event: 'guildDelete' | 'guildCreate' | 'guildUnavailable' | 'guildAvailable') =>
      new Promise<string>((resolve) => client.once(event, ({ id }) => resolve(id)));
    const out = heard('guildUnavailable');
    twin.setOutage(true);
    expect(await out).toBe(twin.guildId);
    const back = heard('guildAvailable');
    twin.setOutage(false);
    expect(await back).toBe(twin.guildId);
    const removed = heard('guildDelete');
    twin.removeBot();
    expect(await removed).toBe(twin.guildId);
    expect(client.guilds.cache.size).toBe(0);
    expect((await raw(twin, 'GET', `/guilds/${twin.guildId}`)).status).toBe(404);
    expect((await raw(twin, 'GET', `/channels/${twin.channels.general}`)).body?.code).toBe(50001);
    const invited = heard('guildCreate');
    twin.inviteBot();
    expect(await invited).toBe(twin.guildId);
    expect((await raw(twin, 'DELETE', `/users/@me/guilds/${twin.guildId}`)).status).toBe(204);
    const late = await logIn(twin);
    expect(late.guilds.cache.size).toBe(0);
    await late.destroy();
  });
});
