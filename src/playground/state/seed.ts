// The server a newcomer finds: four people, the bot, six places. Ids are the same on every start, so that what a bot remembers
// of channels and people stays true after a restart.

import { ChannelType, PermissionFlagsBits as P } from 'discord-api-types/v10';
import { snowflakeAt } from '../snowflake.ts';
import type { Channel, Guild, Member, Overwrite, Role, User } from './types.ts';

const FOUNDED_AT = Date.UTC(2026, 0, 1);
const id = (sequence: number) => snowflakeAt(FOUNDED_AT, sequence);

export const SEED_IDS = {
  guild: id(1),
  bot: id(2),
  roles: { moderator: id(11), bot: id(12) },
  users: { ada: id(21), ben: id(22), mona: id(23), olga: id(24) },
  channels: {
    general: id(31),
    ageRestricted: id(32),
    modLog: id(33),
    thread: id(34),
    directMessages: { ada: id(41), ben: id(42), mona: id(43), olga: id(44) },
  },
} as const;

/** Names that `twin.actor()` takes. */
export type ActorName = keyof typeof SEED_IDS.users;
export const ACTOR_NAMES: readonly ActorName[] = ['ada', 'ben', 'mona', 'olga'];

const EVERYONE =
  P.ViewChannel |
  P.SendMessages |
  P.SendMessagesInThreads |
  P.EmbedLinks |
  P.AttachFiles |
  P.AddReactions |
  P.ReadMessageHistory |
  P.UseApplicationCommands |
  P.UseExternalEmojis |
  P.CreatePublicThreads |
  P.ChangeNickname;
const MODERATOR =
  P.ManageMessages | P.KickMembers | P.BanMembers | P.ModerateMembers | P.ManageThreads | P.MentionEveryone;

export interface Seed {
  guild: Guild;
  bot: User;
  users: User[];
  members: Member[];
  roles: Role[];
  channels: Channel[];
}

/** `botName` is what members see; `botPermissions` what its own role grants on top of everybody's. */
export function seed(botName: string, botPermissions: bigint): Seed {
  const { users, roles, channels } = SEED_IDS;
  const person = (userId: string, username: string, globalName: string): User => ({
    id: userId,
    username,
    globalName,
    bot: false,
    acceptsDirectMessages: true,
    locale: 'en-US',
  });
  const member = (userId: string, roleIds: string[] = []): Member => ({
    userId,
    nick: null,
    roleIds,
    joinedAt: FOUNDED_AT,
  });
  const bot: User = {
    ...person(SEED_IDS.bot, botName.toLowerCase(), botName),
    globalName: null,
    username: botName,
    bot: true,
  };
  const modLogOverwrites: Overwrite[] = [
    { id: SEED_IDS.guild, kind: 'role', allow: 0n, deny: P.ViewChannel },
    { id: roles.moderator, kind: 'role', allow: P.ViewChannel, deny: 0n },
    { id: roles.bot, kind: 'role', allow: P.ViewChannel, deny: 0n },
  ];
  const text = (channelId: string, name: string, topic: string, position: number): Channel => ({
    id: channelId,
    type: ChannelType.GuildText,
    name,
    topic,
    nsfw: false,
    position,
    parentId: null,
    overwrites: [],
    recipientId: null,
    archived: false,
    lastMessageId: null,
  });
  return {
    guild: { id: SEED_IDS.guild, name: 'The Studio', ownerId: users.olga, locale: 'en-US' },
    bot,
    users: [
      person(users.ada, 'ada', 'Ada'),
      person(users.ben, 'ben', 'Ben'),
      person(users.mona, 'mona', 'Mona'),
      person(users.olga, 'olga', 'Olga'),
      bot,
    ],
    members: [
      member(users.ada),
      member(users.ben),
      member(users.mona, [roles.moderator]),
      member(users.olga, [roles.moderator]),
      member(bot.id, [roles.bot]),
    ],
    roles: [
      { id: SEED_IDS.guild, name: '@everyone', permissions: EVERYONE, color: 0, position: 0, mentionable: false },
      { id: roles.bot, name: botName, permissions: botPermissions, color: 0x5b8def, position: 1, mentionable: false },
      {
        id: roles.moderator,
        name: 'Moderator',
        permissions: MODERATOR,
        color: 0xd08a3e,
        position: 2,
        mentionable: true,
      },
    ],
    channels: [
      text(channels.general, 'general', 'Paint here: type /imagine', 0),
      {
        ...text(channels.thread, 'lighthouses', '', 0),
        type: ChannelType.PublicThread,
        parentId: channels.general,
        topic: null,
      },
      { ...text(channels.ageRestricted, 'age-restricted', 'For adults', 1), nsfw: true },
      { ...text(channels.modLog, 'mod-log', 'What the bot tells moderators', 2), overwrites: modLogOverwrites },
      ...ACTOR_NAMES.map(
        (name): Channel => ({
          ...text(channels.directMessages[name], botName, '', 0),
          type: ChannelType.DM,
          topic: null,
          recipientId: users[name],
        }),
      ),
    ],
  };
}
