// The server, its channels, roles and members. https://docs.discord.com/developers/resources/guild

import { ChannelType } from 'discord-api-types/v10';
import { apiErrors } from '../../api-error.ts';
import { isBotHere } from '../../state/bot-membership.ts';
import { showChannel, showGuild, showMember, showRole } from '../../state/show.ts';
import type { Route, RouteAnswer, RouteRequest } from '../router.ts';

function guildRoute(path: string, answer: (request: RouteRequest) => object): Route {
  return {
    method: 'GET',
    path,
    access: 'bot',
    bucket: 'other',
    handle: (request): RouteAnswer => {
      if (request.param('guild') !== request.world.guild.id || !isBotHere(request.world))
        throw apiErrors.unknownGuild();
      return { status: 200, body: answer(request) };
    },
  };
}

export const guildRoutes: readonly Route[] = [
  guildRoute('/guilds/:guild', ({ world }) => showGuild(world)),
  guildRoute('/guilds/:guild/roles', ({ world }) => [...world.roles.values()].map(showRole)),
  guildRoute('/guilds/:guild/channels', ({ world }) =>
    [...world.channels.values()]
      .filter(({ type }) => type === ChannelType.GuildText)
      .map((channel) => showChannel(world, channel)),
  ),
  guildRoute('/guilds/:guild/members/:user', ({ world, param }) => {
    const member = world.members.get(param('user'));
    if (!member) throw world.users.has(param('user')) ? apiErrors.unknownMember() : apiErrors.unknownUser();
    return showMember(world, member);
  }),
];
