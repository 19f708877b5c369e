// What an operator sees of a picture's way: every metric fed by the role that knows it, log lines that can be followed by id, and nothing in
// them that members wrote or that opens a door.

import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Figures, Metrics } from '../../src/observability/metrics.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import type { WireMessage } from '../../src/playground/wire.ts';
import { connect } from '../../src/queue/connect.ts';
import { readQueueFigures } from '../../src/queue/queue-figures.ts';
import { openQueues } from '../../src/queue/queues.ts';
import { until } from '../support/jobs.ts';
import { openSketchEngine } from '../support/sketch-engine.ts';
import { type Harness, startHarness } from './harness.ts';

let easel: Harness;
let metrics: Record<'bot' | 'worker' | 'deliver', Metrics>;
let lines: string[];

beforeEach(async () => {
  lines = [];
  metrics = { bot: createMetrics('bot'), worker: createMetrics('worker'), deliver: createMetrics('deliver') };
  easel = await startHarness({
    metrics,
    logs: { write: (line) => lines.push(line) },
    environment: { EASEL_LOG_LEVEL: 'info', EASEL_POWER_WATTS: '36000' },
  });
});
afterEach(async () => {
  await easel.close();
  // One test keeps Discord from hearing any first response.
  expect(easel.violations('no-acknowledgement', 'late-acknowledgement')).toEqual([]);
});

const isDone = (message: WireMessage) => message.attachments.length > 0;
const request = { prompt: 'a walrus named zebedee', steps: 3, seed: 40, count: 1 };

