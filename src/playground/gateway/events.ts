// Which world event becomes which gateway event, for whom. https://docs.discord.com/developers/events/gateway-events

import { ChannelType, GatewayIntentBits as I, PermissionFlagsBits } from 'discord-api-types/v10';
import { interactionPayload } from '../state/interaction-payload.ts';
import { can } from '../state/permissions.ts';
import { emojiOf, showChannel, showGuild, showMember, showMessage } from '../state/show.ts';
import type { Message } from '../state/types.ts';
import type { World, WorldEvent } from '../state.ts';
import type { Session } from './session.ts';

export interface GatewayEvent {
  type: string;
  guildId: string | null;
  /** Any of these lets it through; 0 for events that need none. */
  intents: number;
  data: object;
  /** What is sent instead without the message content intent. */
  withoutContent?: object;
}

export function gatewayEvents(world: World, event: WorldEvent): GatewayEvent[] {
  switch (event.type) {
    case 'interaction-create': {
      const { interaction } = event;
      return [
        {
          type: 'INTERACTION_CREATE',
          guildId: interaction.guildId,
          intents: 0,
          data: interactionPayload(world, interaction),
        },
      ];
    }
    case 'message-create':
      return messageEvent(world, 'MESSAGE_CREATE', event.message);
    case 'message-update':
      return messageEvent(world, 'MESSAGE_UPDATE', event.message);
    case 'message-delete': {
      if (event.visibleTo !== null) return [];
      const scope = scopeOf(world, event.channelId);
      if (!scope) return [];
      const shared = { channel_id: event.channelId, ...(scope.guildId !== null && { guild_id: scope.guildId }) };
      const intents = scope.isDirect ? I.DirectMessages : I.GuildMessages;
      if (event.bulk)
        return [
          { type: 'MESSAGE_DELETE_BULK', guildId: scope.guildId, intents, data: { ...shared, ids: event.messageIds } },
        ];
      return event.messageIds.map((id) => ({
        type: 'MESSAGE_DELETE',
        guildId: scope.guildId,
        intents,
        data: { ...shared, id },
      }));
    }
    case 'reaction': {
      const scope = scopeOf(world, event.message.channelId);
      if (!scope || event.message.visibleTo !== null) return [];
      const member = world.members.get(event.userId);
      const data = {
        user_id: event.userId,
        channel_id: event.message.channelId,
        message_id: event.message.id,
        message_author_id: event.message.authorId,
        emoji: emojiOf(event.emoji),
        burst: false,
        type: 0,
        ...(scope.guildId !== null && { guild_id: scope.guildId }),
        ...(scope.guildId !== null && event.added && member && { member: showMember(world, member) }),
      };
      const intents = scope.isDirect ? I.DirectMessageReactions : I.GuildMessageReactions;
      return [
        {
          type: event.added ? 'MESSAGE_REACTION_ADD' : 'MESSAGE_REACTION_REMOVE',
          guildId: scope.guildId,
          intents,
          data,
        },
      ];
    }
    case 'guild-create':
      return [{ type: 'GUILD_CREATE', guildId: world.guild.id, intents: I.Guilds, data: guildCreate(world) }];
    case 'guild-delete': {
      const data = { id: world.guild.id, ...(event.isOutage && { unavailable: true }) };
      return [{ type: 'GUILD_DELETE', guildId: world.guild.id, intents: I.Guilds, data }];
    }
    default:
      return [];
  }
}

export function wants(session: Session, event: GatewayEvent): boolean {
  return session.serves(event.guildId) && (event.intents === 0 || session.hasIntent(event.intents));
}

/** GUILD_CREATE, sent after READY: the server with what the bot can see of it. */
export function guildCreate(world: World): object {
  const botMember = world.members.get(world.bot.id);
  const visible = [...world.channels.values()].filter(
    (channel) => channel.type !== ChannelType.DM && can(world, world.bot.id, channel, PermissionFlagsBits.ViewChannel),
  );
  return {
    ...showGuild(world),
    joined_at: new Date(botMember?.joinedAt ?? 0).toISOString(),
    large: false,
    unavailable: false,
    member_count: world.members.size,
    members: botMember ? [showMember(world, botMember)] : [],
    channels: visible
      .filter(({ type }) => type === ChannelType.GuildText)
      .map((channel) => showChannel(world, channel)),
    threads: visible
      .filter(({ type }) => type === ChannelType.PublicThread)
      .map((channel) => showChannel(world, channel)),
    presences: [],
    voice_states: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  };
}

function scopeOf(world: World, channelId: string): { guildId: string | null; isDirect: boolean } | undefined {
  const channel = world.channels.get(channelId);
  if (!channel || !can(world, world.bot.id, channel, PermissionFlagsBits.ViewChannel)) return undefined;
  const isDirect = channel.type === ChannelType.DM;
  return { guildId: isDirect ? null : world.guild.id, isDirect };
}

/** The bot does not hear of ephemeral messages through the gateway. */
function messageEvent(world: World, type: string, message: Message): GatewayEvent[] {
  const scope = scopeOf(world, message.channelId);
  if (!scope || message.visibleTo !== null) return [];
  const member = world.members.get(message.authorId);
  const data = {
    ...showMessage(world, message),
    ...(scope.guildId !== null && {
      guild_id: scope.guildId,
      ...(member && { member: showMember(world, member, false) }),
    }),
  };
  const isReadable =
    scope.isDirect || message.authorId === world.bot.id || message.mentionedUserIds.includes(world.bot.id);
  return [
    {
      type,
      guildId: scope.guildId,
      intents: scope.isDirect ? I.DirectMessages : I.GuildMessages,
      data,
      ...(!isReadable && { withoutContent: { ...data, content: '', embeds: [], attachments: [], components: [] } }),
    },
  ];
}
