// A member uses a command: slash, suggestions while typing, or from the menu of a message or person.

import { ApplicationCommandType, InteractionType, ApplicationCommandOptionType as O } from 'discord-api-types/v10';
import { startInteraction } from '../state/interactions.ts';
import { showMessage } from '../state/show.ts';
import type { Channel, Command, CommandOption, Interaction } from '../state/types.ts';
import type { World } from '../state.ts';
import { visibleChannel, visibleMessage, whyUnusable } from './access.ts';
import { draftOptions, fillOptions, type OptionData, type OptionInput, type Resolved, resolveId } from './options.ts';
import { ClientRefusal } from './refusal.ts';

export interface CommandUse {
  userId: string;
  channelId: string;
  commandId: string;
  /** Group and subcommand. */
  path: readonly string[];
  values: ReadonlyMap<string, OptionInput>;
}

export function useCommand(world: World, use: CommandUse): Interaction {
  const { channel, command } = usable(world, use);
  const definitions = descend(command, use.path);
  const { options, resolved } = fillOptions(world, channel, definitions, use.values);
  return start(
    world,
    use,
    channel,
    command,
    InteractionType.ApplicationCommand,
    wrap(command, use.path, options),
    resolved,
  );
}

export function askForChoices(world: World, use: CommandUse, focused: string): Interaction {
  const { channel, command } = usable(world, use);
  const options = draftOptions(descend(command, use.path), use.values, focused);
  return start(
    world,
    use,
    channel,
    command,
    InteractionType.ApplicationCommandAutocomplete,
    wrap(command, use.path, options),
    {},
  );
}

/** `targetId`: message or user. */
export function useContextMenu(world: World, use: Omit<CommandUse, 'path' | 'values'>, targetId: string): Interaction {
  const { channel, command } = usable(world, use);
  const resolved: Resolved = {};
  const isOnMessage = command.type === ApplicationCommandType.Message;
  if (isOnMessage) {
    const message = visibleMessage(world, use.userId, channel.id, targetId);
    if (message.visibleTo !== null) throw new ClientRefusal('Messages only you can see have no such menu.');
    resolved.messages = { [targetId]: showMessage(world, message) };
  } else if (command.type !== ApplicationCommandType.User || !resolveId(world, channel, 'user', targetId, resolved))
    throw new ClientRefusal('There is nobody to use this command on.');
  return startInteraction(world, {
    type: InteractionType.ApplicationCommand,
    userId: use.userId,
    channel,
    data: { ...head(world, command), resolved, target_id: targetId },
    commandName: command.name,
    ...(isOnMessage && { targetMessageId: targetId }),
  });
}

function start(
  world: World,
  use: CommandUse,
  channel: Channel,
  command: Command,
  type: InteractionType,
  options: OptionData[],
  resolved: Resolved,
): Interaction {
  return startInteraction(world, {
    type,
    userId: use.userId,
    channel,
    data: { ...head(world, command), options, ...(Object.keys(resolved).length > 0 && { resolved }) },
    commandName: [command.name, ...use.path].join(' '),
  });
}

function head(world: World, command: Command) {
  const { id, name, type, guildId } = command;
  return { id, name, type, ...(guildId !== null && { guild_id: world.guild.id }) };
}

function usable(
  world: World,
  use: { userId: string; channelId: string; commandId: string },
): { channel: Channel; command: Command } {
  const channel = visibleChannel(world, use.userId, use.channelId);
  const command = world.commands.get(use.commandId);
  if (!command) throw new ClientRefusal('This command is outdated, please try again in a few minutes.');
  const reason = whyUnusable(world, use.userId, channel, command);
  if (reason !== undefined) throw new ClientRefusal(reason);
  return { channel, command };
}

function descend(command: Command, path: readonly string[]): CommandOption[] {
  let level = command.body.options ?? [];
  for (const name of path) {
    const next = level.find((option) => option.name === name);
    if (next?.type !== O.Subcommand && next?.type !== O.SubcommandGroup)
      throw new ClientRefusal(`There is no subcommand ${name}.`, name);
    level = next.options ?? [];
  }
  if (level.some(({ type }) => type === O.Subcommand || type === O.SubcommandGroup))
    throw new ClientRefusal('Choose a subcommand.');
  return level;
}

/** Nests the options under their group and subcommand. */
function wrap(command: Command, path: readonly string[], options: OptionData[]): OptionData[] {
  const [name, ...rest] = path;
  if (name === undefined) return options;
  const isGroup = rest.length > 0;
  const inner = wrap(command, rest, options);
  return [{ type: isGroup ? O.SubcommandGroup : O.Subcommand, name, options: inner }];
}
