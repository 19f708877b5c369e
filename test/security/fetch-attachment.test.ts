// Where the bot fetches from: the hosts that the operator named and nowhere else, whatever an address looks like or answers.

import { createServer, type RequestListener, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchAttachment } from '../../src/discord/fetch-attachment.ts';

interface Site {
  readonly host: string;
  readonly seen: string[];
  readonly server: Server;
}

async function site(answer: RequestListener): Promise<Site> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(request.url ?? '');
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, seen, host: `127.0.0.1:${Object(server.address()).port}` };
}

let inner: Site;
let cdn: Site;
const limits = (timeoutMs = 20_000) => ({ allowedHosts: [cdn.host], maxBytes: 1000, timeoutMs });

beforeAll(async () => {
  inner = await site((_request, response) => response.end('secret of the inner network'));
  cdn = await site((request, response) => {
    if (request.url === '/good') response.end('bytes');
    else if (request.url === '/inside') response.writeHead(302, { location: `http://${inner.host}/` }).end();
    else if (request.url === '/self') response.writeHead(307, { location: '/good' }).end();
    else if (request.url === '/endless') {
      response.writeHead(200, { 'content-type': 'image/png' });
      const timer = setInterval(() => response.write(Buffer.alloc(400)), 5);
      response.on('close', () => clearInterval(timer));
    } else if (request.url === '/slow') response.writeHead(200).write('a');
    else if (request.url === '/zipped') {
      response.writeHead(200, { 'content-type': 'image/png', 'content-encoding': 'gzip' }).end('no gzip');
    } else response.writeHead(404).end();
  });
});
afterAll(() => {
  for (const { server } of [inner, cdn]) {
    server.closeAllConnections();
    server.close();
  }
});

describe('an attachment', () => {
  it('is fetched from a host that the operator named', async () => {
    expect(Buffer.from(await fetchAttachment(`http://${cdn.host}/good`, limits())).toString()).toBe('bytes');
  });

  it.each([
    ['another host', () => `http://${inner.host}/`],
    ['the same host, another port', () => 'http://127.0.0.1:1/good'],
    ['the name before an @', () => `http://${cdn.host}@${inner.host}/good`],
    ['a user at the right host', () => `http://me@${cdn.host}/good`],
    ['the name as a prefix', () => `http://${cdn.host}.evil.example/good`],
    ['the name in the path', () => `http://${inner.host}/${cdn.host}/good`],
    ['the name behind a backslash', () => `http://${inner.host}\\@${cdn.host}/good`],
    ['the machine by another spelling', () => `http://2130706433:${cdn.host.split(':')[1]}9/good`],
    ['IPv6 loopback', () => `http://[::1]:${cdn.host.split(':')[1]}/good`],
    ['the address of cloud metadata', () => 'http://169.254.169.254/latest/meta-data/'],
    ['a file', () => 'file:///etc/passwd'],
    ['data', () => 'data:image/png;base64,AAAA'],
    ['another protocol', () => `ftp://${cdn.host}/good`],
    ['nothing', () => ''],
    ['no address', () => 'good'],
  ])('is not fetched from %s', async (_what, address) => {
    await expect(fetchAttachment(address(), limits())).rejects.toMatchObject({ code: 'download-failed' });
    expect(inner.seen).toEqual([]);
  });

  it.each(['/inside', '/self'])('does not follow a redirect (%s)', async (path) => {
    await expect(fetchAttachment(`http://${cdn.host}${path}`, limits())).rejects.toMatchObject({
      code: 'download-failed',
    });
    expect(inner.seen).toEqual([]);
  });

  it.each(['/endless', '/slow', '/zipped', '/gone'])(
    'is given up where it is too big, too slow or broken (%s)',
    async (path) => {
      const begun = performance.now();
      await expect(
        fetchAttachment(`http://${cdn.host}${path}`, limits(path === '/slow' ? 400 : 20_000)),
      ).rejects.toMatchObject({
        code: 'download-failed',
      });
      expect(performance.now() - begun).toBeLessThan(20_000);
    },
  );
});
