// The whole way of a picture on a Redis in cluster mode: one node that owns every slot and refuses whatever touches two slots at once, so the
// rules on key names hold for every script, transaction and command of bot, worker and deliverer.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, expect, test } from 'vitest';
import type { WireMessage } from '../../src/playground/wire.ts';
import { type Harness, startHarness } from '../e2e/harness.ts';
import { until } from '../support/jobs.ts';
import type { TestRedis } from '../support/redis.ts';
import { openSketchEngine } from '../support/sketch-engine.ts';

let easel: Harness | undefined;
afterEach(async () => {
  await easel?.close();
});

async function startClusterNode(): Promise<TestRedis> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const port = Number(Object(probe.address()).port);
  probe.close();
  const dataDir = mkdtempSync(join(tmpdir(), 'easel-cluster-'));
  const words = ['--port', port, '--dir', dataDir, '--bind', '127.0.0.1', '--save', '', '--cluster-enabled', 'yes'];
  // The bus to other nodes, of which there are none, takes a port of its own.
  const child = spawn(
    'redis-server',
    [...words, '--cluster-port', port > 40_000 ? port - 15_000 : port + 15_000].map(String),
    {
      stdio: 'ignore',
    },
  );
  const redis = new Redis(port, '127.0.0.1', { maxRetriesPerRequest: null });
  redis.on('error', () => undefined);
  await redis.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
  await until(async () => (await redis.cluster('INFO')).includes('cluster_state:ok'));
  redis.disconnect();
  return {
    url: `redis://127.0.0.1:${port}`,
    dataDir,
    pid: () => child.pid,
    async stop() {
      child.kill('SIGKILL');
      await once(child, 'exit');
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

test('everything works within one slot: painting, buttons, cancelling, settings', async () => {
  const redis = await startClusterNode();
  const strict = new Redis(redis.url);
  await expect(strict.mget('a', 'b')).rejects.toThrow(/CROSSSLOT/); // it does refuse
  strict.disconnect();
  easel = await startHarness({ redis });
  await easel.startWorker(openSketchEngine({ stepMs: 5 }));
  await easel.startBot();
  await easel.startDeliverer();
  const ada = easel.actor('ada');
  const isDone = (message: WireMessage) => message.attachments.length > 0 && message.content.includes('AI-generated');
  const request = { prompt: 'a lighthouse in a storm', steps: 3, seed: 40 };
  const grid = await ada.runCommand('general', '/imagine', request).answer(isDone, 30_000);
  await ada.click(grid, 'V1').answer(isDone, 30_000);
  await ada.click(grid, 'U2').answer(isDone, 30_000);
  const slow = ada.runCommand('general', '/imagine', { ...request, steps: 100 });
  const running = await slow.answer((message) => message.components.length > 0, 30_000);
  await ada.click(running, 'Cancel').acknowledgement();
  await slow.answer((message) => /cancel/i.test(message.content), 30_000);
  expect(easel.violations()).toEqual([]);
}, 120_000);
