// Bots in shards across processes: together they hear everything once, and nobody is answered twice.

import { afterEach, expect, test } from 'vitest';
import type { Bot } from '../../src/discord/start-bot.ts';
import type { WireMessage } from '../../src/playground/wire.ts';
import { until } from '../support/jobs.ts';
import { openSketchEngine } from '../support/sketch-engine.ts';
import { type Harness, startHarness } from './harness.ts';

let easel: Harness;
afterEach(async () => {
  await easel?.close();
});

const isDone = (message: WireMessage) => message.attachments.length > 0;
const request = { prompt: 'a lighthouse in a storm', steps: 3, seed: 40, count: 1 };
const idsOf = (bot: Bot) => [...bot.client.ws.shards.keys()];
const servers = (bot: Bot) => bot.client.guilds.cache.size;

async function startFour(shards: readonly string[]): Promise<Bot[]> {
  const bots: Bot[] = [];
  for (const wish of shards) bots.push(await easel.startBot({ DISCORD_SHARDS: wish }));
  return bots;
}

test('each process takes its share of what Discord recommends, and one answers', async () => {
  easel = await startHarness({ twin: { gateway: { shards: 3, identifyConcurrency: 16 } } });
  await easel.startWorker(openSketchEngine({ stepMs: 5 }));
  await easel.startDeliverer();
  const bots = await startFour(['0 of 2', '1 of 2']);
  // Three are recommended; two processes share four evenly.
  expect(bots.map(idsOf)).toEqual([
    [0, 1],
    [2, 3],
  ]);
  expect(bots.map(({ client }) => client.options.shardCount)).toEqual([4, 4]);
  await until(async () => bots.reduce((sum, bot) => sum + servers(bot), 0) === 1);
  const ada = easel.actor('ada');
  await ada.runCommand('general', '/imagine', request).answer(isDone, 30_000);
  expect(ada.messages('general').filter(isDone)).toHaveLength(1);
  expect(easel.violations()).toEqual([]);
});

test('a process that comes later follows the total that holds, even when Discord recommends another by then', async () => {
  easel = await startHarness({ twin: { gateway: { shards: 2, identifyConcurrency: 16 } } });
  const [first] = await startFour(['0 of 2']);
  easel.twin.world.recommendedShards = 7;
  const [second] = await startFour(['1 of 2']);
  expect([first, second].map((bot) => bot && idsOf(bot))).toEqual([[0], [1]]);
});

test('two processes that hear the same interaction answer it once', async () => {
  easel = await startHarness({ twin: { gateway: { identifyConcurrency: 16, identifyWindowMs: 0 } } });
  await easel.startWorker(openSketchEngine({ stepMs: 5 }));
  await easel.startDeliverer();
  const bots = await startFour(['0/1', '0/1']);
  expect(bots.map(servers)).toEqual([1, 1]);
  const ada = easel.actor('ada');
  for (let press = 0; press < 3; press += 1) {
    await ada.runCommand('general', '/imagine', { ...request, seed: press }).answer(isDone, 30_000);
  }
  const callbacks = easel.twin.requests.filter(({ path }) => path.includes('/callback'));
  expect(callbacks).toHaveLength(3);
  expect(ada.messages('general').filter(isDone)).toHaveLength(3);
  expect(easel.violations()).toEqual([]);
});

test('processes that start together log in one after the other, as Discord asks', async () => {
  easel = await startHarness({ twin: { gateway: { shards: 2 } } });
  const startedAt = Date.now();
  const [first, second] = await Promise.all(
    ['0 of 2', '1 of 2'].map((wish) => easel.startBot({ DISCORD_SHARDS: wish })),
  );
  expect([first, second].map((bot) => bot && idsOf(bot))).toEqual([[0], [1]]);
  // One slot of five seconds lies between them, and nobody was turned away.
  expect(Date.now() - startedAt).toBeGreaterThan(4900);
  expect(easel.twin.world.sessionStarts).toBe(2);
  expect(easel.twin.gateway.refusedIdentifies).toBe(0);
});
