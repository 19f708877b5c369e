// Each role as a process of its own: what its health port says while it starts, works, loses something and stops.

import { GatewayCloseCodes, GatewayOpcodes } from 'discord-api-types/v10';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTwin } from '../../src/playground/start.ts';
import { until } from '../support/jobs.ts';
import { type RoleRig, startRoleRig } from '../support/role-process.ts';

let rig: RoleRig;
beforeAll(async () => {
  rig = await startRoleRig();
});
afterEach(() => rig.killAll());
afterAll(() => rig?.close());
const run: RoleRig['run'] = (...words) => rig.run(...words);

describe.each(['worker', 'deliver', 'bot'])('the %s', (role) => {
  it('is ready once it works, shows its metrics, and ends cleanly on SIGTERM', async () => {
    if (role === 'bot') (await run('worker')).log(); // a bot asks the workers which models there are
    const process_ = await run(role);
    await process_.ready();
    expect((await process_.get('/healthz'))?.status).toBe(200);
    const text = (await (await process_.get('/metrics'))?.text()) ?? '';
    expect(text).toMatch(new RegExp(`easel_redis_up\\{role="${role}"\\} 1`));
    expect(text).toMatch(/easel_queue_jobs\{.*class="deliver"/);
    process_.child.kill('SIGTERM');
    expect(await process_.exit()).toBe(0);
  });
});

it('a process is alive and not ready while Redis is away, and ready again when it is back', async () => {
  const worker = await run('worker');
  await worker.ready();
  process.kill(rig.redis.pid() ?? 0, 'SIGSTOP');
  await until(async () => (await worker.checks())?.ready === false, 30_000);
  expect((await worker.get('/healthz'))?.status).toBe(200);
  process.kill(rig.redis.pid() ?? 0, 'SIGCONT');
  await worker.ready();
});

it('a bot whose gateway connection is gone is not ready', async () => {
  await run('worker');
  const discord = await startTwin();
  const bot = await run('bot', { DISCORD_API_URL: discord.url, DISCORD_TOKEN: discord.token });
  await bot.ready();
  await discord.close();
  await until(async () => (await bot.checks())?.ready === false, 30_000);
  expect((await bot.checks())?.checks).toMatchObject({ discord: '1 of 1 shards are not connected' });
});

it('a bot goes on after events that its library cannot take in, and fails with one sentence when Discord wants it no more', async () => {
  await run('worker');
  const bot = await run('bot');
  await bot.ready();
  const { gateway } = rig.twin;
  gateway.sendAsIs('INTERACTION_CREATE', { id: '1', type: 2, token: 'x', data: { name: 'about' } });
  gateway.sendAsIs('GUILD_CREATE', { id: '810000000000000000', members: [{ roles: [] }] });
  // Thrown inside @discordjs/ws itself, where nothing of ours stands between: `payload.d.toString()`.
  gateway.sendFrame(GatewayOpcodes.InvalidSession, null);
  await until(async () => bot.log().includes('nobody was waiting for it'));
  await rig.twin.actor('ada').runCommand('general', 'about').answer();
  expect((await bot.checks())?.ready).toBe(true);
  gateway.closeConnections(GatewayCloseCodes.DisallowedIntents);
  expect(await bot.exit()).toBe(1);
  expect(bot.log()).toContain(
    'Discord ended the connection (4014): it does not let this bot have one of the intents Guilds',
  );
});
