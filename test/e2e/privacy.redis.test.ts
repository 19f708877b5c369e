// /privacy delete while work is under way: what workers, the queue, the mod-log and the channel would otherwise go on holding.

import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Engine } from '../../src/inference/engine.ts';
import { redisKeys } from '../../src/jobs/redis-keys.ts';
import type { Actor } from '../../src/playground/actors.ts';
import { SEED_IDS } from '../../src/playground/state/seed.ts';
import type { WireMessage } from '../../src/playground/wire.ts';
import { connect } from '../../src/queue/connect.ts';
import { openQueues } from '../../src/queue/queues.ts';
import { createAuditTrail } from '../../src/store/audit.ts';
import { createGuildSettings } from '../../src/store/guild-settings.ts';
import { createJobStore } from '../../src/store/jobs.ts';
import { testJob } from '../support/jobs.ts';
import { openSketchEngine } from '../support/sketch-engine.ts';
import { type Harness, startHarness } from './harness.ts';

const { channels, guild: guildId, users } = SEED_IDS;
/** A busy machine takes its time; no test waits for nothing. */
const patienceMs = 40_000;

let easel: Harness;
let ada: Actor;
let ben: Actor;
let mona: Actor;
let deliverer: Awaited<ReturnType<Harness['startDeliverer']>>;
let redis: Awaited<ReturnType<typeof connect>>;
/** Called once, when a job is painted and nothing of it stored. */
let beforeResult: (() => Promise<void>) | null = null;
let stepMs = 1;

/** The sketch engine, which waits where a test wants it to. */
function engine(): Engine {
  const fast = openSketchEngine({ stepMs: 1 });
  const slow = openSketchEngine({ stepMs: 700 });
  return {
    ...fast,
    async *paint(input, options) {
      for await (const event of (stepMs > 1 ? slow : fast).paint(input, options)) {
        if (event.type === 'result' && beforeResult) {
          const wait = beforeResult;
          beforeResult = null;
          await wait();
        }
        yield event;
      }
    },
  };
}

beforeAll(async () => {
  easel = await startHarness({ environment: { EASEL_SECRET_KEY: 'a secret of sixteen or more' } });
  ada = easel.actor('ada');
  ben = easel.actor('ben');
  mona = easel.actor('mona');
  await easel.startWorker(engine());
  await easel.startBot();
  deliverer = await easel.startDeliverer();
  redis = await connect(easel.redis.url, { patience: 'producer', name: 'test' });
  // The first interaction of a process takes longest.
  await vi.waitFor(() => ben.runCommand('general', '/help').acknowledgement(), 60_000);
}, 120_000);
afterEach(() => {
  beforeResult = null;
  stepMs = 1;
});
afterAll(async () => {
  redis.disconnect();
  await easel.close();
});

const said = (message: WireMessage) => message.content !== '' || message.embeds.length > 0;

async function deleteEverything(): Promise<void> {
  const card = await ben.runCommand('general', '/privacy delete').answer((message) => message.embeds.length > 0);
  ben.click(card, 'Delete everything');
  await ben.waitForEdit(card, (message) => message.content.startsWith('Done'), patienceMs);
}

async function newestJob(): Promise<string> {
  const { jobIds } = await createJobStore(redis).byMember(users.ben, { offset: 0, limit: 1 });
  return jobIds[0] ?? '';
}

/** Keys with the job's id in their name or their value, but for what says for an hour that it has ended. */
async function whatIsLeftOf(jobId: string): Promise<string[]> {
  const left: string[] = [];
  for (const key of await redis.keys('*')) {
    if (/:(ended|live|editing|delivery)(:|$)/.test(key) || key.endsWith(':events')) continue;
    const isHash = (await redis.type(key)) === 'hash' ? JSON.stringify(await redis.hgetall(key)) : '';
    if (key.includes(jobId) || isHash.includes(jobId)) left.push(key);
  }
  return left;
}

