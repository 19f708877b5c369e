// Bull Board under /queues of the health port: every queue and job to look at, behind a password, read-only (a job changed behind Easel's
// back would no longer agree with its record). A small adapter for node:http; Bull Board's own want a web framework. Nothing is loaded from
// other hosts, and what members wrote and whatever opens a door is hidden before it leaves the process.

import { createHash, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, resolve, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import type {
  AppControllerRoute,
  AppViewRoute,
  BullBoardQueues,
  ControllerHandlerReturnType,
  IServerAdapter,
  UIConfig,
} from '@bull-board/api/typings/app';
import { redisKeys } from '../jobs/redis-keys.ts';
import { withoutSecrets } from '../observability/describe-error.ts';
import type { Queues } from '../queue/queues.ts';

export const inspectorPath = '/queues';

export interface InspectorOptions {
  readonly queues: Queues;
  readonly password: string;
  /** Whether prompts may be seen. */
  readonly showPrompts: boolean;
}

/** Answers what lies under its path. @returns false for everything else */
export type QueueInspector = (request: IncomingMessage, response: ServerResponse) => boolean;

/** One wrong password is answered at a time, so often. */
const wrongPasswordMs = 500;
const secretFields = new Set(['interactionToken', 'token', 'metadata']);
const promptFields = new Set(['prompt', 'negativePrompt', 'parameters', 'requester']);

const contentTypes: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.json': 'application/json',
};

/** Everything from here; the page's settings stand in a data block, which is no script. */
const contentSecurityPolicy =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'self'; frame-ancestors 'none'";

type Route = AppControllerRoute & { readonly pattern: RegExp; readonly names: readonly string[] };

/** "/api/queues/:queueName" as a pattern with the names of its parts. */
function patternOf(route: string): { pattern: RegExp; names: string[] } {
  const names = [...route.matchAll(/:(\w+)/g)].map((match) => match[1] ?? '');
  return { pattern: new RegExp(`^${route.replace(/:\w+/g, '([^/]+)')}$`), names };
}

const asList = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

/** What Bull Board asks of a web framework, kept as plain data. */
class PlainAdapter implements IServerAdapter {
  queues: BullBoardQueues = new Map();
  views = '';
  statics = '';
  entries: RegExp[] = [];
  entry: AppViewRoute['handler'] | null = null;
  routes: Route[] = [];
  uiConfig: UIConfig = {};
  onError: ((error: Error) => ControllerHandlerReturnType) | null = null;

  setQueues(queues: BullBoardQueues): this {
    this.queues = queues;
    return this;
  }
  setViewsPath(path: string): this {
    this.views = path;
    return this;
  }
  setStaticPath(_route: string, path: string): this {
    this.statics = path;
    return this;
  }
  setEntryRoute(route: AppViewRoute): this {
    this.entries = asList(route.route).map((text) => patternOf(text).pattern);
    this.entry = route.handler;
    return this;
  }
  setErrorHandler(handler: (error: Error) => ControllerHandlerReturnType): this {
    this.onError = handler;
    return this;
  }
  setApiRoutes(routes: AppControllerRoute[]): this {
    this.routes = routes
      .filter((route) => asList(route.method).includes('get'))
      .flatMap((route) => asList(route.route).map((text) => ({ ...route, ...patternOf(text) })));
    return this;
  }
  setUIConfig(config: UIConfig): this {
    this.uiConfig = config;
    return this;
  }
}

const digest = (text: string) => createHash('sha256').update(text).digest();

