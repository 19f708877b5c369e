// Permissions as Discord computes them: roles first, then overwrites for everyone, roles and member; hidden channels allow nothing.
// https://docs.discord.com/developers/topics/permissions#permission-overwrites

import { ChannelType, PermissionFlagsBits as P } from 'discord-api-types/v10';
import type { World } from '../state.ts';
import type { Channel, Member } from './types.ts';

export const ALL_PERMISSIONS: bigint = Object.values(P).reduce((all, bit) => all | bit, 0n);

/** What both sides of a direct message may do there. */
const DIRECT_MESSAGE_PERMISSIONS =
  P.ViewChannel |
  P.SendMessages |
  P.EmbedLinks |
  P.AttachFiles |
  P.ReadMessageHistory |
  P.AddReactions |
  P.UseExternalEmojis;

/** Permissions in the server as a whole. */
export function guildPermissions(world: World, member: Member): bigint {
  if (member.userId === world.guild.ownerId) return ALL_PERMISSIONS;
  const roleIds = [world.guild.id, ...member.roleIds];
  const bits = roleIds.reduce((sum, id) => sum | (world.roles.get(id)?.permissions ?? 0n), 0n);
  return bits & P.Administrator ? ALL_PERMISSIONS : bits;
}

/** Permissions of a user in one channel; 0 for strangers. Threads take their parent's, with their own bit for sending. */
export function channelPermissions(world: World, userId: string, channel: Channel): bigint {
  if (channel.type === ChannelType.DM)
    return userId === channel.recipientId || userId === world.bot.id ? DIRECT_MESSAGE_PERMISSIONS : 0n;
  const member = world.members.get(userId);
  if (!member) return 0n;
  const base = guildPermissions(world, member);
  if (base === ALL_PERMISSIONS) return base;

  const parent = channel.parentId === null ? undefined : world.channels.get(channel.parentId);
  const { overwrites } = parent ?? channel;
  let bits = base;
  const apply = (matches: (id: string) => boolean, kind: 'role' | 'member') => {
    const relevant = overwrites.filter((overwrite) => overwrite.kind === kind && matches(overwrite.id));
    bits &= ~relevant.reduce((sum, overwrite) => sum | overwrite.deny, 0n);
    bits |= relevant.reduce((sum, overwrite) => sum | overwrite.allow, 0n);
  };
  apply((id) => id === world.guild.id, 'role');
  apply((id) => member.roleIds.includes(id), 'role');
  apply((id) => id === userId, 'member');

  if ((bits & P.ViewChannel) === 0n) return 0n;
  if (channel.type === ChannelType.PublicThread) {
    bits = bits & P.SendMessagesInThreads ? bits | P.SendMessages : bits & ~P.SendMessages;
  }
  if ((bits & P.SendMessages) === 0n) bits &= ~(P.MentionEveryone | P.EmbedLinks | P.AttachFiles);
  return bits;
}

export function can(world: World, userId: string, channel: Channel, permission: bigint): boolean {
  return (channelPermissions(world, userId, channel) & permission) === permission;
}

/** Age restriction of a thread is its parent's. */
export function isAgeRestricted(world: World, channel: Channel): boolean {
  const parent = channel.parentId === null ? undefined : world.channels.get(channel.parentId);
  return (parent ?? channel).nsfw;
}
