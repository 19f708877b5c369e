// Keeps the playground across restarts: commands, messages with their files, and interactions whose tokens still live. A bot
// remembers what it registered and posted; a twin that forgot would leave it without commands and with dead buttons.

import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isRecord } from '../form.ts';
import { compareSnowflakes } from '../snowflake.ts';
import type { World } from '../state.ts';
import { TOKEN_LIFETIME_MS } from './interactions.ts';
import type { Attachment, Command, Interaction, Message } from './types.ts';

const VERSION = 1;
const SAVE_AFTER_MS = 1000;
/** Older messages of a channel are not kept over a restart. */
const MAX_MESSAGES_PER_CHANNEL = 300;

type SavedAttachment = Omit<Attachment, 'bytes'>;
type SavedMessage = Omit<Message, 'attachments' | 'reactions'> & {
  attachments: SavedAttachment[];
  reactions: [string, string[]][];
};
type SavedInteraction = Omit<Interaction, 'cancelTimeout'>;

interface SavedWorld {
  version: typeof VERSION;
  commands: Command[];
  commandCreations: [string | null, number[]][];
  messages: SavedMessage[];
  interactions: SavedInteraction[];
  nonces: [string, { messageId: string; at: number }][];
  /** Languages by member; older files have none. */
  locales?: [string, string][];
}

export interface Save {
  /** Writes what is not yet written and stops. */
  close(): Promise<void>;
}

/** Restores the world from `folder` and from then on writes it there, at most a second after a change. */
export async function openSave(world: World, folder: string): Promise<Save> {
  const files = join(folder, 'files');
  await mkdir(files, { recursive: true });
  await restore(world, folder);

  const written = new Set(await readdir(files));
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();
  const save = () => {
    clearTimeout(timer);
    timer = undefined;
    writing = writing
      .then(() => write(world, folder, written))
      .catch((error: unknown) => {
        process.emitWarning(
          `the playground could not be saved: ${error instanceof Error ? error.message : String(error)}`,
        );
      });
    return writing;
  };
  const stop = world.listen((event) => {
    if (event.type === 'typing' || event.type === 'presence') return;
    if (event.type === 'commands-changed') void save();
    else timer ??= setTimeout(() => void save(), SAVE_AFTER_MS).unref();
  });
  return {
    async close() {
      stop();
      await save();
    },
  };
}

async function write(world: World, folder: string, written: Set<string>): Promise<void> {
  const messages = [...world.messages.values()].flatMap((list) => [...list.values()].slice(-MAX_MESSAGES_PER_CHANNEL));
  const attachments = messages.flatMap((message) => message.attachments);
  const needed = new Set(attachments.map(({ id }) => id));
  for (const file of attachments) {
    if (written.has(file.id)) continue;
    await writeFile(join(folder, 'files', file.id), file.bytes);
    written.add(file.id);
  }
  const saved: SavedWorld = {
    version: VERSION,
    commands: [...world.commands.values()],
    commandCreations: [...world.commandCreations],
    messages: messages.map((message) => ({
      ...message,
      attachments: message.attachments.map(({ bytes: _bytes, ...rest }) => rest),
      reactions: [...message.reactions].map(([emoji, users]) => [emoji, [...users]]),
    })),
    interactions: [...world.interactions.values()]
      .filter(({ createdAt }) => world.clock.now() - createdAt < TOKEN_LIFETIME_MS)
      .map(({ cancelTimeout: _cancel, ...rest }) => rest),
    nonces: [...world.nonces],
    locales: [...world.users.values()].map(({ id, locale }) => [id, locale]),
  };
  const path = join(folder, 'state.json');
  await writeFile(`${path}.new`, JSON.stringify(saved));
  await rename(`${path}.new`, path);
  for (const id of written) {
    if (needed.has(id)) continue;
    written.delete(id);
    await rm(join(folder, 'files', id), { force: true });
  }
}

async function restore(world: World, folder: string): Promise<void> {
  const saved = await read(join(folder, 'state.json'));
  if (!saved) return;
  for (const command of saved.commands) world.commands.set(command.id, command);
  for (const [scope, times] of saved.commandCreations) world.commandCreations.set(scope, times);
  for (const [key, nonce] of saved.nonces) world.nonces.set(key, nonce);
  for (const [id, locale] of saved.locales ?? []) {
    const user = world.users.get(id);
    if (user) user.locale = locale;
  }
  for (const { attachments, reactions, ...rest } of saved.messages) {
    const channel = world.channels.get(rest.channelId);
    if (!channel) continue;
    const restored: Attachment[] = [];
    for (const file of attachments) {
      const bytes = await readFile(join(folder, 'files', file.id)).catch(() => undefined);
      // A picture that is gone from the disk leaves its message without it.
      if (bytes)
        restored.push({ ...file, description: file.description, width: file.width, height: file.height, bytes });
    }
    for (const file of restored) world.attachments.set(file.id, file);
    const reacted = new Map(reactions.map(([emoji, users]) => [emoji, new Set(users)]));
    world
      .messagesIn(channel.id)
      .set(rest.id, { ...rest, nonce: rest.nonce, attachments: restored, reactions: reacted });
    const isNewest = channel.lastMessageId === null || compareSnowflakes(rest.id, channel.lastMessageId) > 0;
    if (rest.visibleTo === null && isNewest) channel.lastMessageId = rest.id;
  }
  for (const interaction of saved.interactions) {
    // Nobody can answer what was asked before the restart.
    const status = interaction.status === 'waiting' ? 'failed' : interaction.status;
    const restored: Interaction = { ...interaction, status };
    world.interactions.set(restored.id, restored);
    world.interactionsByToken.set(restored.token, restored);
  }
}

/** A file that cannot be read is put aside, and the playground starts empty. */
async function read(path: string): Promise<SavedWorld | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (isSavedWorld(value)) return value;
  } catch {
    // Falls through to putting it aside.
  }
  await rename(path, `${path}.unreadable`);
  return undefined;
}

/** Written by this file alone; the version tells. */
function isSavedWorld(value: unknown): value is SavedWorld {
  if (!isRecord(value) || value.version !== VERSION) return false;
  const lists = [value.commands, value.commandCreations, value.messages, value.interactions, value.nonces];
  return lists.every(Array.isArray);
}