export function createQueueInspector({ queues, password, showPrompts }: InspectorOptions): QueueInspector {
  const wanted = digest(password);
  const adapter = new PlainAdapter();
  const adapterOf = (queue: ConstructorParameters<typeof BullMQAdapter>[0]) =>
    new BullMQAdapter(queue, { readOnlyMode: true, allowRetries: false });
  const board = createBullBoard({
    queues: [adapterOf(queues.deliver), adapterOf(queues.inspect)],
    serverAdapter: adapter,
    options: { uiConfig: { boardTitle: 'Easel' } },
  });
  const shown = new Set<string>();
  let turn: Promise<unknown> = Promise.resolve();

  /** Models come while we run. */
  async function findQueues(): Promise<void> {
    for (const name of await queues.redis.smembers(redisKeys.queues)) {
      if (shown.has(name)) continue;
      shown.add(name);
      board.addQueue(adapterOf(queues.generate(name)));
    }
  }

  function isAllowed(request: IncomingMessage): boolean {
    const [, encoded = ''] = /^Basic (\S+)$/.exec(request.headers.authorization ?? '') ?? [];
    const given = Buffer.from(encoded, 'base64').toString();
    return timingSafeEqual(digest(given.slice(given.indexOf(':') + 1)), wanted);
  }

  function hide(key: string, value: unknown): unknown {
    if (secretFields.has(key) || (!showPrompts && promptFields.has(key))) return '(hidden)';
    return typeof value === 'string' ? withoutSecrets(value) : value;
  }

  async function sendStatic(path: string, response: ServerResponse): Promise<void> {
    const file = resolve(join(adapter.statics, decodeURIComponent(path)));
    const bytes = file.startsWith(adapter.statics + sep) ? await readFile(file).catch(() => null) : null;
    if (bytes === null) {
      response.writeHead(404).end();
      return;
    }
    const type = contentTypes[extname(file)] ?? 'application/octet-stream';
    response.writeHead(200, { 'content-type': type, 'cache-control': 'private, max-age=3600' }).end(bytes);
  }

  async function sendPage(response: ServerResponse): Promise<void> {
    const view = adapter.entry?.({ basePath: `${inspectorPath}/`, uiConfig: adapter.uiConfig });
    const params: Readonly<Record<string, unknown>> = view?.params ?? {};
    const template = await readFile(join(adapter.views, 'index.ejs'), 'utf8');
    const page = template
      .replace(/<link href="https:[^>]*>/g, '') // fonts from elsewhere
      .replace(/<%[=-] (\w+) %>/g, (_, name: string) => String(params[name] ?? ''));
    response
      .writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': contentSecurityPolicy })
      .end(page);
  }

  async function sendData(path: string, url: URL, response: ServerResponse): Promise<void> {
    const route = adapter.routes.find(({ pattern }) => pattern.test(path));
    if (!route) {
      response.writeHead(404).end();
      return;
    }
    await findQueues();
    const found = route.pattern.exec(path) ?? [];
    const params = Object.fromEntries(route.names.map((name, at) => [name, decodeURIComponent(found[at + 1] ?? '')]));
    const answer = await Promise.resolve(
      route.handler({
        queues: adapter.queues,
        uiConfig: adapter.uiConfig,
        query: Object.fromEntries(url.searchParams),
        params,
        body: {},
        headers: {},
      }),
    ).catch((error: Error) => adapter.onError?.(error) ?? { status: 500 as const, body: {} });
    response
      .writeHead(Number(answer.status ?? 200), { 'content-type': 'application/json', 'cache-control': 'no-store' })
      .end(JSON.stringify(answer.body, hide));
  }

  async function answer(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    if (!isAllowed(request)) {
      turn = turn.then(() => sleep(wrongPasswordMs));
      await turn;
      response.writeHead(401, { 'www-authenticate': 'Basic realm="Easel queues", charset="UTF-8"' }).end();
    } else if (request.method !== 'GET') {
      response.writeHead(405, { allow: 'GET' }).end();
    } else if (url.pathname === inspectorPath) {
      response.writeHead(302, { location: `${inspectorPath}/` }).end();
    } else {
      const path = url.pathname.slice(inspectorPath.length);
      if (path.startsWith('/static/')) await sendStatic(path.slice('/static/'.length), response);
      else if (adapter.entries.some((pattern) => pattern.test(path))) await sendPage(response);
      else await sendData(path, url, response);
    }
  }

  return (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (url.pathname !== inspectorPath && !url.pathname.startsWith(`${inspectorPath}/`)) return false;
    answer(request, response, url).catch(() => {
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
    return true;
  };
}
