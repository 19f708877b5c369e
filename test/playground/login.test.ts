import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PAINT_COMMAND, type Rig, raw, startRig } from './rig.ts';

describe('discord.js at the twin', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startRig();
  });
  afterAll(() => rig.close());

  it('logs in and finds the server with the channels it may see', () => {
    const guild = rig.client.guilds.cache.get(rig.twin.guildId);
    expect(guild?.name).toBe('The Studio');
    expect(guild?.channels.cache.map((channel) => channel.name).sort()).toEqual([
      'age-restricted',
      'general',
      'lighthouses',
      'mod-log',
    ]);
    expect(rig.client.user.bot).toBe(true);
    expect(rig.twin.world.botOnline).toBe(true);
  });

  it('registers commands that members then find, with their options', async () => {
    await rig.client.application.commands.set([PAINT_COMMAND]);
    const [command] = rig.twin.actor('ada').commands('general');
    expect(command).toMatchObject({ name: 'imagine', type: 1 });
    expect(command?.options.map(({ name }) => name)).toEqual(['prompt', 'steps', 'size', 'style', 'image', 'private']);
    expect((await rig.client.application.commands.fetch()).map(({ name }) => name)).toEqual(['imagine']);
  });

  it('keeps ids of commands that are registered again', async () => {
    const before = await rig.client.application.commands.set([PAINT_COMMAND]);
    const after = await rig.client.application.commands.set([{ ...PAINT_COMMAND, description: 'Paint another' }]);
    expect(after.first()?.id).toBe(before.first()?.id);
  });

  it('looks up members, users, roles and channels', async () => {
    const guild = rig.client.guilds.cache.get(rig.twin.guildId);
    const mona = await guild?.members.fetch(rig.twin.users.mona);
    expect(mona?.permissions.has('ManageMessages')).toBe(true);
    expect((await rig.client.users.fetch(rig.twin.users.ben)).username).toBe('ben');
    expect((await rig.client.channels.fetch(rig.twin.channels.ageRestricted, { force: true }))?.isTextBased()).toBe(
      true,
    );
    expect((await guild?.roles.fetch())?.size).toBe(3);
  });

  it('breaks no rule of Discord while doing so', () => {
    expect(rig.twin.violations).toEqual([]);
  });

  it('is refused with a wrong token, and the breach is recorded', async () => {
    const answer = await raw(rig.twin, 'GET', '/users/@me', undefined, 'wrong');
    expect(answer).toMatchObject({ status: 401, body: { code: 0 } });
    expect(rig.twin.violations.map(({ kind }) => kind)).toEqual(['unauthorized']);
    expect(rig.twin.limiter.invalidRequests).toBe(1);
  });
});