describe('/privacy delete', () => {
  test('while a worker is about to store: neither pictures nor originals nor the queue’s copy are left', async () => {
    let jobId = '';
    const deleted = new Promise<void>((resolve) => {
      beforeResult = async () => {
        jobId = await newestJob();
        await deleteEverything();
        resolve();
      };
    });
    ben.runCommand('general', '/imagine', { prompt: 'ben secret (flag 1)', steps: 1, count: 2 });
    await deleted;
    await vi.waitFor(async () => expect(await redis.zcard(redisKeys.running(users.ben))).toBe(0), patienceMs);
    await vi.waitFor(async () => expect(await whatIsLeftOf(jobId)).toEqual([]), 10_000);
    const trail = await createAuditTrail(redis).list(easel.twin.guildId);
    expect(trail.filter((entry) => entry.jobId === jobId)).toEqual([]);
    expect(await redis.hget(redisKeys.pictureSizes, '')).toBe('0');
  }, 120_000);

  test('of what was cancelled in its last moment: its pictures went with the cancelling', async () => {
    let jobId = '';
    const cancelled = new Promise<void>((resolve) => {
      beforeResult = async () => {
        jobId = await newestJob();
        await redis.set(redisKeys.cancel(jobId), users.ben, 'EX', 100);
        resolve();
      };
    });
    ben.runCommand('general', '/imagine', { prompt: 'ben cancelled', steps: 2, count: 2 });
    await cancelled;
    await vi.waitFor(async () => expect(await redis.hget(redisKeys.job(jobId), 'state')).toBe('cancelled'), patienceMs);
    await vi.waitFor(async () => expect(await redis.keys(`easel-pictures:{${jobId}}*`)).toEqual([]), 10_000);
    await deleteEverything();
    await vi.waitFor(async () => expect(await whatIsLeftOf(jobId)).toEqual([]), 10_000);
  }, 120_000);

  test('with one job running and one waiting: both messages say that they were cancelled', async () => {
    stepMs = 700;
    const running = await ben
      .runCommand('general', '/imagine', { prompt: 'ben running', steps: 40, count: 1 })
      .answer(said, patienceMs);
    await vi.waitFor(async () => expect(await redis.zcard(redisKeys.running(users.ben))).toBe(1), patienceMs);
    const jobId = await newestJob();
    const waiting = await ben
      .runCommand('general', '/imagine', { prompt: 'ben waiting', steps: 40, count: 1 })
      .answer(said, patienceMs);
    await deleteEverything();
    for (const message of [running, waiting])
      expect(ben.see(message)?.content).toContain(`Cancelled by <@${users.ben}>`);
    expect((await createJobStore(redis).get(jobId)) ?? 'gone').toBe('gone');
    // The worker that was in the middle of it takes the queue's copy away with it.
    await vi.waitFor(async () => expect(await whatIsLeftOf(jobId)).toEqual([]), patienceMs);
    expect(easel.violations()).toEqual([]);
  }, 120_000);

  test('where nobody delivers, the message is written all the same', async () => {
    await deliverer.close();
    stepMs = 700;
    const running = await ben
      .runCommand('general', '/imagine', { prompt: 'ben alone', steps: 40, count: 1 })
      .answer(said, patienceMs);
    await vi.waitFor(async () => expect(await redis.zcard(redisKeys.running(users.ben))).toBe(1), patienceMs);
    const jobId = await newestJob();
    await deleteEverything();
    expect(ben.see(running)?.content).toContain(`Cancelled by <@${users.ben}>`);
    await vi.waitFor(async () => expect(await whatIsLeftOf(jobId)).toEqual([]), patienceMs);
    deliverer = await easel.startDeliverer();
  }, 120_000);
});

describe('a delivery whose request was deleted', () => {
  test('leaves no copy of it in its queue', async () => {
    const queues = openQueues(redis);
    const job = testJob();
    await queues.addDelivery({ version: 1, job, outcome: { type: 'cancelled', byUserId: null } });
    expect(await redis.exists(queues.deliver.toKey(`job-${job.jobId}`))).toBe(1);
    await vi.waitFor(async () => expect(await whatIsLeftOf(job.jobId)).toEqual([]), patienceMs);
    await queues.close();
  });
});

