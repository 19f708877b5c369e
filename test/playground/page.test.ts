import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type {
  PageAction,
  PageCommands,
  PageEvent,
  PageMessages,
  PageReply,
  PageState,
} from '../../src/playground/wire.ts';
import { onInteraction, PAINT_COMMAND, type Rig, startRig, tinyPng } from './rig.ts';

describe('the page’s interface', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startRig();
    await rig.client.application.commands.set([PAINT_COMMAND]);
  });
  afterAll(() => rig.close());
  const get = async (path: string): Promise<unknown> =>
    (await fetch(`${rig.twin.pageUrl}playground/api/${path}`)).json();
  const act = async (action: PageAction, as = rig.twin.users.ada as string): Promise<PageReply> => {
    const response = await fetch(`${rig.twin.pageUrl}playground/api/actions?as=${as}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(action),
    });
    return (await response.json()) as PageReply;
  };
  function listen(as: string) {
    const events: PageEvent[] = [];
    const socket = new WebSocket(`${rig.twin.pageUrl.replace('http', 'ws')}playground/events?as=${as}`);
    socket.on('message', (data) => events.push(JSON.parse(String(data)) as PageEvent));
    const next = async <K extends PageEvent['event']>(kind: K) => {
      for (;;) {
        const found = events.find((event): event is Extract<PageEvent, { event: K }> => event.event === kind);
        if (found) return found;
        await new Promise((resolve) => socket.once('message', resolve));
      }
    };
    return { events, next, close: () => socket.close() };
  }

  it('shows each member the channels that are theirs to see', async () => {
    const ada = (await get(`state?as=${rig.twin.users.ada}`)) as PageState;
    expect(ada.me.name).toBe('Ada');
    expect(ada.bot).toMatchObject({ online: true, bot: true });
    expect(ada.channels.map(({ name, kind }) => `${kind} ${name}`)).toEqual([
      'text general',
      'thread lighthouses',
      'text age-restricted',
      'dm Easel',
    ]);
    const mona = (await get(`state?as=${rig.twin.users.mona}`)) as PageState;
    expect(mona.channels.map(({ name }) => name)).toContain('mod-log');
    expect(mona.me).toMatchObject({ roles: ['Moderator'], color: '#d08a3e' });
  });

  it('runs a command with an upload, and tells of everything as it happens, others only of what they may see', async () => {
    const [ada, ben] = [listen(rig.twin.users.ada), listen(rig.twin.users.ben)];
    await Promise.all([ada.next('ready'), ben.next('ready')]);
    const bot = onInteraction(rig.client, async (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      await interaction.deferReply({ flags: 64 });
      await interaction.editReply(`${interaction.options.getAttachment('image')?.width} wide`);
    });
    const upload = await fetch(`${rig.twin.pageUrl}playground/api/uploads?as=${rig.twin.users.ada}&filename=me.png`, {
      method: 'POST',
      body: new Uint8Array(tinyPng()),
    });
    const { id } = (await upload.json()) as { id: string };
    const { commands } = (await get(`commands?channel=${rig.twin.channels.general}`)) as PageCommands;
    const options = [
      { name: 'prompt', value: 'a fox' },
      { name: 'image', value: id },
    ];
    const action = {
      action: 'command',
      channelId: rig.twin.channels.general,
      commandId: commands[0]?.id ?? '',
      options,
    } as const;
    const reply = await act(action);
    expect(reply).toMatchObject({ ok: true });
    const update = await ada.next('message-update');
    expect(update.message).toMatchObject({ content: '3 wide', flags: 64 });
    expect(ada.events.map(({ event }) => event)).toEqual(
      expect.arrayContaining(['interaction-sent', 'message-create', 'interaction-succeeded', 'message-update']),
    );
    expect(ben.events.map(({ event }) => event)).toEqual(['ready']);
    await bot.settled();
    bot.stop();
    expect(
      await act({ action: 'dismiss', channelId: rig.twin.channels.general, messageId: update.message.id }),
    ).toEqual({ ok: true });
    const { messages } = (await get(`messages?channel=${rig.twin.channels.general}`)) as PageMessages;
    expect(messages).toEqual([]);
    ada.close();
    ben.close();
  });

  it('answers refusals with a sentence and the option at fault', async () => {
    const { commands } = (await get(`commands?channel=${rig.twin.channels.general}`)) as PageCommands;
    const reply = await act({
      action: 'command',
      channelId: rig.twin.channels.general,
      commandId: commands[0]?.id ?? '',
      options: [],
    });
    expect(reply).toEqual({ ok: false, message: 'The option prompt is required.', field: 'prompt' });
    expect(await act({ action: 'send', channelId: rig.twin.channels.modLog, content: 'hi' })).toMatchObject({
      ok: false,
    });
  });

  it('sends messages, replies, reactions and deletions of members', async () => {
    const channelId = rig.twin.channels.thread;
    const sent = await act({ action: 'send', channelId, content: 'one' });
    if (!sent.ok || !sent.messageId) throw new Error('not sent');
    const { messageId } = sent;
    expect(await act({ action: 'send', channelId, content: 'two', replyTo: messageId })).toMatchObject({ ok: true });
    expect(await act({ action: 'react', channelId, messageId, emoji: '⭐' })).toEqual({ ok: true });
    const { messages } = (await get(`messages?channel=${channelId}`)) as PageMessages;
    expect(messages).toMatchObject([
      { content: 'one', reactions: [{ count: 1, me: true }] },
      { content: 'two', referenced_message: { content: 'one' } },
    ]);
    expect(await act({ action: 'delete-message', channelId, messageId }, rig.twin.users.ben)).toMatchObject({
      ok: false,
    });
    expect(await act({ action: 'delete-message', channelId, messageId }, rig.twin.users.mona)).toEqual({ ok: true });
  });

  it('serves the page’s files and nothing outside their folder', async () => {
    const page = await fetch(rig.twin.pageUrl);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect((await fetch(`${rig.twin.pageUrl}..%2fstart.ts`)).status).toBe(404);
    expect((await fetch(`${rig.twin.pageUrl}%2e%2e%2fpackage.json`)).status).toBe(404);
  });

  it('turns away foreign host names, foreign origins and forms', async () => {
    const { port } = new URL(rig.twin.pageUrl);
    const status = (headers: Record<string, string>, path = '/', method = 'GET') =>
      new Promise<number | undefined>((resolve, reject) => {
        request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
          .on('error', reject)
          .end();
      });
    expect(await status({ host: 'attacker.example' })).toBe(403);
    expect(await status({ host: `localhost:${port}` })).toBe(200);
    expect(await status({ origin: 'https://attacker.example' })).toBe(403);
    expect(await status({ host: 'attacker.example' }, '/api/v10/gateway')).toBe(403);
    expect(await status({ 'content-type': 'text/plain' }, '/playground/api/actions', 'POST')).toBe(415);
    const foreign = new WebSocket(`ws://127.0.0.1:${port}/playground/events`, { origin: 'https://attacker.example' });
    expect(await new Promise((resolve) => foreign.on('error', ({ message }) => resolve(message)))).toContain('400');
    expect(await status({}, `/playground/api/state?as=${rig.twin.applicationId}`)).toBe(404);
  });
});
