import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { REST, Routes } from 'discord.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { restOptions } from '../../src/discord/rest-options.ts';
import type { Twin } from '../../src/playground/start.ts';
import { startJudgedTwin } from '../support/judged-twin.ts';

const patienceMs = 400;
const uplinkBytesPerMs = 500;

let twin: Twin;
let api: string;
const closers: (() => void)[] = [];

/** A slow way to the twin: what is sent takes its time, what comes back does not. */
async function startUplink(): Promise<number> {
  const sockets = new Set<Socket>();
  const uplink = createServer((near) => {
    const far = connect(Number(new URL(twin.url).port), '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        for (const end of [near, far]) end.destroy();
      });
    }
    far.pipe(near);
    near.on('data', (chunk: Buffer) => {
      near.pause();
      far.write(chunk);
      setTimeout(() => near.resume(), chunk.length / uplinkBytesPerMs);
    });
  });
  await new Promise<void>((resolve) => uplink.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    uplink.close();
  });
  const address = uplink.address();
  return typeof address === 'object' && address ? address.port : 0;
}

beforeAll(async () => {
  const port = await startUplink();
  twin = await startJudgedTwin({ allowedHosts: [`127.0.0.1:${port}`] });
  api = `http://127.0.0.1:${port}/api`;
});
afterAll(async () => {
  for (const close of closers) close();
  await twin.close();
});

describe('a request to Discord', () => {
  const client = () => new REST({ ...restOptions(patienceMs), api, retries: 0 }).setToken(twin.token);
  const route = () => Routes.channelMessages(twin.channels.general);

  test('that carries a picture has the time that its size takes over a slow line', async () => {
    const data = Buffer.alloc(1024 * 1024, 7);
    const startedAt = performance.now();
    await client().post(route(), { body: { content: 'large' }, files: [{ name: 'large.png', data }] });
    expect(performance.now() - startedAt).toBeGreaterThan(3 * patienceMs);
    expect(twin.actor('ada').messages('general').at(-1)?.attachments[0]?.size).toBe(data.length);
    expect(twin.violations).toEqual([]);
  });

  test('that carries none is given up when no answer comes', async () => {
    twin.faults.add({ method: 'POST', effect: { kind: 'delay', ms: 1500 } });
    const startedAt = performance.now();
    await expect(client().post(route(), { body: { content: 'small' } })).rejects.toThrow('abort');
    expect(performance.now() - startedAt).toBeLessThan(1400);
    await sleep(1200);
  });

  test('is given up at once by whoever asked for it', async () => {
    twin.faults.add({ method: 'POST', effect: { kind: 'delay', ms: 1000 } });
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 50);
    const startedAt = performance.now();
    await expect(client().post(route(), { body: { content: 'no' }, signal: abort.signal })).rejects.toThrow('abort');
    expect(performance.now() - startedAt).toBeLessThan(patienceMs);
  });
});
