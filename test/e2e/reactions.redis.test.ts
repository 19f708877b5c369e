// Reactions on a result, where the operator wants them.

import { REST, Routes } from 'discord.js';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Actor, Options } from '../../src/playground/actors.ts';
import type { WireMessage } from '../../src/playground/wire.ts';
import { connect } from '../../src/queue/connect.ts';
import { createJobStore } from '../../src/store/jobs.ts';
import { openSketchEngine } from '../support/sketch-engine.ts';
import { type Harness, startHarness } from './harness.ts';

let easel: Harness;
let ada: Actor;
let ben: Actor;

async function start(reactions: 'on' | 'off'): Promise<void> {
  easel = await startHarness({ environment: { EASEL_REACTIONS: reactions } });
  ada = easel.actor('ada');
  ben = easel.actor('ben');
  await easel.startWorker(openSketchEngine({ stepMs: 2 }));
  await easel.startBot();
  await easel.startDeliverer();
}
afterEach(() => easel.close());

const isDone = (message: WireMessage) => message.attachments.length > 0 && message.content.includes('AI-generated');

/** Posted, and remembered as posted. */
async function paint(options: Options = {}): Promise<WireMessage> {
  const posted = await ada
    .runCommand('general', '/imagine', { prompt: 'a lighthouse', steps: 2, seed: 40, ...options })
    .answer(isDone, 30_000);
  const redis = await connect(easel.redis.url, { patience: 'producer', name: 'test' });
  await vi.waitFor(async () => expect(await createJobStore(redis).findByMessage(posted.id)).not.toBeNull());
  redis.disconnect();
  return posted;
}

describe('reactions', () => {
  test('❌ of the author removes the message, of somebody else it does not', async () => {
    await start('on');
    const posted = await paint({ count: 1 });
    ben.react(posted, '❌');
    ben.react(posted, '✉️');
    await ben.waitForMessage('dm', (message) => message.attachments.length > 0);
    expect(ada.see(posted)).toBeDefined();
    ada.react(posted, '❌');
    await ada.waitForDelete(posted);
    expect(easel.violations()).toEqual([]);
  });

  test('❌ and 🗑️ take away the further messages of pictures that did not fit into the first', async () => {
    await start('on');
    const redis = await connect(easel.redis.url, { patience: 'producer', name: 'test' });
    const jobs = createJobStore(redis);
    const rest = new REST({ api: easel.twin.url, version: '10' }).setToken(easel.twin.token);
    /** As delivery posts it. */
    async function overflowOf(posted: WireMessage): Promise<WireMessage> {
      const record = await jobs.findByMessage(posted.id);
      const body = { content: `more of ${record?.job.jobId}` };
      const extra = (await rest.post(Routes.channelMessages(posted.channel_id), { body })) as WireMessage;
      await jobs.addExtraMessage(record?.job.jobId ?? '', { channelId: posted.channel_id, messageId: extra.id });
      return extra;
    }
    for (const [way, onExtra] of [
      ['🗑️', false],
      ['❌', false],
      ['❌', true],
    ] as const) {
      const posted = await paint({ count: 1 });
      const extra = await overflowOf(posted);
      if (way === '❌') ada.react(onExtra ? extra : posted, way);
      else ada.click(posted, way);
      await Promise.all([ada.waitForDelete(posted), ada.waitForDelete(extra)]);
    }
    redis.disconnect();
    expect(easel.violations()).toEqual([]);
  });

  test('✉️ sends the pictures one by one with seeds and command, once', async () => {
    await start('on');
    const posted = await paint();
    ben.react(posted, '✉️');
    const sent = await ben.waitForMessage('dm', (message) => message.attachments.length > 0);
    expect(sent.attachments.map((file) => [file.width, file.height])).toEqual(Array(4).fill([256, 256]));
    expect(sent.content).toContain('#4: seed 43');
    expect(sent.content).toContain('/imagine prompt:a lighthouse');
    ben.unreact(posted, '✉️');
    ben.react(posted, '✉️');
    ada.react(posted, '✉️');
    await ada.waitForMessage('dm', (message) => message.attachments.length > 0);
    expect(ben.messages('dm')).toHaveLength(1);
    expect(easel.violations()).toEqual([]);
  });

  test('do nothing where the operator has not turned them on', async () => {
    await start('off');
    const posted = await paint({ count: 1 });
    ada.react(posted, '❌');
    ada.react(posted, '✉️');
    await ada.runCommand('general', '/queue').answer((message) => message.content !== '');
    expect(ada.see(posted)).toBeDefined();
    expect(ada.messages('dm')).toEqual([]);
  });
});
