// Turns stored things into the JSON that Discord would send: users, members, roles, channels, messages, the whole server.

import { ChannelType, MessageFlags } from 'discord-api-types/v10';
import type { World } from '../state.ts';
import type { WireAttachment, WireComponent, WireEmbed, WireEmoji, WireMedia, WireMessage, WireUser } from '../wire.ts';
import { channelPermissions, guildPermissions } from './permissions.ts';
import type { Attachment, Channel, InteractionMetadata, Member, Message, Role, User } from './types.ts';

/** Bit 3 of an attachment's flags. */
const ATTACHMENT_IS_SPOILER = 8;

export function showUser(user: User): WireUser & { public_flags: number; banner: null; accent_color: null } {
  return {
    id: user.id,
    username: user.username,
    discriminator: user.bot ? '4242' : '0',
    global_name: user.globalName,
    avatar: null,
    public_flags: 0,
    banner: null,
    accent_color: null,
    ...(user.bot && { bot: true }),
  };
}

export function showUserId(world: World, userId: string): WireUser {
  const user = world.users.get(userId);
  if (user) return showUser(user);
  return { id: userId, username: 'Deleted User', discriminator: '0000', global_name: null, avatar: null };
}

export function showMember(world: World, member: Member, withUser = true) {
  return {
    ...(withUser && { user: showUserId(world, member.userId) }),
    nick: member.nick,
    avatar: null,
    banner: null,
    roles: member.roleIds,
    joined_at: new Date(member.joinedAt).toISOString(),
    premium_since: null,
    communication_disabled_until: null,
    deaf: false,
    mute: false,
    flags: 0,
    pending: false,
  };
}

/** A member inside an interaction also carries the permissions in the channel at hand. */
export function showInteractionMember(world: World, member: Member, channel: Channel, withUser = true) {
  return {
    ...showMember(world, member, withUser),
    permissions: channelPermissions(world, member.userId, channel).toString(),
  };
}

export function showRole(role: Role) {
  return {
    id: role.id,
    name: role.name,
    description: null,
    permissions: role.permissions.toString(),
    position: role.position,
    color: role.color,
    colors: { primary_color: role.color, secondary_color: null, tertiary_color: null },
    hoist: false,
    managed: false,
    mentionable: role.mentionable,
    icon: null,
    unicode_emoji: null,
    flags: 0,
  };
}

export function showChannel(world: World, channel: Channel) {
  const { id, type, lastMessageId: last_message_id } = channel;
  if (channel.type === ChannelType.DM)
    return { id, type, last_message_id, flags: 0, recipients: [showUserId(world, channel.recipientId ?? '')] };
  const shared = {
    id,
    type,
    last_message_id,
    flags: 0,
    guild_id: world.guild.id,
    name: channel.name,
    parent_id: channel.parentId,
    rate_limit_per_user: 0,
  };
  if (channel.type === ChannelType.PublicThread)
    return {
      ...shared,
      owner_id: world.guild.ownerId,
      message_count: world.messages.get(id)?.size ?? 0,
      member_count: world.members.size,
      total_message_sent: world.messages.get(id)?.size ?? 0,
      thread_metadata: {
        archived: channel.archived,
        auto_archive_duration: 10_080,
        archive_timestamp: '2026-01-01T00:00:00.000Z',
        locked: false,
      },
    };
  return {
    ...shared,
    position: channel.position,
    topic: channel.topic,
    nsfw: channel.nsfw,
    permission_overwrites: channel.overwrites.map((overwrite) => ({
      id: overwrite.id,
      type: overwrite.kind === 'role' ? 0 : 1,
      allow: overwrite.allow.toString(),
      deny: overwrite.deny.toString(),
    })),
  };
}

export function showGuild(world: World) {
  const { guild } = world;
  const botMember = world.members.get(world.bot.id);
  return {
    id: guild.id,
    name: guild.name,
    owner_id: guild.ownerId,
    icon: null,
    splash: null,
    discovery_splash: null,
    banner: null,
    description: null,
    afk_channel_id: null,
    afk_timeout: 300,
    verification_level: 0,
    default_message_notifications: 1,
    explicit_content_filter: 0,
    nsfw_level: 0,
    mfa_level: 0,
    premium_tier: 0,
    premium_subscription_count: 0,
    premium_progress_bar_enabled: false,
    application_id: null,
    system_channel_id: null,
    system_channel_flags: 0,
    rules_channel_id: null,
    public_updates_channel_id: null,
    safety_alerts_channel_id: null,
    vanity_url_code: null,
    preferred_locale: guild.locale,
    features: [],
    emojis: [],
    stickers: [],
    roles: [...world.roles.values()].map(showRole),
    ...(botMember && { permissions: guildPermissions(world, botMember).toString() }),
  };
}

