// Messages by the bot token. https://docs.discord.com/developers/resources/message

import { ChannelType, MessageFlags, PermissionFlagsBits as P } from 'discord-api-types/v10';
import { apiErrors } from '../../api-error.ts';
import { Form } from '../../form.ts';
import { compareSnowflakes, snowflakeTime } from '../../snowflake.ts';
import { deleteMessages, editMessage, postMessage } from '../../state/messages.ts';
import { can } from '../../state/permissions.ts';
import { showMessage } from '../../state/show.ts';
import type { Channel, Message, MessageReference } from '../../state/types.ts';
import type { World } from '../../state.ts';
import { composeMessage } from '../compose.ts';
import type { Route, RouteAnswer, RouteRequest } from '../router.ts';
import { botChannel } from './channels.ts';

/** How long a nonce is remembered; Discord says a few minutes. */
const NONCE_MEMORY_MS = 5 * 60_000;
const BULK_DELETE_MAX_AGE_MS = 14 * 24 * 60 * 60_000;
const CREATE_FLAGS = MessageFlags.SuppressEmbeds | MessageFlags.SuppressNotifications | MessageFlags.IsComponentsV2;
export const EDIT_FLAGS = MessageFlags.SuppressEmbeds | MessageFlags.IsComponentsV2;

/** A message of a channel that the bot token reaches: ephemeral ones do not exist for it. */
export function botMessage(world: World, channel: Channel, messageId: string): Message {
  const message = world.message(channel.id, messageId);
  if (!message || message.visibleTo !== null) throw apiErrors.unknownMessage();
  return message;
}

function create({ world, json, files, param }: RouteRequest): RouteAnswer {
  const channel = botChannel(world, param('channel'), P.SendMessages);
  if (channel.archived) throw apiErrors.archivedThread();
  if (channel.type === ChannelType.DM && !world.users.get(channel.recipientId ?? '')?.acceptsDirectMessages)
    throw apiErrors.cannotSendToUser();
  const form = new Form(json ?? {});
  const nonce = typeof form.raw('nonce') === 'number' ? form.integer('nonce') : form.string('nonce', { max: 25 });
  const enforceNonce = form.boolean('enforce_nonce') === true;
  const reference = readReference(world, channel, form);

  const nonceKey = `${world.bot.id}:${channel.id}:${nonce}`;
  const earlier = nonce === undefined ? undefined : world.nonces.get(nonceKey);
  if (enforceNonce && earlier && world.clock.now() - earlier.at < NONCE_MEMORY_MS) {
    const first = world.message(channel.id, earlier.messageId);
    if (first) return { status: 200, body: showMessage(world, first) };
  }
  const draft = composeMessage({ world, form, files, channel, ephemeral: false });
  if (draft.attachments && draft.attachments.length > 0 && !can(world, world.bot.id, channel, P.AttachFiles))
    throw apiErrors.missingPermissions();
  const message = postMessage(world, {
    ...draft,
    authorId: world.bot.id,
    channel,
    nonce,
    reference,
    flags: (draft.flags ?? 0) & CREATE_FLAGS,
  });
  if (nonce !== undefined) world.nonces.set(nonceKey, { messageId: message.id, at: message.createdAt });
  return { status: 200, body: showMessage(world, message) };
}

/** `fail_if_not_exists` false turns a reply to a deleted message into a plain one. */
function readReference(world: World, channel: Channel, form: Form): MessageReference | null {
  return (
    form.child('message_reference', (child) => {
      const messageId = child.requireSnowflake('message_id');
      const target = world.message(channel.id, messageId);
      const mayBeMissing = child.boolean('fail_if_not_exists') === false;
      if (target && target.visibleTo === null) {
        if (!can(world, world.bot.id, channel, P.ReadMessageHistory)) throw apiErrors.missingPermissions();
        return { messageId, channelId: channel.id };
      }
      if (!mayBeMissing) form.refuse('message_reference', 'MESSAGE_REFERENCE_UNKNOWN_MESSAGE', 'Unknown message');
      return null;
    }) ?? null
  );
}