describe('a card in the mod-log', () => {
  beforeAll(() => createGuildSettings(redis).update(guildId, { modLogChannelId: channels.ageRestricted }));

  const words = (message: WireMessage) => JSON.stringify(message.embeds);
  let cards = 0;
  /** Ben's picture was withheld, and he asks about it; the card shows it, blurred. */
  async function askAbout(prompt: string): Promise<WireMessage> {
    cards += 1;
    const answer = await ben
      .runCommand('general', '/imagine', { prompt: `${prompt} (flag 1)`, steps: 1, count: 1, seed: 100 + cards })
      .answer((message) => message.content.includes('withheld'), patienceMs);
    await ben.click(answer, 'Ask a moderator').answer(said);
    const card = await mona.waitForMessage('ageRestricted', (message) => words(message).includes(prompt), patienceMs);
    expect([card.attachments.length, card.components.length]).toEqual([1, 1]);
    return card;
  }
  /** Closed, and about nobody. */
  async function expectClosed(card: WireMessage, prompt: string): Promise<WireMessage> {
    const closed = await mona.waitForEdit(card, (message) => message.components.length === 0, patienceMs);
    expect(closed.attachments).toEqual([]);
    expect(words(closed)).toContain('Closed');
    for (const word of [prompt, users.ben, 'ben']) expect(words(closed)).not.toContain(word);
    return closed;
  }

  test('closes when its member has their data deleted, and keeps a decision that was made', async () => {
    const open = await askAbout('a grey heron');
    const decided = await askAbout('a white stork');
    mona.click(decided, 'Uphold');
    await mona.waitForEdit(decided, (message) => message.components.length === 0, patienceMs);
    expect(words(mona.see(decided)!)).toContain('a white stork');
    await deleteEverything();
    expect(words(await expectClosed(open, 'a grey heron'))).not.toContain('Decision');
    expect(words(await expectClosed(decided, 'a white stork'))).toContain(`left as it is by <@${users.mona}>`);
    expect(await redis.exists(redisKeys.reviewCards)).toBe(0);
    expect(easel.violations()).toEqual([]);
  }, 180_000);

  test('closes when its seven days are over', async () => {
    const card = await askAbout('a black swan');
    const [name = '', text = '{}'] = Object.entries(await redis.hgetall(redisKeys.reviewCards))[0] ?? [];
    const kept = JSON.parse(text);
    expect((kept.closeAt - Date.now()) / 86_400_000).toBeCloseTo(7, 1);
    await redis.hset(redisKeys.reviewCards, name, JSON.stringify({ ...kept, closeAt: Date.now() - 1 }));
    await redis.del(redisKeys.retention);
    await expectClosed(card, 'a black swan');
    await vi.waitFor(async () => expect(await redis.exists(redisKeys.reviewCards)).toBe(0));
  }, 180_000);

  test('closes with a press when nothing is known of its request, by the button that asks for more as well', async () => {
    const told = () =>
      mona.messages('ageRestricted').filter(({ content }) => content.includes('no longer have the request')).length;
    for (const [prompt, label, times] of [
      ['a red kite', 'Uphold', 1],
      ['a barn owl', 'Ban …', 2],
    ] as const) {
      const card = await askAbout(prompt);
      await redis.del(redisKeys.job(await newestJob()));
      mona.click(card, label);
      await expectClosed(card, prompt);
      await vi.waitFor(() => expect(told()).toBe(times), patienceMs);
    }
  }, 180_000);

  test('about another member’s picture stays open without the name and the words of who reported it', async () => {
    const picture = await ada
      .runCommand('general', '/imagine', { prompt: 'a lighthouse', steps: 1, count: 1 })
      .answer((message) => message.content.includes('AI-generated'), patienceMs);
    await vi.waitFor(async () => expect(await createJobStore(redis).findByMessage(picture.id)).not.toBeNull());
    const form = await ben.contextMenu(picture, 'Report').modal();
    await ben.submitModal(form, { 'What is wrong with it?': 'it shows my garden' }).answer(said);
    const card = await mona.waitForMessage(
      'ageRestricted',
      (message) => words(message).includes('my garden') && message.components.length > 0,
      patienceMs,
    );
    expect(words(card)).toContain(users.ben);
    await deleteEverything();
    const left = mona.see(card)!;
    for (const word of ['my garden', users.ben]) expect(words(left)).not.toContain(word);
    expect(words(left)).toContain('a lighthouse');
    expect([left.attachments.length, left.components.length]).toEqual([1, 1]);
    mona.click(card, 'Leave it');
    const decided = await mona.waitForEdit(card, (message) => message.components.length === 0, patienceMs);
    expect(words(decided)).toContain(`left as it is by <@${users.mona}>`);
  }, 180_000);
});
