// What the twin keeps in memory. Messages are normalised: links, users and replies are filled in when a message is shown.

import type { ChannelType, InteractionType } from 'discord-api-types/v10';
import type { WireComponent, WireEmbed } from '../wire.ts';

export interface User {
  id: string;
  username: string;
  globalName: string | null;
  bot: boolean;
  /** Whether the user lets members and apps of shared servers write to them. */
  acceptsDirectMessages: boolean;
  /** The language of this person's client. */
  locale: string;
}

export interface Member {
  userId: string;
  nick: string | null;
  roleIds: string[];
  joinedAt: number;
}

export interface Role {
  id: string;
  name: string;
  permissions: bigint;
  /** 0xRRGGBB, 0 for none. */
  color: number;
  position: number;
  mentionable: boolean;
}

export interface Overwrite {
  id: string;
  kind: 'role' | 'member';
  allow: bigint;
  deny: bigint;
}

export interface Channel {
  id: string;
  type: ChannelType.GuildText | ChannelType.PublicThread | ChannelType.DM;
  name: string;
  topic: string | null;
  nsfw: boolean;
  position: number;
  parentId: string | null;
  overwrites: Overwrite[];
  /** Direct messages: the person the bot talks with. */
  recipientId: string | null;
  archived: boolean;
  lastMessageId: string | null;
}

export interface Guild {
  id: string;
  name: string;
  ownerId: string;
  locale: string;
}

export interface Attachment {
  id: string;
  channelId: string;
  filename: string;
  description: string | undefined;
  contentType: string;
  bytes: Buffer;
  width: number | undefined;
  height: number | undefined;
  spoiler: boolean;
  ephemeral: boolean;
}

export interface MessageReference {
  messageId: string;
  channelId: string;
}

export interface InteractionMetadata {
  id: string;
  type: InteractionType;
  userId: string;
  name?: string;
  interactedMessageId?: string;
  targetMessageId?: string;
  originalResponseMessageId?: string;
}

export interface Message {
  id: string;
  channelId: string;
  authorId: string;
  type: number;
  content: string;
  embeds: WireEmbed[];
  components: WireComponent[];
  attachments: Attachment[];
  flags: number;
  createdAt: number;
  editedAt: number | null;
  mentionedUserIds: string[];
  mentionedRoleIds: string[];
  mentionsEveryone: boolean;
  reference: MessageReference | null;
  nonce: string | number | undefined;
  /** By emoji in its path form (`👍` or `name:id`): who reacted. */
  reactions: Map<string, Set<string>>;
  /** Set for ephemeral messages: the one person who sees it. */
  visibleTo: string | null;
  interaction: InteractionMetadata | null;
  /** The one who saw this ephemeral message has put it away; for the bot it still exists. */
  isDismissed: boolean;
  /** Posted through an interaction's webhook. */
  viaWebhook: boolean;
}

export interface Modal {
  customId: string;
  title: string;
  components: WireComponent[];
}

export interface Interaction {
  id: string;
  token: string;
  type: InteractionType;
  userId: string;
  channelId: string;
  guildId: string | null;
  createdAt: number;
  /** The wire form of `data`, as sent to the bot. */
  data: object;
  /** Full name of the command ("imagine", "queue cancel"). */
  commandName?: string;
  targetMessageId?: string;
  /** The message whose component was used, also for a modal that came from it. */
  sourceMessageId?: string;
  status: 'waiting' | 'acknowledged' | 'failed';
  /** Callback type of the first response and when it came. */
  callbackType?: number;
  acknowledgedAt?: number;
  /** What `@original` means. */
  originalMessageId?: string;
  followUpIds: string[];
  modal?: Modal;
  /** Answer to an autocomplete. */
  choices?: { name: string; value: string | number }[];
  modalUsed?: boolean;
  cancelTimeout?: () => void;
}

export interface Command {
  id: string;
  version: string;
  guildId: string | null;
  type: number;
  name: string;
  /** The definition as registered, checked; options included. */
  body: CommandBody;
}

export interface CommandBody {
  name: string;
  name_localizations?: Record<string, string> | null;
  description: string;
  description_localizations?: Record<string, string> | null;
  options?: CommandOption[];
  default_member_permissions: string | null;
  nsfw: boolean;
  contexts: number[] | null;
  integration_types: number[];
}

export interface CommandOption {
  type: number;
  name: string;
  name_localizations?: Record<string, string> | null;
  description: string;
  description_localizations?: Record<string, string> | null;
  required?: boolean;
  choices?: { name: string; name_localizations?: Record<string, string> | null; value: string | number }[];
  options?: CommandOption[];
  channel_types?: number[];
  min_value?: number;
  max_value?: number;
  min_length?: number;
  max_length?: number;
  autocomplete?: boolean;
}

/** A ping that reached a person. Edits never make one. */
export interface Notification {
  userId: string;
  channelId: string;
  messageId: string;
  kind: 'mention' | 'reply' | 'direct-message';
  at: number;
}

/** A breach of Discord's rules by the bot. Most are also answered with an error; some Discord would let pass. */
export interface Violation {
  kind: ViolationKind;
  detail: string;
  at: number;
}
export type ViolationKind =
  | 'invalid-form'
  | 'openapi'
  | 'unauthorized'
  | 'unknown-route'
  | 'missing-permission'
  | 'rate-limited'
  | 'too-large'
  | 'late-acknowledgement'
  | 'no-acknowledgement'
  | 'double-acknowledgement'
  | 'token-expired'
  | 'command-quota'
  | 'unshown-file'
  | 'gateway';
