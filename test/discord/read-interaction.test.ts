// What is taken for an interaction: everything that says whom to answer and what is wanted, whichever server wrote it.

import { describe, expect, it } from 'vitest';
import { readFacts, snowflakeTime, stampArrival } from '../../src/discord/facts.ts';
import { readAnswerable, readInteraction } from '../../src/discord/read-interaction.ts';

const user = { id: '10', username: 'ada' };
const whole = {
  id: '1200000000000000000',
  application_id: '2',
  type: 2,
  token: 'token',
  channel_id: '3',
  guild_id: '4',
  member: { user, roles: ['5'], permissions: '8', nick: null },
  locale: 'de',
  attachment_size_limit: 1000,
  data: { name: 'about', type: 1 },
};
const factsOf = (raw: unknown) => {
  const read = readInteraction(raw);
  return read && readFacts(read);
};

describe('an interaction', () => {
  it('says who, where and how', () => {
    expect(factsOf(whole)).toMatchObject({
      channelId: '3',
      guildId: '4',
      user: { id: '10', displayName: 'ada' },
      roleIds: ['5'],
      permissions: 8n,
      locale: 'de',
      attachmentSizeLimit: 1000,
    });
  });

  it('is read with Discord’s defaults where it says little', () => {
    const { locale, attachment_size_limit, ...rest } = whole;
    expect(factsOf({ ...rest, member: { user } })).toMatchObject({
      roleIds: [],
      permissions: 0n,
      locale: 'en-US',
      attachmentSizeLimit: 10 * 2 ** 20,
    });
  });

  it.each([
    ['null for what is absent', { guild_id: null, member: null, message: null, user }, { guildId: null }],
    [
      'a member in two parts',
      { member: { roles: ['6'] }, user },
      { user: { id: '10', displayName: 'ada' }, roleIds: ['6'] },
    ],
    ['a server without a member', { member: null, user }, { guildId: '4', permissions: 0n }],
    ['permissions as a number', { member: { user, permissions: 2048 } }, { permissions: 2048n }],
    ['roles that are none', { member: { user, roles: ['7', null, {}, 'x'] } }, { roleIds: ['7'] }],
    ['a language that is none', { locale: 7 }, { locale: 'en-US' }],
  ])('is read with %s', (_what, over, facts) => {
    expect(factsOf({ ...whole, ...over })).toMatchObject(facts);
  });

  it('has an attachment with whatever size it says', () => {
    for (const [size, known] of [
      [null, 0],
      ['70', 70],
      ['many', 0],
      [-1, 0],
      [{}, 0],
    ]) {
      const attachments = { 9: { id: '9', url: 'https://cdn.discordapp.com/a.png', size } };
      const read = readInteraction({ ...whole, data: { ...whole.data, resolved: { attachments } } });
      expect(read?.data).toMatchObject({ resolved: { attachments: { 9: { size: known } } } });
    }
  });

  it('has a pressed message with the attachments that are some', () => {
    const press = { ...whole, type: 3, data: { custom_id: 'x', values: null }, message: { id: '8', flags: null } };
    expect(readInteraction(press)?.message?.attachments).toEqual([]);
    const attachments = [null, {}, { id: '1', url: 'https://cdn.discordapp.com/a.png' }];
    expect(readInteraction({ ...press, message: { id: '8', attachments } })?.message?.attachments).toHaveLength(1);
  });

  it.each(['a+b/c=d:e', 'aW50ZXJhY3Rpb24=', 'with space', 'x'.repeat(400)])('has the token %j', (token) => {
    expect(readInteraction({ ...whole, token })?.token).toBe(token);
  });

  it.each(['', '.', '..', '%2e%2E', 'a\nb', '\ud800', 'x'.repeat(401), 7, null])('has no token %j', (token) => {
    expect(readInteraction({ ...whole, token })).toBeNull();
    expect(readAnswerable({ ...whole, token })).toBeNull();
  });

  it('nested without end is none', () => {
    let options: object[] = [];
    for (let depth = 0; depth < 20_000; depth += 1) options = [{ name: 'a', type: 2, options }];
    expect(readInteraction({ ...whole, data: { ...whole.data, options } })).toBeNull();
  });

  it('that cannot be read says whom to refuse, unless it is a ping or nothing of the kind', () => {
    expect(readAnswerable({ ...whole, data: null })).toEqual({
      id: whole.id,
      token: 'token',
      isTyping: false,
      locale: 'de',
    });
    expect(readAnswerable({ id: 1001, token: 't', type: 4 })).toMatchObject({ id: '1001', isTyping: true });
    for (const none of [{ ...whole, type: 1 }, null, 7, [], 'x', {}]) expect(readAnswerable(none)).toBeNull();
  });
});

describe('the time of an interaction', () => {
  const now = snowflakeTime(whole.id) + 2000;
  const timeOf = (raw: object, at = now) => {
    const read = readInteraction(raw);
    return read && readFacts(stampArrival(read, at)).at;
  };

  it('stands in its id', () => {
    expect(timeOf(whole)).toBe(now - 2000);
  });

  it.each(['1001', '1300000000000000000'])('is that of its arrival where the id says another one: %s', (id) => {
    expect(timeOf({ ...whole, id })).toBe(now);
  });

  it('is kept for whoever takes it up later, and not believed of a stranger', () => {
    const read = readInteraction({ ...whole, id: '1001', easel_arrived_at: 5 });
    if (!read) throw new Error('not read');
    const stamped = stampArrival(read, now);
    const kept = readInteraction(JSON.parse(JSON.stringify(stamped)));
    expect(kept && readFacts(kept).at).toBe(now);
    expect(timeOf({ ...whole, easel_arrived_at: 5 })).toBe(now - 2000);
  });
});
