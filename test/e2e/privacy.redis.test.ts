// /privacy delete while work is under way: what workers, the queue, the mod-log and the channel would otherwise go on holding.

import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Engine } from '../../src/inference/engine.ts';
import { redisKeys } from '../../src/jobs/redis-keys.ts';
import type { Actor } from '../../src/playground/actors.ts';
import { SEED_IDS } from '../../src/playground/state/seed.ts';
import type { WireMessage } from '../../src/playground/wire.ts';
import { connect } from '../../src/queue/connect.ts';
import { createAuditTrail } from '../../src/store/audit.ts';
import { createJobStore } from '../../src/store/jobs.ts';
import { openSketchEngine } from '../support/sketch-engine.ts';
import { type Harness, startHarness } from './harness.ts';

const { users } = SEED_IDS;
/** A busy machine takes its time; no test waits for nothing. */
const patienceMs = 90_000;

let easel: Harness;
let ben: Actor;
let redis: Awaited<ReturnType<typeof connect>>;
/** Called once, when a job is painted and nothing of it stored. */
let beforeResult: (() => Promise<void>) | null = null;

/** The sketch engine, which waits where a test wants it to. */
function engine(): Engine {
  const fast = openSketchEngine({ stepMs: 1 });
  return {
    ...fast,
    async *paint(input, options) {
      for await (const event of fast.paint(input, options)) {
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
  easel = await startHarness();
  ben = easel.actor('ben');
  await easel.startWorker(engine());
  await easel.startBot();
  await easel.startDeliverer();
  redis = await connect(easel.redis.url, { patience: 'producer', name: 'test' });
  // The first interaction of a process takes longest.
  await vi.waitFor(() => ben.runCommand('general', '/help').acknowledgement(), 60_000);
}, 120_000);
afterEach(() => {
  beforeResult = null;
});
afterAll(async () => {
  redis.disconnect();
  await easel.close();
});

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
});
