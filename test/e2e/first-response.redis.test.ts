// What happens within the first three seconds: acknowledgements, refusals, duplicates, lateness, a Redis that is away, a gateway that drops.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { redisKeys } from '../../src/jobs/redis-keys.ts';
import { connect } from '../../src/queue/connect.ts';
import { type Harness, startHarness } from './harness.ts';

let easel: Harness;
beforeEach(async () => {
  easel = await startHarness();
});
afterEach(async () => {
  await easel.close();
});

const ephemeral = 64;

describe('first responses', () => {
  test('/help answers at once, to the member only', async () => {
    await easel.startBot();
    const help = easel.actor('ada').runCommand('general', '/help');
    expect((await help.acknowledgement()).type).toBe(4);
    const answer = await help.answer();
    expect(answer.flags & ephemeral).toBe(ephemeral);
    expect(answer.embeds[0]?.description).toContain('/imagine');
    expect(easel.actor('ben').see(answer)).toBeUndefined();
    expect(easel.violations()).toEqual([]);
  });

  test('/about tells model, limits, biases, terms and energy', async () => {
    await easel.startBot();
    const text = (await easel.actor('ada').runCommand('dm', '/about').answer()).embeds[0]?.description ?? '';
    for (const word of ['sketch', 'Limits', 'Biases', 'OpenRAIL', 'Energy']) expect(text).toContain(word);
    expect(easel.violations()).toEqual([]);
  });

  test('/imagine shows that it is at work, then its place in the queue with a way to cancel', async () => {
    await easel.startBot();
    const imagine = easel.actor('ada').runCommand('general', '/imagine', { prompt: 'a lighthouse in a storm' });
    const { type, afterMs } = await imagine.acknowledgement();
    expect(type).toBe(5);
    expect(afterMs).toBeLessThan(1000);
    const answer = await imagine.answer();
    expect(answer.content).toContain('a lighthouse in a storm');
    expect(answer.content).toContain('queue');
    expect(easel.violations()).toEqual([]);
  });

  test('a private request is private from the first response on', async () => {
    await easel.startBot();
    const answer = await easel
      .actor('ada')
      .runCommand('general', '/imagine', { prompt: 'a secret garden', private: true })
      .answer();
    expect(answer.flags & ephemeral).toBe(ephemeral);
    expect(easel.actor('ben').see(answer)).toBeUndefined();
  });

  test.each([
    [{ prompt: 'porn' }, 'not painted here'],
    [{ prompt: 'a nude child' }, 'never painted'],
    [{ prompt: 'join discord.gg/abcdef' }, 'Invite links'],
    [{ prompt: '   ' }, 'say what to paint'],
    [{ prompt: 'a house', negative: 'p0rn' }, 'not painted here'],
  ])('a refusal is the first response, ephemeral and in one sentence: %j', async (options, sentence) => {
    await easel.startBot();
    const imagine = easel.actor('ada').runCommand('general', '/imagine', options);
    expect((await imagine.acknowledgement()).type).toBe(4);
    const answer = await imagine.answer();
    expect(answer.flags & ephemeral).toBe(ephemeral);
    expect(answer.content).toContain(sentence);
    expect(easel.actor('ben').messages('general')).toEqual([]);
    expect(easel.violations()).toEqual([]);
  });

  test('two bots see every event and one answers, each time', async () => {
    await easel.startBot();
    await easel.startBot();
    for (let round = 0; round < 10; round += 1) {
      await easel
        .actor('ada')
        .runCommand('general', '/imagine', { prompt: `boat number ${round}` })
        .answer();
    }
    expect(easel.actor('ben').messages('general')).toHaveLength(10);
    expect(easel.violations()).toEqual([]);
  });

  test('when Redis does not answer, the member is told to try again within the three seconds', async () => {
    await easel.startBot();
    const pid = easel.redis.pid() ?? 0;
    process.kill(pid, 'SIGSTOP');
    const imagine = easel.actor('ada').runCommand('general', '/imagine', { prompt: 'a lighthouse' });
    const { type, afterMs } = await imagine.acknowledgement();
    expect(type).toBe(4);
    expect(afterMs).toBeLessThan(2500);
    expect((await imagine.answer()).content).toContain('try again');
    process.kill(pid, 'SIGCONT');
    expect(easel.violations()).toEqual([]);
  });

  test('an event that comes too late is dropped without a promise', async () => {
    await easel.startBot();
    easel.twin.gateway.delayEvents(3300);
    const imagine = easel.actor('ada').runCommand('general', '/imagine', { prompt: 'a lighthouse' });
    await imagine.failure();
    await new Promise((resolve) => setTimeout(resolve, 800));
    expect(easel.actor('ada').messages('general')).toEqual([]);
    expect(easel.violations('no-acknowledgement', 'late-acknowledgement')).toEqual([]);
  });

  test('a connection to Discord that is gone for a while costs no first response', async () => {
    await easel.startBot();
    // Compiled and connected once: what is measured is the wait.
    await easel.actor('ada').runCommand('general', '/help').acknowledgement();
    easel.twin.faults.add({ path: /callback/, times: 99, effect: { kind: 'drop-request' } });
    const imagine = easel.actor('ada').runCommand('general', '/imagine', { prompt: 'a lighthouse' });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    easel.twin.faults.clear();
    const { type, afterMs } = await imagine.acknowledgement();
    expect(type).toBe(5);
    expect(afterMs).toBeGreaterThan(1400);
    const tries = easel.twin.requests.filter(({ path }) => path.startsWith(`/interactions/${imagine.id}`));
    expect(tries.length).toBeLessThan(10);
    expect(easel.violations()).toEqual([]);
  });

  test('what nobody acknowledged in time is not painted later, and nothing is charged for it', async () => {
    await easel.startBot();
    const redis = await connect(easel.redis.url, { patience: 'producer', name: 'test' });
    easel.twin.faults.add({ path: /callback/, times: 999, effect: { kind: 'drop-request' } });
    const imagine = easel.actor('ada').runCommand('general', '/imagine', { prompt: 'a lighthouse' });
    await imagine.failure();
    // The process knows nothing for certain, so the intent stays: it may have been acknowledged.
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await redis.hlen(redisKeys.intents)).toBe(1);
    easel.twin.faults.clear();
    await redis.zadd(redisKeys.intentTimes, Date.now() - 60_000, imagine.id);
    await easel.restartBot();
    await vi.waitFor(async () => expect(await redis.hlen(redisKeys.intents)).toBe(0), 10_000);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await redis.zcard(redisKeys.memberJobs(easel.actor('ada').id))).toBe(0);
    expect(await redis.exists(redisKeys.charge(imagine.id))).toBe(0);
    expect(easel.actor('ada').messages('general')).toEqual([]);
    expect(easel.violations('no-acknowledgement', 'late-acknowledgement')).toEqual([]);
    redis.disconnect();
  });

  test('the gateway may drop, ask to reconnect or forget the session; members notice nothing', async () => {
    const bot = await easel.startBot();
    const { gateway } = easel.twin;
    for (const disturb of [
      () => gateway.dropConnections(),
      () => gateway.askToReconnect(),
      () => gateway.invalidateSessions(false),
    ]) {
      const back = new Promise((resolve) => {
        bot.client.once('shardResume', resolve);
        bot.client.once('shardReady', resolve);
      });
      disturb();
      await back;
      const help = easel.actor('ada').runCommand('general', '/help');
      expect((await help.acknowledgement()).type).toBe(4);
    }
    expect(easel.violations()).toEqual([]);
  });

  test('commands are registered once, however often the bot starts', async () => {
    await (await easel.startBot()).close();
    await (await easel.startBot()).close();
    await easel.startBot();
    const writes = easel.twin.requests.filter(({ method, path }) => method === 'PUT' && path.endsWith('/commands'));
    expect(writes).toHaveLength(1);
  });

  test('asks for the Guilds intent and no other', async () => {
    const bot = await easel.startBot();
    expect(bot.client.options.intents.toArray()).toEqual(['Guilds']);
  });
});
