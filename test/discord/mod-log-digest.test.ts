// What happens by itself, as lines of the mod-log: against a server that takes messages as Discord does.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { REST } from 'discord.js';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { createModLogDigest } from '../../src/discord/mod-log-digest.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { defaultGuildSettings } from '../../src/store/guild-settings.ts';

const posted: { path: string; content: string; flags?: number; allowed_mentions: { parse: string[] } }[] = [];
const warnings: string[] = [];
let server: Server;
let rest: REST;

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      posted.push({ path: request.url ?? '', ...JSON.parse(body) });
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"id":"1"}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  rest = new REST({ api: `http://127.0.0.1:${port}/api`, version: '10' }).setToken('x.y.z');
});
beforeEach(() => {
  posted.length = 0;
  warnings.length = 0;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const logger = createLogger({
  level: 'warn',
  role: 'test',
  destination: { write: (line) => void warnings.push(line) },
});
function open(everyMs: number, modLogChannelId: string | null = '33') {
  return createModLogDigest({
    rest,
    logger,
    everyMs,
    guilds: {
      async get(guildId) {
        if (guildId === '666') throw new Error('the settings of server 666');
        return { ...defaultGuildSettings, modLogChannelId, locale: guildId === '2' ? 'de' : null };
      },
    },
  });
}
const line = (text: string, guildId: string | null = '1') => ({ guildId, guildLocale: 'en-US', say: () => text });

test('the first line is posted at once, a flood after it as one message: ten lines and how many more there were', async () => {
  const digest = open(150);
  for (let index = 0; index < 40; index += 1) digest.add(line(`${index} ${'x'.repeat(600)}`));
  digest.add({ ...line('', '2'), say: ({ modLog }) => modLog.andMore(3) });
  await vi.waitFor(() => expect(posted).toHaveLength(3), 5000);
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(posted).toHaveLength(3);
  const ofOne = posted.filter(({ content }) => content.includes('xxx'));
  expect(ofOne.map(({ content }) => content.split('\n').length)).toEqual([1, 11]);
  expect(ofOne[1]?.content).toMatch(/^1 xxx[\s\S]*29 more/);
  for (const { content, path, allowed_mentions } of posted) {
    expect(content.length).toBeLessThanOrEqual(2000);
    expect(path).toContain('/channels/33/messages');
    expect(allowed_mentions).toEqual({ parse: [] });
  }
  expect(posted.some(({ content }) => content.includes('3 weitere'))).toBe(true);
  await digest.close();
});

test('after a quiet time the next line is at once again; what waits is posted when the process ends', async () => {
  const digest = open(60);
  digest.add(line('first'));
  await new Promise((resolve) => setTimeout(resolve, 200));
  digest.add({ ...line('second'), silent: true });
  await vi.waitFor(() => expect(posted.map(({ content }) => content)).toEqual(['first', 'second']), 5000);
  expect(posted.map(({ flags }) => flags)).toEqual([undefined, 4096]);
  const slow = open(60_000);
  slow.add(line('third'));
  slow.add(line('fourth'));
  await slow.close();
  expect(posted.map(({ content }) => content)).toEqual(['first', 'second', 'third', 'fourth']);
  await digest.close();
});

test('without a mod-log, of direct messages and under settings that cannot be read nothing is posted', async () => {
  const none = open(50, null);
  none.add(line('a'));
  await none.close();
  const digest = open(50);
  digest.add(line('b', null));
  digest.add(line('c', '666'));
  await digest.close();
  expect(posted).toEqual([]);
  expect(warnings.join('')).toContain('666');
});
