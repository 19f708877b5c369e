import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTwin, type Twin } from '../../src/playground/start.ts';
import { PAINT_COMMAND, raw } from './rig.ts';

const option = (more: object) => ({ type: 3, name: 'a', description: 'x', ...more });
const withOptions = (...options: object[]) => ({ name: 'paint', description: 'x', options });

describe('commands', () => {
  let twin: Twin;
  beforeEach(async () => {
    twin = await startTwin({ rateLimits: false });
  });
  afterEach(() => twin.close());
  const path = () => `/applications/${twin.applicationId}/commands`;
  const guildPath = () => `/applications/${twin.applicationId}/guilds/${twin.guildId}/commands`;

  it.each<[string, object, string]>([
    ['capitals in a name', { name: 'Paint', description: 'x' }, 'name'],
    ['spaces in a name', { name: 'paint it', description: 'x' }, 'name'],
    ['no description', { name: 'paint' }, 'description'],
    ['a description of 101 characters', { name: 'paint', description: 'x'.repeat(101) }, 'description'],
    ['26 options', withOptions(...Array.from({ length: 26 }, (_, i) => option({ name: `a${i}` }))), 'options'],
    ['an option twice', withOptions(option({}), option({})), 'options.1.name'],
    [
      'a required option after an optional one',
      withOptions(option({}), option({ name: 'b', required: true })),
      'options.1.required',
    ],
    [
      '26 choices',
      withOptions(option({ choices: Array.from({ length: 26 }, (_, i) => ({ name: `${i}`, value: `${i}` })) })),
      'options.0.choices',
    ],
    [
      'choices beside autocomplete',
      withOptions(option({ autocomplete: true, choices: [{ name: 'a', value: 'a' }] })),
      'options.0.autocomplete',
    ],
    [
      'a number as value of a text choice',
      withOptions(option({ choices: [{ name: 'a', value: 1 }] })),
      'options.0.choices.0.value',
    ],
    ['subcommands beside options', withOptions(option({}), { type: 1, name: 'b', description: 'x' }), 'options.1.type'],
    ['text longer than 6000 characters', withOptions(option({ max_length: 6001 })), 'options.0.max_length'],
    [
      'a locale that Discord has not',
      { name: 'paint', description: 'x', name_localizations: { xx: 'mal' } },
      'name_localizations.xx',
    ],
    ['a context that does not exist', { name: 'paint', description: 'x', contexts: [3] }, 'contexts.0'],
  ])('are refused for %s', async (_name, body, field) => {
    const answer = await raw(twin, 'POST', path(), body);
    expect(answer).toMatchObject({ status: 400, body: { code: 50035 } });
    const errors = field
      .split('.')
      .reduce<unknown>((node, step) => (node as Record<string, unknown> | undefined)?.[step], answer.body?.errors);
    expect(errors, JSON.stringify(answer.body)).toHaveProperty('_errors');
  });

  it('of more than 8000 characters in all are refused', async () => {
    const choices = Array.from({ length: 25 }, (_, i) => ({
      name: `${i}`.padEnd(100, 'x'),
      value: `${i}`.padEnd(100, 'y'),
    }));
    const body = withOptions(option({ choices }), option({ name: 'b', choices }));
    expect((await raw(twin, 'POST', path(), body)).body).toMatchObject({ code: 50035 });
  });

  it('are created, changed and deleted one by one', async () => {
    const created = await raw(twin, 'POST', guildPath(), PAINT_COMMAND);
    expect(created).toMatchObject({ status: 201, body: { name: 'imagine', guild_id: twin.guildId } });
    expect((await raw(twin, 'POST', guildPath(), PAINT_COMMAND)).status).toBe(200);
    const one = `${guildPath()}/${created.body?.id}`;
    expect((await raw(twin, 'PATCH', one, { description: 'Other' })).body).toMatchObject({
      name: 'imagine',
      description: 'Other',
    });
    expect((await raw(twin, 'DELETE', one)).status).toBe(204);
    expect((await raw(twin, 'GET', one)).body).toMatchObject({ code: 10063 });
    expect((await raw(twin, 'GET', '/applications/1/commands')).body).toMatchObject({ code: 10002 });
  });

  it('may be created two hundred times a day, which updates do not use up', async () => {
    const names = (from: number, count: number) =>
      Array.from({ length: count }, (_, i) => ({ name: `c${from + i}`, description: 'x' }));
    for (let start = 0; start < 200; start += 100)
      expect((await raw(twin, 'PUT', path(), names(start, 100))).status).toBe(200);
    expect((await raw(twin, 'PUT', path(), names(100, 100))).status).toBe(200);
    const refused = await raw(twin, 'PUT', path(), names(300, 1));
    expect(refused.body).toMatchObject({ code: 30034 });
    expect(twin.violations.map(({ kind }) => kind)).toEqual(['command-quota']);
    twin.clock.advance(24 * 60 * 60_000);
    expect((await raw(twin, 'PUT', path(), names(300, 1))).status).toBe(200);
  });

  it('are offered only where and to whom they are meant', async () => {
    const command = (name: string, more: object) => ({ name, description: 'x', ...more });
    await raw(twin, 'PUT', path(), [
      command('all', {}),
      command('guild', { contexts: [0] }),
      command('adult', { nsfw: true }),
      command('moderate', { default_member_permissions: String(1 << 13) }),
      command('admin', { default_member_permissions: '0' }),
    ]);
    await raw(twin, 'PUT', guildPath(), [command('here', {})]);
    const names = (who: 'ada' | 'mona' | 'olga', place: string) =>
      twin
        .actor(who)
        .commands(place)
        .map(({ name }) => name);
    expect(names('ada', 'general')).toEqual(['all', 'guild', 'here']);
    expect(names('ada', 'ageRestricted')).toEqual(['all', 'guild', 'adult', 'here']);
    expect(names('ada', 'dm')).toEqual(['all', 'moderate', 'admin']);
    expect(names('mona', 'general')).toEqual(['all', 'guild', 'moderate', 'here']);
    expect(names('olga', 'general')).toEqual(['all', 'guild', 'moderate', 'admin', 'here']);
    expect(() => twin.actor('ada').runCommand('general', '/admin')).toThrow('do not have permission');
    expect(() => twin.actor('ada').runCommand('general', '/adult')).toThrow('age-restricted');
  });
});
