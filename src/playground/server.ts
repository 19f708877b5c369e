// One HTTP server on the loopback interface for everything: REST under /api, gateway, CDN links, and whatever the page adds.
// It answers only under its own name: a web site that points its own host name here (DNS rebinding) is turned away, and so is
// any request that a foreign page makes.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { EaselError } from '../errors.ts';
import type { Gateway } from './gateway.ts';
import { attachmentPath, isLinkValid } from './state/attachments.ts';
import type { World } from './state.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export interface ServerParts {
  world: World;
  gateway: Gateway;
  rest: Handler;
  /** Everything outside of /api and the CDN. */
  page: Handler;
  /** WebSockets at `/playground/events`. */
  pageEvents(socket: import('ws').WebSocket, url: URL): void;
}

export interface ListenOptions {
  host: string;
  port: number;
  /** Further host names under which the server may be reached, for example through a tunnel. */
  allowedHosts: readonly string[];
}

export interface RunningServer {
  port: number;
  close(): Promise<void>;
}

export async function listen(parts: ServerParts, options: ListenOptions): Promise<RunningServer> {
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      process.emitWarning(
        `the playground failed at ${request.url}: ${error instanceof Error ? error.stack : String(error)}`,
      );
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 1024 * 1024 });
  let names = new Set<string>();

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('X-Content-Type-Options', 'nosniff');
    if (!isOwnRequest(request, names)) {
      request.resume();
      response.writeHead(403, { 'Content-Type': 'text/plain' }).end('This server answers only under its own name.\n');
      return;
    }
    const path = new URL(request.url ?? '/', 'http://twin').pathname;
    if (path.startsWith('/api/')) return parts.rest(request, response);
    if (/^\/(ephemeral-)?attachments\//.test(path)) return sendFile(parts.world, request, response);
    return parts.page(request, response);
  }

  server.on('upgrade', (request, socket, head) => {
    const url = new URL(request.url ?? '/', 'http://twin');
    const isGateway = /^\/gateway\/?$/.test(url.pathname);
    const compression = url.searchParams.get('compress');
    const isKnown = isGateway || url.pathname === '/playground/events';
    const isServed = !isGateway || compression === null || compression === 'zlib-stream';
    const isJson = !isGateway || (url.searchParams.get('encoding') ?? 'json') === 'json';
    if (!isOwnRequest(request, names) || !isKnown || !isServed || !isJson) {
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      if (isGateway) parts.gateway.accept(webSocket, compression === 'zlib-stream');
      else parts.pageEvents(webSocket, url);
    });
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new EaselError('bad-config', `Expected a free port for the playground but ${options.port} is taken`, {
              cause: error,
            })
          : error,
      ),
    );
    server.listen(options.port, options.host, () => resolve());
  });
  const { port } = addressOf(server);
  names = new Set(
    ['127.0.0.1', 'localhost', '[::1]', ...options.allowedHosts].flatMap((name) => [name, `${name}:${port}`]),
  );
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        for (const client of sockets.clients) client.terminate();
        sockets.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function isOwnRequest(request: IncomingMessage, names: Set<string>): boolean {
  if (!names.has(request.headers.host ?? '')) return false;
  const { origin } = request.headers;
  if (origin === undefined) return true;
  return URL.canParse(origin) && names.has(new URL(origin).host);
}

/** As Discord's CDN does, a link that was not signed here or has expired finds nothing. */
function sendFile(world: World, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://twin');
  const file = world.attachments.get(url.pathname.split('/')[3] ?? '');
  const isThere =
    file && attachmentPath(file) === url.pathname && isLinkValid(url.pathname, url.searchParams, world.clock.now());
  if (!isThere) {
    response.writeHead(404, { 'Content-Type': 'text/plain' }).end('This content is no longer available.');
    return;
  }
  const isPicture = file.contentType.startsWith('image/');
  response.writeHead(200, {
    'Content-Type': file.contentType,
    'Content-Length': file.bytes.length,
    'Cache-Control': 'private, max-age=86400',
    'Content-Disposition': `${isPicture ? 'inline' : 'attachment'}; filename="${file.filename}"`,
  });
  response.end(request.method === 'HEAD' ? undefined : file.bytes);
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('Expected a TCP address for the playground');
  return address;
}
