// Channels and the typing indicator. https://docs.discord.com/developers/resources/channel

import { PermissionFlagsBits } from 'discord-api-types/v10';
import { apiErrors } from '../../api-error.ts';
import { can } from '../../state/permissions.ts';
import { showChannel } from '../../state/show.ts';
import type { Channel } from '../../state/types.ts';
import type { World } from '../../state.ts';
import type { Route } from '../router.ts';

/** The channel, if the bot sees it (50001 otherwise) and has the permissions (50013 otherwise). */
export function botChannel(world: World, channelId: string, permissions = 0n): Channel {
  const channel = world.channels.get(channelId);
  if (!channel) throw apiErrors.unknownChannel();
  if (!can(world, world.bot.id, channel, PermissionFlagsBits.ViewChannel)) throw apiErrors.missingAccess();
  if (!can(world, world.bot.id, channel, permissions)) throw apiErrors.missingPermissions();
  return channel;
}

export const channelRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/channels/:channel',
    access: 'bot',
    bucket: 'other',
    handle: ({ world, param }) => ({ status: 200, body: showChannel(world, botChannel(world, param('channel'))) }),
  },
  {
    method: 'POST',
    path: '/channels/:channel/typing',
    access: 'bot',
    bucket: 'other',
    handle: ({ world, param }) => {
      const channel = botChannel(world, param('channel'), PermissionFlagsBits.SendMessages);
      world.emit({ type: 'typing', channelId: channel.id, userId: world.bot.id });
      return { status: 204 };
    },
  },
];
