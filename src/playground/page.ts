// The page's side of the server: its files, and the interface described in wire.ts.

import { existsSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WebSocket } from 'ws';
import { usableCommands, visibleChannel, visibleMessages } from './actors/access.ts';
import { ClientRefusal } from './actors/refusal.ts';
import { showCommand } from './actors/show-command.ts';
import { ApiError, apiErrors } from './api-error.ts';
import { act } from './page/actions.ts';
import { servePageEvents } from './page/events.ts';
import { pageState } from './page/state.ts';
import { sendStaticFile } from './page/static-files.ts';
import { Uploads } from './page/uploads.ts';
import { readBytes } from './rest/body.ts';
import { compareSnowflakes } from './snowflake.ts';
import { safeName } from './state/attachments.ts';
import { localeOf } from './state/locales.ts';
import { ACTOR_NAMES, SEED_IDS } from './state/seed.ts';
import { showMessage } from './state/show.ts';
import type { World } from './state.ts';
import type { PageMessages, PageUpload } from './wire.ts';

const API = '/playground/api/';
const PAGE_OF_MESSAGES = 50;
const MAX_ACTION_BYTES = 256 * 1024;

export interface Page {
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  events(socket: WebSocket, url: URL): void;
}

export function createPage(world: World, webFolder = defaultWebFolder()): Page {
  const uploads = new Uploads();

  async function answer(request: IncomingMessage, url: URL): Promise<object> {
    const userId = player(world, url);
    const channelId = () => url.searchParams.get('channel') ?? '';
    const name = url.pathname.slice(API.length);
    switch (`${request.method} ${name}`) {
      case 'GET state':
        return pageState(world, userId);
      case 'GET messages':
        return messagesPage(world, userId, channelId(), url.searchParams.get('before'));
      case 'GET commands': {
        const channel = visibleChannel(world, userId, channelId());
        const locale = localeOf(world, userId);
        return { commands: usableCommands(world, userId, channel).map((command) => showCommand(command, locale)) };
      }
      case 'POST uploads': {
        const bytes = await readBytes(request, world.uploadLimitBytes);
        const filename = safeName(url.searchParams.get('filename') ?? 'file');
        return { id: uploads.add(userId, { filename, bytes }), filename, size: bytes.length } satisfies PageUpload;
      }
      case 'POST actions': {
        // A form of a foreign page cannot send this type without asking first.
        if (!request.headers['content-type']?.startsWith('application/json'))
          throw new ApiError(415, 0, 'Actions are sent as application/json.');
        const bytes = await readBytes(request, MAX_ACTION_BYTES);
        return act(world, uploads, userId, parse(bytes));
      }
      default:
        throw apiErrors.notFound();
    }
  }

  return {
    async handle(request, response) {
      const url = new URL(request.url ?? '/', 'http://twin');
      if (!url.pathname.startsWith(API)) {
        if (request.method === 'GET' || request.method === 'HEAD')
          await sendStaticFile(webFolder, url.pathname, response);
        else response.writeHead(405).end();
        return;
      }
      try {
        send(response, 200, await answer(request, url));
      } catch (error) {
        if (error instanceof ClientRefusal) send(response, 200, { ok: false, message: error.message });
        else if (error instanceof ApiError) send(response, error.status, error.body());
        else throw error;
      }
    },
    events(socket, url) {
      try {
        servePageEvents(world, socket, player(world, url));
      } catch {
        socket.close(1008);
      }
    },
  };
}

function messagesPage(world: World, userId: string, channelId: string, before: string | null): PageMessages {
  const all = visibleMessages(world, userId, channelId).filter(
    ({ id }) => before === null || compareSnowflakes(id, before) < 0,
  );
  const messages = all.slice(-PAGE_OF_MESSAGES).map((message) => showMessage(world, message, userId));
  return { messages, hasMore: all.length > messages.length };
}

/** Whom one plays: only the people of the seed, never the bot. */
function player(world: World, url: URL): string {
  const wanted = url.searchParams.get('as') ?? SEED_IDS.users.ada;
  const id = ACTOR_NAMES.map((name) => SEED_IDS.users[name]).find((candidate) => candidate === wanted);
  if (id === undefined || !world.members.has(id)) throw apiErrors.unknownUser();
  return id;
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw apiErrors.badJson();
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response
    .writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
    .end(JSON.stringify(body));
}

/** Beside this file in the sources; a build leaves the page's files in src/, next to dist/. */
function defaultWebFolder(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const candidates = [join(here, 'web'), join(here, '..', '..', '..', 'src', 'playground', 'web')];
  return candidates.find((folder) => existsSync(join(folder, 'index.html'))) ?? join(here, 'web');
}
