// The wire to the playground's server: see ../wire.ts for every path and shape.

/** @import { PageAction, PageCommands, PageEvent, PageMessages, PageReply, PageState, PageUpload } from '../wire.ts' */

const BASE = '/playground';

/** Whom one plays, as in the page's address; empty means the first member. */
let actorId = new URLSearchParams(location.search).get('as') ?? '';

export function actor() {
  return actorId;
}

/** @param {string} id Plays another member from now on; the caller connects again. */
export function playAs(id) {
  actorId = id;
  const url = new URL(location.href);
  url.searchParams.set('as', id);
  history.replaceState(null, '', url);
}

/** @param {string} path @param {Record<string, string | undefined>} [query] */
function address(path, query = {}) {
  const url = new URL(`${BASE}${path}`, location.href);
  if (actorId) url.searchParams.set('as', actorId);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, value);
  return url;
}

/** @param {URL} url @param {RequestInit} [init] @returns {Promise<any>} */
async function call(url, init) {
  const response = await fetch(url, init);
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body.message ?? `the playground answered ${response.status}`);
  return body;
}

/** @returns {Promise<PageState>} */
export const readState = () => call(address('/api/state'));

/** @param {string} channel @param {string} [before] @returns {Promise<PageMessages>} */
export const readMessages = (channel, before) => call(address('/api/messages', { channel, before }));

/** @param {string} channel @returns {Promise<PageCommands>} */
export const readCommands = (channel) => call(address('/api/commands', { channel }));

/** @param {File} file @returns {Promise<PageUpload>} */
export const upload = (file) =>
  call(address('/api/uploads', { filename: file.name }), {
    method: 'POST',
    headers: { 'content-type': file.type || 'application/octet-stream' },
    body: file,
  });

/** @param {PageAction} action @returns {Promise<PageReply>} never rejects: a lost server is a refusal too */
export async function act(action) {
  try {
    return await call(address('/api/actions'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(action),
    });
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : 'The playground cannot be reached.' };
  }
}

const RETRY_MS = [250, 500, 1000, 2000, 4000];

/**
 * Listens to the server and connects again whenever the line drops.
 * @param {(event: PageEvent) => void} onEvent
 * @param {() => void} onDrop
 * @returns {() => void} hangs up
 */
export function connect(onEvent, onDrop) {
  let attempt = 0;
  let closed = false;
  /** @type {WebSocket} */
  let socket;
  const open = () => {
    const url = address('/events');
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    socket = new WebSocket(url);
    socket.addEventListener('message', ({ data }) => {
      attempt = 0;
      if (!closed) onEvent(JSON.parse(data));
    });
    socket.addEventListener('close', () => {
      if (closed) return;
      onDrop();
      setTimeout(() => closed || open(), RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)]);
      attempt += 1;
    });
  };
  open();
  return () => {
    closed = true;
    socket.close();
  };
}
