// What members do besides interactions: write, upload, react, delete.

import { MessageType, PermissionFlagsBits as P } from 'discord-api-types/v10';
import { addAttachment, type UploadedFile } from '../state/attachments.ts';
import { deleteMessages, postMessage } from '../state/messages.ts';
import { can } from '../state/permissions.ts';
import { setReaction } from '../state/reactions.ts';
import type { Message } from '../state/types.ts';
import type { World } from '../state.ts';
import { visibleChannel, visibleMessage } from './access.ts';
import { ClientRefusal } from './refusal.ts';

export interface ChatMessage {
  userId: string;
  channelId: string;
  content: string;
  files?: readonly UploadedFile[];
  replyTo?: string;
}

export function sendMessage(world: World, chat: ChatMessage): Message {
  const channel = visibleChannel(world, chat.userId, chat.channelId);
  const files = chat.files ?? [];
  if (!can(world, chat.userId, channel, P.SendMessages)) throw new ClientRefusal('You may not write in this channel.');
  if (chat.content.trim() === '' && files.length === 0) throw new ClientRefusal('There is nothing to send.');
  if ([...chat.content].length > 2000) throw new ClientRefusal('Your message is longer than 2000 characters.');
  if (files.length > 10) throw new ClientRefusal('A message takes at most ten files.');
  if (files.some((file) => file.bytes.length > world.uploadLimitBytes))
    throw new ClientRefusal('Your file is too large.');
  if (chat.replyTo !== undefined) visibleMessage(world, chat.userId, chat.channelId, chat.replyTo);
  return postMessage(world, {
    authorId: chat.userId,
    channel,
    content: chat.content,
    attachments: files.map((file) => addAttachment(world, channel.id, file, false)),
    type: chat.replyTo === undefined ? MessageType.Default : MessageType.Reply,
    reference: chat.replyTo === undefined ? null : { messageId: chat.replyTo, channelId: channel.id },
  });
}

export function deleteMessage(world: World, userId: string, channelId: string, messageId: string): void {
  const channel = visibleChannel(world, userId, channelId);
  const message = visibleMessage(world, userId, channelId, messageId);
  if (message.visibleTo !== null) throw new ClientRefusal('A message only you can see can be dismissed, not deleted.');
  if (message.authorId !== userId && !can(world, userId, channel, P.ManageMessages))
    throw new ClientRefusal('You may delete only your own messages.');
  deleteMessages(world, channelId, [message]);
}

/** Puts an ephemeral message out of sight; the bot does not learn of it. */
export function dismissMessage(world: World, userId: string, channelId: string, messageId: string): void {
  const message = visibleMessage(world, userId, channelId, messageId);
  if (message.visibleTo === null) throw new ClientRefusal('Only messages that only you can see can be dismissed.');
  message.isDismissed = true;
  world.emit({ type: 'message-delete', channelId, messageIds: [messageId], visibleTo: userId, bulk: false });
}

export function react(
  world: World,
  userId: string,
  channelId: string,
  messageId: string,
  emoji: string,
  isAdded = true,
): void {
  const channel = visibleChannel(world, userId, channelId);
  const message = visibleMessage(world, userId, channelId, messageId);
  if (message.visibleTo !== null) throw new ClientRefusal('Messages only you can see take no reactions.');
  const isNew = isAdded && !message.reactions.has(emoji);
  if (isNew && !can(world, userId, channel, P.AddReactions)) throw new ClientRefusal('You may not add reactions here.');
  setReaction(world, message, emoji, userId, isAdded);
}
