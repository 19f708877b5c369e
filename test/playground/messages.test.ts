import { MessageFlags, type SendableChannels } from 'discord.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Rig, raw, startRig, tinyPng, withFiles } from './rig.ts';

describe('messages by the bot token', () => {
  let rig: Rig;
  let general: SendableChannels;
  beforeAll(async () => {
    rig = await startRig({ rateLimits: false, uploadLimitBytes: 4096 });
    const channel = rig.client.channels.cache.get(rig.twin.channels.general);
    if (!channel?.isSendable()) throw new Error('no channel');
    general = channel;
  });
  beforeEach(() => {
    rig.twin.violations.length = 0;
  });
  afterAll(() => rig.close());
  const messagesPath = () => `/channels/${rig.twin.channels.general}/messages`;

  it('are created once for one nonce that is enforced, for some minutes', async () => {
    const post = () => general.send({ content: 'result', nonce: 'job-1', enforceNonce: true });
    const [first, second] = [await post(), await post()];
    expect(second.id).toBe(first.id);
    expect((await general.send({ content: 'other', nonce: 'job-1' })).id).not.toBe(first.id);
    rig.twin.clock.advance(6 * 60_000);
    expect((await post()).id).not.toBe(first.id);
  });

  it('reply to a message, and fail for one that is gone unless told otherwise', async () => {
    const question = rig.twin.actor('ada').send('general', 'hello?');
    const reply = await general.send({ content: 'hi', reply: { messageReference: question.id } });
    expect(reply.reference?.messageId).toBe(question.id);
    rig.twin.actor('ada').deleteMessage(question);
    const gone = { content: 'hi', reply: { messageReference: question.id, failIfNotExists: true } };
    await expect(general.send(gone)).rejects.toMatchObject({ code: 50035 });
    expect(
      (await general.send({ ...gone, reply: { messageReference: question.id, failIfNotExists: false } })).reference,
    ).toBeNull();
  });

  it('ping those whom allowed_mentions lets them, once, and never by an edit', async () => {
    const [ada, ben] = [rig.twin.actor('ada'), rig.twin.actor('ben')];
    const before = [ada.notifications.length, ben.notifications.length];
    const text = `<@${ada.id}> <@${ben.id}> @everyone`;
    const message = await general.send({ content: text, allowedMentions: { users: [ada.id] } });
    await message.edit({ content: `${text}!`, allowedMentions: { parse: ['users'] } });
    await general.send({ content: text, allowedMentions: { parse: [] } });
    await general.send({
      content: text,
      allowedMentions: { users: [ada.id] },
      flags: MessageFlags.SuppressNotifications,
    });
    expect([ada.notifications.length, ben.notifications.length]).toEqual([before[0]! + 1, before[1]]);
    expect(message.mentions.users.has(ben.id)).toBe(false);
  });

  it('keep, drop and add attachments on edits as the list says', async () => {
    const send = withFiles({ content: 'x', attachments: [{ id: 0, description: 'first' }] }, [
      { name: 'a.png', bytes: tinyPng() },
    ]);
    const created = (await raw(rig.twin, 'POST', messagesPath(), send)).body;
    const path = `${messagesPath()}/${created?.id}`;
    const names = (body: unknown) => JSON.stringify(body).match(/"filename":"[^"]+"/g);
    const added = withFiles({ content: 'y' }, [{ name: 'b.png', bytes: tinyPng() }]);
    expect(names((await raw(rig.twin, 'PATCH', path, added)).body)).toEqual([
      '"filename":"a.png"',
      '"filename":"b.png"',
    ]);
    const replaced = withFiles({ attachments: [{ id: '0', filename: 'c.png' }] }, [
      { name: 'ignored.png', bytes: tinyPng() },
    ]);
    expect(names((await raw(rig.twin, 'PATCH', path, replaced)).body)).toEqual(['"filename":"c.png"']);
    expect(names((await raw(rig.twin, 'PATCH', path, { content: 'only text' })).body)).toEqual(['"filename":"c.png"']);
    expect(names((await raw(rig.twin, 'PATCH', path, { attachments: [] })).body)).toBeNull();
    expect(await raw(rig.twin, 'PATCH', path, { attachments: [{ id: '123' }] })).toMatchObject({
      status: 400,
      body: { code: 50035 },
    });
  });

  it('refuse files over the limit of the server (40005)', async () => {
    const big = { attachment: Buffer.alloc(4097), name: 'big.png' };
    await expect(general.send({ files: [big] })).rejects.toMatchObject({ code: 40005, status: 413 });
    expect(rig.twin.violations.map(({ kind }) => kind)).toEqual(['too-large']);
  });

  it('carry links that expire after a day and are fresh when fetched again', async () => {
    const message = await general.send({ files: [{ attachment: tinyPng(), name: 'a.png', description: 'alt text' }] });
    const link = message.attachments.first()?.url ?? '';
    expect((await fetch(link)).headers.get('content-type')).toBe('image/png');
    expect((await fetch(link.replace(/hm=[0-9a-f]{4}/, 'hm=0000'))).status).toBe(404);
    rig.twin.clock.advance(24 * 60 * 60_000 + 1000);
    expect((await fetch(link)).status).toBe(404);
    const again = await general.messages.fetch({ message: message.id, force: true });
    expect((await fetch(again.attachments.first()?.url ?? '')).status).toBe(200);
    expect(again.attachments.first()?.description).toBe('alt text');
  });

  it('show a file in the embed that names it, and refuse a name without file', async () => {
    const embeds = [{ title: 'Picture', image: { url: 'attachment://a.png' } }];
    const message = await general.send({ embeds, files: [{ attachment: tinyPng(), name: 'a.png' }] });
    expect(message.embeds[0]?.image).toMatchObject({ width: 3, height: 2 });
    expect(message.attachments.size).toBe(0);
    await expect(general.send({ embeds })).rejects.toMatchObject({ code: 50035 });
  });

  it('need the permissions that Discord asks for', async () => {
    const { world, channels, users } = rig.twin;
    const theirs = rig.twin.actor('ben').send('general', 'mine');
    await expect(general.messages.delete(theirs.id)).rejects.toMatchObject({ code: 50013 });
    await expect(general.messages.edit(theirs.id, 'x')).rejects.toMatchObject({ code: 50005 });
    const channel = world.channels.get(channels.general);
    channel?.overwrites.push({ id: world.bot.id, kind: 'member', allow: 0n, deny: 1n << 11n });
    await expect(general.send('x')).rejects.toMatchObject({ code: 50013 });
    channel?.overwrites.splice(0, 1, { id: world.bot.id, kind: 'member', allow: 0n, deny: 1n << 10n });
    expect(await raw(rig.twin, 'POST', messagesPath(), { content: 'x' })).toMatchObject({
      status: 403,
      body: { code: 50001 },
    });
    channel?.overwrites.splice(0, 1);
    const ben = world.users.get(users.ben);
    if (ben) ben.acceptsDirectMessages = false;
    await expect(rig.client.users.send(users.ben, 'psst')).rejects.toMatchObject({ code: 50007 });
    await expect(rig.client.users.send(users.ada, 'psst')).resolves.toBeDefined();
  });

  it('are listed newest first, reacted to, and deleted in bulk', async () => {
    const sent = [await general.send('one'), await general.send('two')];
    const list = await general.messages.fetch({ limit: 2 });
    expect([...list.values()].map(({ content }) => content)).toEqual(['two', 'one']);
    await sent[0]?.react('⭐');
    rig.twin.actor('ada').react({ id: sent[0]!.id, channel_id: general.id }, '⭐');
    expect(rig.twin.actor('ada').see({ id: sent[0]!.id, channel_id: general.id })?.reactions).toMatchObject([
      { count: 2, me: true },
    ]);
    const body = { messages: sent.map(({ id }) => id) };
    expect((await raw(rig.twin, 'POST', `${messagesPath()}/bulk-delete`, body)).body).toMatchObject({ code: 50013 });
    rig.twin.world.roles.get(rig.twin.world.members.get(rig.twin.world.bot.id)!.roleIds[0]!)!.permissions = 1n << 13n;
    expect((await raw(rig.twin, 'POST', `${messagesPath()}/bulk-delete`, body)).status).toBe(204);
    expect(rig.twin.actor('ada').see({ id: sent[1]!.id, channel_id: general.id })).toBeUndefined();
  });
});
