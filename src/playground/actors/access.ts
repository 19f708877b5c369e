// What a member sees and may use: channels, messages, commands.
// https://docs.discord.com/developers/interactions/application-commands#permissions

import { ChannelType, PermissionFlagsBits as P } from 'discord-api-types/v10';
import { isBotHere } from '../state/bot-membership.ts';
import { can, channelPermissions, isAgeRestricted } from '../state/permissions.ts';
import type { Channel, Command, Message } from '../state/types.ts';
import type { World } from '../state.ts';
import { ClientRefusal } from './refusal.ts';

const CONTEXT_GUILD = 0;
const CONTEXT_BOT_DM = 1;

export function visibleChannel(world: World, userId: string, channelId: string): Channel {
  const channel = world.channels.get(channelId);
  if (!channel || !can(world, userId, channel, P.ViewChannel)) throw new ClientRefusal('You cannot see this channel.');
  return channel;
}

export function canSee(world: World, userId: string, message: Message): boolean {
  if (message.visibleTo !== null) return message.visibleTo === userId && !message.isDismissed;
  const channel = world.channels.get(message.channelId);
  return channel !== undefined && can(world, userId, channel, P.ViewChannel);
}

export function visibleMessage(world: World, userId: string, channelId: string, messageId: string): Message {
  const message = world.message(channelId, messageId);
  if (!message || !canSee(world, userId, message)) throw new ClientRefusal('This message is gone.');
  return message;
}

/** Oldest first. */
export function visibleMessages(world: World, userId: string, channelId: string): Message[] {
  visibleChannel(world, userId, channelId);
  return [...world.messagesIn(channelId).values()].filter((message) => canSee(world, userId, message));
}

export function usableCommands(world: World, userId: string, channel: Channel): Command[] {
  return [...world.commands.values()].filter((command) => whyUnusable(world, userId, channel, command) === undefined);
}

/** A sentence, or undefined when the member may use the command here. */
export function whyUnusable(world: World, userId: string, channel: Channel, command: Command): string | undefined {
  const { contexts, default_member_permissions: needed, nsfw, integration_types } = command.body;
  const isDirect = channel.type === ChannelType.DM;
  if (command.guildId !== null && isDirect) return 'This command exists only in the server.';
  if (contexts !== null && !contexts.includes(isDirect ? CONTEXT_BOT_DM : CONTEXT_GUILD))
    return 'This command cannot be used here.';
  if (!integration_types.includes(0)) return 'This command is not installed in the server.';
  if (nsfw && !isAgeRestricted(world, channel)) return 'This command works only in age-restricted channels.';
  if (isDirect) return undefined;
  if (!isBotHere(world)) return 'This application is no longer in the server.';
  if (!can(world, userId, channel, P.UseApplicationCommands)) return 'You may not use commands in this channel.';
  if (needed === null) return undefined;
  const permissions = channelPermissions(world, userId, channel);
  const wanted = BigInt(needed);
  const isAllowed = wanted === 0n ? (permissions & P.Administrator) !== 0n : (permissions & wanted) === wanted;
  return isAllowed ? undefined : 'You do not have permission to use this command.';
}
