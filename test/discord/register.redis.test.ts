// When commands are sent to Discord, against the twin and a real Redis: never without need, always where they are not there.

import { REST } from 'discord.js';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { commands } from '../../commands/index.ts';
import { keepRegistered, type RegisterOptions, registerCommands } from '../../src/discord/register.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { startTwin, type Twin } from '../../src/playground/start.ts';
import { connect } from '../../src/queue/connect.ts';
import { createRegistrationMemory } from '../../src/store/registrations.ts';
import { testInstallation } from '../support/installation.ts';
import { until } from '../support/jobs.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

let redis: TestRedis;
let connection: Awaited<ReturnType<typeof connect>>;
let twin: Twin;
const lines: string[] = [];

beforeAll(async () => {
  redis = await startTestRedis();
  connection = await connect(redis.url, { patience: 'producer', name: 'test' });
});
afterAll(async () => {
  connection.disconnect();
  await redis.stop();
});
beforeEach(async () => {
  twin = await startTwin();
  lines.length = 0;
  return () => twin.close();
});

function options(over: Partial<RegisterOptions> = {}): RegisterOptions {
  return {
    rest: new REST({ api: twin.url, version: '10', retries: 0 }).setToken(twin.token),
    apiUrl: twin.url,
    applicationId: twin.applicationId,
    guildId: null,
    commands,
    installation: testInstallation,
    memory: createRegistrationMemory(connection),
    logger: createLogger({ level: 'info', role: 'test', destination: { write: (line) => lines.push(line) } }),
    ...over,
  };
}

const registered = (guildId: string | null = null) =>
  [...twin.world.commands.values()].filter((command) => command.guildId === guildId);

test('a second start sends nothing', async () => {
  expect(await registerCommands(options())).toBe(true);
  expect(await registerCommands(options())).toBe(false);
  expect(registered()).toHaveLength(commands.length);
});

test('commands that Discord no longer has are sent again, whatever is remembered', async () => {
  await registerCommands(options());
  twin.world.commands.clear();
  expect(await registerCommands(options())).toBe(true);
  expect(registered()).toHaveLength(commands.length);
});

test('commands that another tool has overwritten by ones of the same names are sent again', async () => {
  await registerCommands(options());
  const { rest } = options();
  await rest.put(`/applications/${twin.applicationId}/commands`, {
    body: commands.map(({ name, type }) => (type === 1 ? { name, type, description: 'x' } : { name, type })),
  });
  expect(await registerCommands(options())).toBe(true);
});

test('the same application on another server is another place', async () => {
  await registerCommands(options());
  const elsewhere = await startTwin();
  try {
    const rest = new REST({ api: elsewhere.url, version: '10' }).setToken(elsewhere.token);
    expect(await registerCommands(options({ rest, apiUrl: elsewhere.url }))).toBe(true);
    expect(elsewhere.world.commands.size).toBe(commands.length);
  } finally {
    await elsewhere.close();
  }
});

test('a server set later takes the global commands back, once, and the other way round', async () => {
  await registerCommands(options());
  await registerCommands(options({ guildId: twin.guildId }));
  expect([registered(), registered(twin.guildId)].map(({ length }) => length)).toEqual([0, commands.length]);
  const before = twin.requests.length;
  expect(await registerCommands(options({ guildId: twin.guildId }))).toBe(false);
  expect(twin.requests.slice(before).map(({ method }) => method)).toEqual(['GET']);
  await registerCommands(options());
  expect([registered(), registered(twin.guildId)].map(({ length }) => length)).toEqual([commands.length, 0]);
});

test('what an older version has registered globally is taken back, too', async () => {
  await options().rest.put(`/applications/${twin.applicationId}/commands`, {
    body: [{ name: 'old', description: 'x' }],
  });
  await createRegistrationMemory(connection).write(`${twin.applicationId}:global`, 'a hash');
  await registerCommands(options({ guildId: twin.guildId }));
  expect(registered()).toEqual([]);
});

test.each([400, 403, 500])('a refusal by %i is logged and tried again', async (status) => {
  twin.faults.add({ method: 'PUT', path: /commands$/, times: 2, effect: { kind: 'status', status } });
  const registration = await keepRegistered(options({ firstPauseMs: 20 }));
  expect(registration.isSent).toBe(false);
  await until(async () => registered().length === commands.length);
  expect(lines.filter((line) => line.includes('could not be registered'))).toHaveLength(2);
  registration.close();
});

test('a server that lists no commands is sent them', async () => {
  twin.faults.add({ method: 'GET', path: /commands$/, effect: { kind: 'status', status: 404 } });
  expect(await registerCommands(options())).toBe(true);
});
