// INTERACTION_CREATE as the bot receives it.
// https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object

import { InteractionContextType } from 'discord-api-types/v10';
import type { World } from '../state.ts';
import { channelPermissions } from './permissions.ts';
import { showChannel, showInteractionMember, showMessage, showUserId } from './show.ts';
import type { Interaction } from './types.ts';

export function interactionPayload(world: World, interaction: Interaction): object {
  const channel = world.channels.get(interaction.channelId);
  const member = world.members.get(interaction.userId);
  const source = interaction.sourceMessageId && world.message(interaction.channelId, interaction.sourceMessageId);
  const isInGuild = interaction.guildId !== null;
  return {
    version: 1,
    id: interaction.id,
    application_id: world.bot.id,
    type: interaction.type,
    token: interaction.token,
    data: interaction.data,
    channel_id: interaction.channelId,
    ...(channel && {
      channel: {
        ...showChannel(world, channel),
        permissions: channelPermissions(world, interaction.userId, channel).toString(),
      },
      app_permissions: channelPermissions(world, world.bot.id, channel).toString(),
    }),
    ...(isInGuild && channel && member
      ? {
          guild_id: world.guild.id,
          guild: { id: world.guild.id, locale: world.guild.locale, features: [] },
          guild_locale: world.guild.locale,
          member: showInteractionMember(world, member, channel),
        }
      : { user: showUserId(world, interaction.userId) }),
    locale: world.users.get(interaction.userId)?.locale ?? 'en-US',
    context: isInGuild ? InteractionContextType.Guild : InteractionContextType.BotDM,
    authorizing_integration_owners: { '0': isInGuild ? world.guild.id : '0' },
    entitlements: [],
    attachment_size_limit: world.uploadLimitBytes,
    ...(source && { message: showMessage(world, source) }),
  };
}