async function value(of: Metrics, name: string, labels: Record<string, string> = {}): Promise<number> {
  const text = await of.registry.metrics();
  const found = text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .filter((line) => Object.entries(labels).every(([key, word]) => line.includes(`${key}="${word}"`)));
  return found.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

async function startAll(): Promise<void> {
  await easel.startWorker(openSketchEngine({ stepMs: 5 }));
  await easel.startBot();
  await easel.startDeliverer();
}

test('one picture feeds every metric of its way, each in the role that knows it', async () => {
  await startAll();
  const { bot, worker, deliver } = metrics;
  easel.twin.faults.add({ method: 'PATCH', path: /webhooks/, effect: { kind: 'rate-limit', retryAfterS: 0.1 } });
  await easel.actor('ada').runCommand('general', '/imagine', request).answer(isDone, 30_000);
  await until(async () => (await value(deliver, 'easel_picture_seconds_count', { kind: 'imagine' })) === 1);

  expect(await value(bot, 'easel_acknowledgement_seconds_count', { name: '/imagine' })).toBe(1);
  expect(await value(bot, 'easel_acknowledgement_seconds_sum')).toBeLessThan(3);
  expect(await value(bot, 'easel_discord_requests_total', { method: 'POST', status: '200' })).toBeGreaterThan(0);
  const limited = async (of: Metrics) => await value(of, 'easel_discord_rate_limited_total');
  expect((await limited(bot)) + (await limited(deliver))).toBe(1);
  expect(await value(worker, 'easel_step_seconds_count')).toBe(3);
  expect(await value(worker, 'easel_first_progress_seconds_count')).toBe(1);
  expect(await value(worker, 'easel_jobs_total', { outcome: 'done' })).toBe(1);
  expect(await value(worker, 'easel_pictures_total', { outcome: 'posted' })).toBe(1);
  // 36 joules in a millisecond; three steps of 5 ms are at least 540 (a timer may be a little early).
  expect(await value(worker, 'easel_energy_joules_total')).toBeGreaterThan(500);
  expect(await value(deliver, 'easel_discord_requests_total', { method: 'PATCH', status: '200' })).toBeGreaterThan(0);
});

test('refusals, flags and failures are counted by reason', async () => {
  await startAll();
  const ada = easel.actor('ada');
  await ada.runCommand('general', '/imagine', { ...request, prompt: 'come to discord.gg/abcdef' }).acknowledgement();
  await until(async () => (await value(metrics.bot, 'easel_refusals_total', { reason: 'rule-invite-link' })) === 1);

  await ada
    .runCommand('general', '/imagine', { ...request, prompt: '(paint fails) walrus' })
    .answer((message) => message.content.includes('could not'), 30_000);
  expect(await value(metrics.worker, 'easel_errors_total', { code: 'inference-failed' })).toBe(1);
  expect(await value(metrics.worker, 'easel_jobs_total', { outcome: 'failed' })).toBe(1);

  easel.twin.faults.add({ path: /callback/, times: 9, effect: { kind: 'status', status: 500 } });
  ada.runCommand('general', '/imagine', request);
  await until(async () => (await value(metrics.bot, 'easel_errors_total', { code: 'discord-refused' })) > 0);
});

test('queue length and age are known by class while nothing paints', async () => {
  await easel.startBot();
  const redis = await connect(easel.redis.url, { patience: 'producer', name: 'test' });
  const queues = openQueues(redis);
  const probe = createMetrics('probe');
  const read = async (): Promise<Figures> => ({ queues: await readQueueFigures(queues), workers: [], undelivered: 0 });
  probe.watch(read);
  for (const seed of [1, 2]) {
    await easel
      .actor('ada')
      .runCommand('general', '/imagine', { ...request, seed })
      .answer();
  }
  await until(async () => (await value(probe, 'easel_queue_jobs', { class: 'generate', state: 'prioritized' })) === 2);
  await new Promise((resolve) => setTimeout(resolve, 1100));
  const age = await value(probe, 'easel_queue_oldest_seconds', { class: 'generate' });
  expect(age).toBeGreaterThan(1);
  expect(age).toBeLessThan(30);
  expect(await value(probe, 'easel_redis_up')).toBe(1);
  expect(await value(probe, 'easel_queue_oldest_seconds', { class: 'deliver' })).toBe(0);
  await queues.close();
  redis.disconnect();
});

test('metrics are served, and say so, while Redis does not answer', async () => {
  const probe = createMetrics('probe');
  probe.watch(() => new Promise(() => undefined));
  expect(await value(probe, 'easel_redis_up')).toBe(0);
  expect(await probe.registry.metrics()).not.toContain('easel_queue_jobs{');
});

test('every line about a job carries its ids; none carries a prompt, a token or a key', async () => {
  await startAll();
  const ada = easel.actor('ada');
  await ada.runCommand('general', '/imagine', request).answer(isDone, 30_000);
  await ada
    .runCommand('general', '/imagine', { ...request, prompt: '(paint fails) zebedee' })
    .answer((message) => message.content.includes('could not'), 30_000);
  // A delivery that Discord refuses for good logs an error of discord.js, which holds the whole request.
  easel.twin.faults.add({ method: 'PATCH', path: /original/, times: 20, effect: { kind: 'status', status: 400 } });
  ada.runCommand('general', '/imagine', request);
  await until(async () => lines.some((line) => line.includes('could not be posted')), 30_000);

  const text = lines.join('');
  const tokens = easel.twin.requests.flatMap(
    ({ path }) => /\/(?:webhooks|interactions)\/\d+\/([^/?]+)/.exec(path)?.[1] ?? [],
  );
  expect(tokens.length).toBeGreaterThan(3);
  for (const secret of [...new Set(tokens), easel.twin.token, 'zebedee', 'a secret of sixteen or more']) {
    expect(text.includes(decodeURIComponent(secret)), secret).toBe(false);
  }
  const records = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const about = records.filter(({ msg }) =>
    ['queued', 'painted', 'posted', 'could not be painted'].includes(String(msg)),
  );
  expect(new Set(about.map(({ msg }) => msg)).size).toBe(4);
  for (const record of about) {
    expect(record).toMatchObject({
      jobId: expect.stringMatching(/^[0-9a-z]{12}$/),
      interactionId: expect.stringMatching(/^\d+$/),
      guildId: expect.stringMatching(/^\d+$/),
    });
  }
});
