// A Discord that says less than Discord does, written down by hand: log-in and rate limits as a small server may answer them.

import { createServer, type Server } from 'node:http';
import { Events, REST } from 'discord.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { createClient } from '../../src/discord/client.ts';
import { restOptions } from '../../src/discord/rest-options.ts';
import { createLogger } from '../../src/observability/logger.ts';

const hits: number[] = [];
let server: Server;
let port = 0;
beforeAll(async () => {
  server = createServer((request, response) => {
    const send = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (request.url === '/api/v10/gateway/bot') return send(200, { url: `ws://127.0.0.1:${port}` });
    hits.push(Date.now());
    return hits.length < 3
      ? send(429, { message: 'slow down', retry_after: 0.4, global: false })
      : send(200, { id: '1' });
  });
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => {
    const tell = (frame: object) => socket.send(JSON.stringify(frame));
    tell({ op: 10, d: { heartbeat_interval: 40_000 } });
    socket.on('message', (text) => {
      const { op } = JSON.parse(String(text));
      if (op === 1) tell({ op: 11 });
      const user = { id: '77', username: 'easel', discriminator: '0', avatar: null, bot: true };
      if (op === 2)
        tell({ op: 0, s: 1, t: 'READY', d: { v: 10, user, session_id: 's', resume_gateway_url: 'ws://x' } });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = Object(server.address()).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test('a log-in without application, servers or session limits is one', async () => {
  const logger = createLogger({ level: 'silent', role: 'test' });
  const slots = { claim: async () => 0 };
  const client = createClient({ apiUrl: `http://127.0.0.1:${port}/api`, shards: 'auto', slots, logger });
  const ready = new Promise((resolve) => client.once(Events.ClientReady, resolve));
  await client.login('a.b.c');
  await ready;
  expect(client.application?.id).toBe('77');
  expect(client.guilds.cache.size).toBe(0);
  await client.destroy();
});

test('an answer 429 that says only in its body how long to wait is heeded', async () => {
  const rest = new REST({ ...restOptions(15_000), api: `http://127.0.0.1:${port}/api` }).setToken('a.b.c');
  expect(await rest.get('/channels/1')).toEqual({ id: '1' });
  expect(hits).toHaveLength(3);
  // 0.8 s, less what timers are early by.
  expect((hits[2] ?? 0) - (hits[0] ?? 0)).toBeGreaterThan(700);
});
