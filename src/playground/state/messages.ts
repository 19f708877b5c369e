// Posting, editing and deleting messages: mentions, notifications, nonces and events follow from these three functions.

import { ChannelType, MessageFlags, MessageType, PermissionFlagsBits } from 'discord-api-types/v10';
import type { World } from '../state.ts';
import type { WireComponent, WireEmbed } from '../wire.ts';
import { type AllowedMentions, findMentions } from './mentions.ts';
import { can } from './permissions.ts';
import type { Attachment, Channel, InteractionMetadata, Message, MessageReference, Notification } from './types.ts';

export interface MessageDraft {
  /** Drawn beforehand by whoever must know it before anybody hears of the message. */
  id?: string;
  authorId: string;
  channel: Channel;
  content?: string;
  embeds?: WireEmbed[];
  components?: WireComponent[];
  attachments?: Attachment[];
  flags?: number;
  /** undefined: everything mentioned counts. */
  allowedMentions?: AllowedMentions | undefined;
  type?: MessageType;
  reference?: MessageReference | null;
  nonce?: string | number | undefined;
  visibleTo?: string | null;
  interaction?: InteractionMetadata | null;
  viaWebhook?: boolean;
}

export interface MessagePatch {
  content?: string;
  embeds?: WireEmbed[];
  components?: WireComponent[];
  attachments?: Attachment[];
  flags?: number;
  allowedMentions?: AllowedMentions | undefined;
}

export function postMessage(world: World, draft: MessageDraft): Message {
  const components = numberComponents(draft.components ?? []);
  const content = draft.content ?? '';
  const reference = draft.reference ?? null;
  const replied = reference && world.message(reference.channelId, reference.messageId);
  const mentions = findMentions(world, {
    text: `${content}\n${textOf(components)}`,
    allowed: draft.allowedMentions,
    repliedUserId: replied?.authorId,
    mayMentionEveryone: can(world, draft.authorId, draft.channel, PermissionFlagsBits.MentionEveryone),
  });
  const message: Message = {
    id: draft.id ?? world.nextId(),
    channelId: draft.channel.id,
    authorId: draft.authorId,
    type: draft.type ?? (reference ? MessageType.Reply : MessageType.Default),
    content,
    embeds: draft.embeds ?? [],
    components,
    attachments: draft.attachments ?? [],
    flags: draft.flags ?? 0,
    createdAt: world.clock.now(),
    editedAt: null,
    mentionedUserIds: mentions.userIds,
    mentionedRoleIds: mentions.roleIds,
    mentionsEveryone: mentions.everyone,
    reference,
    nonce: draft.nonce,
    reactions: new Map(),
    visibleTo: draft.visibleTo ?? null,
    isDismissed: false,
    interaction: draft.interaction ?? null,
    viaWebhook: draft.viaWebhook ?? false,
  };
  world.messagesIn(draft.channel.id).set(message.id, message);
  if (message.visibleTo === null) draft.channel.lastMessageId = message.id;
  world.emit({ type: 'message-create', message });
  notify(world, message, draft.channel, replied?.authorId);
  return message;
}

/** Changes what the patch names. A deferred answer being filled for the first time does not count as edited. */
export function editMessage(world: World, message: Message, patch: MessagePatch): void {
  const wasLoading = (message.flags & MessageFlags.Loading) !== 0;
  message.flags = (patch.flags ?? message.flags) & ~MessageFlags.Loading;
  if (patch.embeds !== undefined) message.embeds = patch.embeds;
  if (patch.components !== undefined) message.components = numberComponents(patch.components);
  if (patch.attachments !== undefined) {
    for (const old of message.attachments) if (!patch.attachments.includes(old)) world.attachments.delete(old.id);
    message.attachments = patch.attachments;
  }
  if (patch.content !== undefined) message.content = patch.content;
  if (patch.content !== undefined || patch.components !== undefined) {
    const channel = world.channels.get(message.channelId);
    const mentions = findMentions(world, {
      text: `${message.content}\n${textOf(message.components)}`,
      allowed: patch.allowedMentions,
      repliedUserId: undefined,
      mayMentionEveryone:
        channel !== undefined && can(world, message.authorId, channel, PermissionFlagsBits.MentionEveryone),
    });
    message.mentionedUserIds = mentions.userIds;
    message.mentionedRoleIds = mentions.roleIds;
    message.mentionsEveryone = mentions.everyone;
  }
  if (!wasLoading) message.editedAt = world.clock.now();
  world.emit({ type: 'message-update', message });
}

export function deleteMessages(world: World, channelId: string, messages: Message[], bulk = false): void {
  const list = world.messagesIn(channelId);
  for (const message of messages) {
    list.delete(message.id);
    for (const file of message.attachments) world.attachments.delete(file.id);
  }
  const messageIds = messages.map((message) => message.id);
  world.emit({ type: 'message-delete', channelId, messageIds, visibleTo: messages[0]?.visibleTo ?? null, bulk });
}

/** Depth first over nested components, accessories and labels included. */
export function* eachComponent(components: readonly WireComponent[]): Generator<WireComponent> {
  for (const component of components) {
    yield component;
    if (component.accessory) yield* eachComponent([component.accessory]);
    if (component.component) yield* eachComponent([component.component]);
    if (component.components) yield* eachComponent(component.components);
  }
}

/** Gives every component without an `id` the next free one, from 1, as Discord does. */
export function numberComponents(components: WireComponent[]): WireComponent[] {
  const taken = new Set([...eachComponent(components)].map((component) => component.id));
  let next = 1;
  for (const component of eachComponent(components)) {
    if (component.id !== undefined && component.id !== 0) continue;
    while (taken.has(next)) next += 1;
    component.id = next;
    next += 1;
  }
  return components;
}

function textOf(components: WireComponent[]): string {
  return [...eachComponent(components)].map((component) => component.content ?? '').join('\n');
}

function notify(world: World, message: Message, channel: Channel, repliedUserId: string | undefined): void {
  if (message.flags & MessageFlags.SuppressNotifications) return;
  const reached = new Map<string, Notification['kind']>();
  if (channel.type === ChannelType.DM && channel.recipientId) reached.set(channel.recipientId, 'direct-message');
  for (const member of world.members.values()) {
    const byRole = message.mentionsEveryone || member.roleIds.some((id) => message.mentionedRoleIds.includes(id));
    if (byRole) reached.set(member.userId, 'mention');
  }
  for (const userId of message.mentionedUserIds) reached.set(userId, userId === repliedUserId ? 'reply' : 'mention');
  reached.delete(message.authorId);
  for (const [userId, kind] of reached) {
    if (message.visibleTo !== null && message.visibleTo !== userId) continue;
    const notification: Notification = {
      userId,
      kind,
      channelId: channel.id,
      messageId: message.id,
      at: message.createdAt,
    };
    world.notifications.push(notification);
    world.emit({ type: 'notification', notification });
  }
}
