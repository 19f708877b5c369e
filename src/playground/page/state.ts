// What the page shows of the server to one member.

import { ChannelType, PermissionFlagsBits as P } from 'discord-api-types/v10';
import { LOCALES, localeOf } from '../state/locales.ts';
import { can, isAgeRestricted } from '../state/permissions.ts';
import { ACTOR_NAMES, SEED_IDS } from '../state/seed.ts';
import type { Channel, Role } from '../state/types.ts';
import type { World } from '../state.ts';
import type { PageChannel, PageState, PageUser } from '../wire.ts';

export function pageState(world: World, userId: string): PageState {
  return {
    me: pageUser(world, userId),
    members: ACTOR_NAMES.map((name) => pageUser(world, SEED_IDS.users[name])),
    bot: pageUser(world, world.bot.id),
    guild: { id: world.guild.id, name: world.guild.name },
    roles: rolesByRank(world, [...world.roles.keys()]).map(({ id, name, color }) => ({ id, name, color: hex(color) })),
    channels: [...world.channels.values()]
      .filter((channel) => can(world, userId, channel, P.ViewChannel))
      .map((channel) => pageChannel(world, userId, channel)),
    locale: localeOf(world, userId),
    locales: [...LOCALES],
    uploadLimitBytes: world.uploadLimitBytes,
  };
}

function pageUser(world: World, userId: string): PageUser {
  const user = world.users.get(userId);
  const roles = rolesByRank(world, world.members.get(userId)?.roleIds ?? []);
  const isBot = user?.bot === true;
  return {
    id: userId,
    username: user?.username ?? '',
    name: world.displayName(userId),
    color: hex(roles.find(({ color }) => color !== 0)?.color ?? 0),
    bot: isBot,
    online: isBot ? world.botOnline : true,
    roles: roles.map(({ name }) => name),
  };
}

/** Highest first, without @everyone. */
function rolesByRank(world: World, ids: string[]): Role[] {
  return ids
    .flatMap((id) => world.roles.get(id) ?? [])
    .filter(({ id }) => id !== world.guild.id)
    .sort((a, b) => b.position - a.position);
}

function pageChannel(world: World, userId: string, channel: Channel): PageChannel {
  const kinds = {
    [ChannelType.GuildText]: 'text',
    [ChannelType.PublicThread]: 'thread',
    [ChannelType.DM]: 'dm',
  } as const;
  return {
    id: channel.id,
    name: channel.name,
    kind: kinds[channel.type],
    topic: channel.topic,
    ageRestricted: isAgeRestricted(world, channel),
    parentId: channel.parentId,
    canSend: can(world, userId, channel, P.SendMessages),
  };
}

function hex(color: number): string | null {
  return color === 0 ? null : `#${color.toString(16).padStart(6, '0')}`;
}
