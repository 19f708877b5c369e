// A twin and an unmodified discord.js client logged in to it; everything is closed when the test file is done.

import { Client, type ClientOptions, Events, GatewayIntentBits, type Interaction } from 'discord.js';
import type { Twin, TwinOptions } from '../../src/playground/start.ts';
import { startJudgedTwin } from '../support/judged-twin.ts';

export interface Rig {
  twin: Twin;
  client: Client<true>;
  close(): Promise<void>;
}

export async function startRig(options: TwinOptions = {}, clientOptions: Partial<ClientOptions> = {}): Promise<Rig> {
  const twin = await startJudgedTwin(options);
  const client = await logIn(twin, clientOptions);
  return {
    twin,
    client,
    async close() {
      await client.destroy();
      await twin.close();
    },
  };
}

export async function logIn(twin: Twin, options: Partial<ClientOptions> = {}): Promise<Client<true>> {
  const client = new Client({
    intents: [GatewayIntentBits.Guilds],
    ...options,
    rest: { api: twin.url, ...options.rest },
  });
  const ready = new Promise<Client<true>>((resolve) => client.once(Events.ClientReady, resolve));
  await client.login(twin.token);
  return ready;
}

/** The bot's behaviour for the rest of the test; the first error it throws comes out of `settled()`. */
export function onInteraction(client: Client<true>, handle: (interaction: Interaction) => Promise<unknown>) {
  const runs: Promise<unknown>[] = [];
  const listener = (interaction: Interaction) => {
    const run = handle(interaction);
    run.catch(() => {});
    runs.push(run);
  };
  client.on(Events.InteractionCreate, listener);
  return {
    settled: () => Promise.all(runs),
    stop: () => client.off(Events.InteractionCreate, listener),
  };
}

export interface RawAnswer {
  status: number;
  headers: Headers;
  body: Record<string, unknown> | undefined;
}

/** A request without any client library, with the bot's token unless told otherwise. */
export async function raw(
  twin: Twin,
  method: string,
  path: string,
  body?: unknown,
  token: string | null = twin.token,
): Promise<RawAnswer> {
  const response = await fetch(`${twin.url}/v10${path}`, {
    method,
    headers: {
      ...(token !== null && { authorization: `Bot ${token}` }),
      ...(body !== undefined && !(body instanceof FormData) && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: body instanceof FormData ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
}

/** A multipart body as Discord's documentation describes it. */
export function withFiles(payload: object, files: { name: string; bytes: Uint8Array }[]): FormData {
  const form = new FormData();
  form.set('payload_json', JSON.stringify(payload));
  for (const [index, file] of files.entries())
    form.set(`files[${index}]`, new File([new Uint8Array(file.bytes)], file.name));
  return form;
}

export const PAINT_COMMAND = {
  name: 'imagine',
  description: 'Paint a picture',
  options: [
    { type: 3, name: 'prompt', description: 'What to paint', required: true, max_length: 100 },
    { type: 4, name: 'steps', description: 'How many steps', min_value: 1, max_value: 50 },
    { type: 3, name: 'size', description: 'Size', choices: [{ name: 'Square', value: '512x512' }] },
    { type: 3, name: 'style', description: 'Style', autocomplete: true },
    { type: 11, name: 'image', description: 'To start from' },
    { type: 5, name: 'private', description: 'Only for you' },
  ],
};

/** A 3x2 PNG header with nothing behind it: enough for the twin, which decodes nothing. */
export function tinyPng(width = 3, height = 2): Buffer {
  const bytes = Buffer.alloc(64);
  bytes.writeUInt32BE(0x89504e47, 0);
  bytes.writeUInt32BE(0x0d0a1a0a, 4);
  bytes.writeUInt32BE(13, 8);
  bytes.write('IHDR', 12, 'latin1');
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
}