function edit({ world, json, files, param }: RouteRequest): RouteAnswer {
  const channel = botChannel(world, param('channel'));
  const message = botMessage(world, channel, param('message'));
  if (message.authorId !== world.bot.id) throw apiErrors.notYourMessage();
  if (channel.archived) throw apiErrors.archivedThread();
  const form = new Form(json ?? {});
  const patch = composeMessage({ world, form, files, channel, existing: message, ephemeral: false });
  editMessage(world, message, withEditFlags(message, patch));
  return { status: 200, body: showMessage(world, message) };
}

/** Of the flags only suppressed embeds can change, and components V2 be added, never taken away. */
export function withEditFlags<T extends { flags?: number }>(message: Message, patch: T): T {
  if (patch.flags === undefined) return patch;
  const kept = message.flags & ~MessageFlags.SuppressEmbeds;
  return { ...patch, flags: kept | (patch.flags & EDIT_FLAGS) };
}

function remove({ world, param }: RouteRequest): RouteAnswer {
  const channel = botChannel(world, param('channel'));
  const message = botMessage(world, channel, param('message'));
  if (message.authorId !== world.bot.id && !can(world, world.bot.id, channel, P.ManageMessages))
    throw apiErrors.missingPermissions();
  deleteMessages(world, channel.id, [message]);
  return { status: 204 };
}

function removeMany({ world, json, param }: RouteRequest): RouteAnswer {
  const channel = botChannel(world, param('channel'), P.ManageMessages);
  const form = new Form(json);
  const ids = form.snowflakes('messages', { min: 1 }) ?? [];
  form.finish();
  if (ids.length < 2 || ids.length > 100 || new Set(ids).size < ids.length) throw apiErrors.bulkDeleteCount();
  if (ids.some((id) => world.clock.now() - snowflakeTime(id) > BULK_DELETE_MAX_AGE_MS))
    throw apiErrors.bulkDeleteTooOld();
  const found = ids.flatMap((id) => {
    const message = world.message(channel.id, id);
    return message && message.visibleTo === null ? [message] : [];
  });
  if (found.length > 0) deleteMessages(world, channel.id, found, true);
  return { status: 204 };
}

/** Newest first; `around`, `before` and `after` exclude one another. */
function list({ world, query, param }: RouteRequest): RouteAnswer {
  const channel = botChannel(world, param('channel'));
  if (!can(world, world.bot.id, channel, P.ReadMessageHistory)) return { status: 200, body: [] };
  const form = new Form({ limit: Number(query.get('limit') ?? 50) });
  const limit = form.requireInteger('limit', { min: 1, max: 100 });
  form.finish();
  const all = [...world.messagesIn(channel.id).values()].filter((message) => message.visibleTo === null).reverse();
  const [before, after, around] = [query.get('before'), query.get('after'), query.get('around')];
  let page = all;
  if (before !== null) page = all.filter(({ id }) => compareSnowflakes(id, before) < 0);
  else if (after !== null) page = all.filter(({ id }) => compareSnowflakes(id, after) > 0).slice(-limit);
  else if (around !== null) {
    const middle = all.findIndex(({ id }) => compareSnowflakes(id, around) <= 0);
    page = all.slice(Math.max(0, (middle < 0 ? all.length : middle) - Math.floor(limit / 2)));
  }
  return { status: 200, body: page.slice(0, limit).map((message) => showMessage(world, message)) };
}

function get({ world, param }: RouteRequest): RouteAnswer {
  const channel = botChannel(world, param('channel'), P.ReadMessageHistory);
  return { status: 200, body: showMessage(world, botMessage(world, channel, param('message'))) };
}

export const messageRoutes: readonly Route[] = [
  { method: 'POST', path: '/channels/:channel/messages', access: 'bot', bucket: 'message-create', handle: create },
  { method: 'GET', path: '/channels/:channel/messages', access: 'bot', bucket: 'other', handle: list },
  {
    method: 'POST',
    path: '/channels/:channel/messages/bulk-delete',
    access: 'bot',
    bucket: 'bulk-delete',
    handle: removeMany,
  },
  { method: 'GET', path: '/channels/:channel/messages/:message', access: 'bot', bucket: 'other', handle: get },
  {
    method: 'PATCH',
    path: '/channels/:channel/messages/:message',
    access: 'bot',
    bucket: 'message-edit',
    handle: edit,
  },
  {
    method: 'DELETE',
    path: '/channels/:channel/messages/:message',
    access: 'bot',
    bucket: 'message-delete',
    handle: remove,
  },
];