/** `asSeenBy` decides the `me` of reactions; by default the bot. `withReply` shows the message replied to, one level deep. */
export function showMessage(world: World, message: Message, asSeenBy = world.bot.id, withReply = true): WireMessage {
  const media = (name: string) => message.attachments.find((file) => file.filename === name);
  const inEmbeds = new Set(message.embeds.flatMap((embed) => [embed.image?.url, embed.thumbnail?.url]));
  const { reference } = message;
  const referenced = reference && world.message(reference.channelId, reference.messageId);
  return {
    id: message.id,
    channel_id: message.channelId,
    type: message.type,
    author: showUserId(world, message.authorId),
    content: message.content,
    timestamp: new Date(message.createdAt).toISOString(),
    edited_timestamp: message.editedAt === null ? null : new Date(message.editedAt).toISOString(),
    tts: false,
    pinned: false,
    flags: message.flags,
    mention_everyone: message.mentionsEveryone,
    mentions: message.mentionedUserIds.map((id) => showUserId(world, id)),
    mention_roles: message.mentionedRoleIds,
    // A file that an embed shows is no longer listed as an attachment.
    attachments: message.attachments
      .filter((file) => !inEmbeds.has(`attachment://${file.filename}`))
      .map((file) => showAttachment(world, file)),
    embeds:
      message.flags & MessageFlags.SuppressEmbeds ? [] : message.embeds.map((embed) => showEmbed(world, embed, media)),
    components: message.components.map((component) => showComponent(world, component, media)),
    ...(message.reactions.size > 0 && {
      reactions: [...message.reactions].map(([key, users]) => {
        const count = users.size;
        const me = users.has(asSeenBy);
        return {
          emoji: emojiOf(key),
          count,
          me,
          count_details: { burst: 0, normal: count },
          me_burst: false,
          burst_colors: [],
        };
      }),
    }),
    ...(reference && {
      message_reference: {
        type: 0,
        message_id: reference.messageId,
        channel_id: reference.channelId,
        ...(world.channels.get(reference.channelId)?.type !== ChannelType.DM && { guild_id: world.guild.id }),
      },
      ...(withReply && { referenced_message: referenced ? showMessage(world, referenced, asSeenBy, false) : null }),
    }),
    ...(message.interaction && { interaction_metadata: showMetadata(world, message.interaction) }),
    ...(message.viaWebhook && { webhook_id: world.bot.id }),
    ...(message.authorId === world.bot.id && { application_id: world.bot.id }),
    ...(message.nonce !== undefined && { nonce: message.nonce }),
  };
}

export function showAttachment(world: World, file: Attachment): WireAttachment {
  const url = world.attachmentUrl(file);
  return {
    id: file.id,
    filename: file.filename,
    size: file.bytes.length,
    content_type: file.contentType,
    url,
    proxy_url: url,
    ...(file.description !== undefined && { description: file.description }),
    ...(file.width !== undefined && { width: file.width, height: file.height ?? null }),
    ...(file.ephemeral && { ephemeral: true }),
    ...(file.spoiler && { flags: ATTACHMENT_IS_SPOILER }),
  };
}

/** `👍`, or `name:id` for the server's own emoji. */
export function emojiOf(key: string): WireEmoji {
  const [name = '', id] = key.split(':');
  return { id: id ?? null, name };
}

type MediaLookup = (filename: string) => Attachment | undefined;

function showMedia(world: World, media: WireMedia, lookup: MediaLookup): WireMedia {
  const file = media.url.startsWith('attachment://') ? lookup(media.url.slice('attachment://'.length)) : undefined;
  if (!file) return { ...media, proxy_url: media.url };
  const url = world.attachmentUrl(file);
  return {
    url,
    proxy_url: url,
    width: file.width ?? null,
    height: file.height ?? null,
    content_type: file.contentType,
    attachment_id: file.id,
  };
}

function showEmbed(world: World, embed: WireEmbed, lookup: MediaLookup): WireEmbed {
  return {
    type: 'rich',
    ...embed,
    ...(embed.image && { image: showMedia(world, embed.image, lookup) }),
    ...(embed.thumbnail && { thumbnail: showMedia(world, embed.thumbnail, lookup) }),
  };
}

function showComponent(world: World, component: WireComponent, lookup: MediaLookup): WireComponent {
  const file = component.file && lookup(component.file.url.slice('attachment://'.length));
  return {
    ...component,
    ...(component.media && { media: showMedia(world, component.media, lookup) }),
    ...(component.file && { file: showMedia(world, component.file, lookup) }),
    ...(file && { name: file.filename, size: file.bytes.length }),
    ...(component.items && {
      items: component.items.map((item) => ({ ...item, media: showMedia(world, item.media, lookup) })),
    }),
    ...(component.accessory && { accessory: showComponent(world, component.accessory, lookup) }),
    ...(component.components && {
      components: component.components.map((child) => showComponent(world, child, lookup)),
    }),
  };
}

function showMetadata(world: World, metadata: InteractionMetadata) {
  return {
    id: metadata.id,
    type: metadata.type,
    user: showUserId(world, metadata.userId),
    authorizing_integration_owners: { '0': world.guild.id },
    ...(metadata.name !== undefined && { name: metadata.name }),
    ...(metadata.originalResponseMessageId !== undefined && {
      original_response_message_id: metadata.originalResponseMessageId,
    }),
    ...(metadata.interactedMessageId !== undefined && { interacted_message_id: metadata.interactedMessageId }),
    ...(metadata.targetMessageId !== undefined && { target_message_id: metadata.targetMessageId }),
  };
}
