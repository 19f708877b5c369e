// Fills in a command's options as Discord's client does: types, bounds, choices, and the resolved users, channels, roles and files.

import { ApplicationCommandOptionType as O } from 'discord-api-types/v10';
import { addAttachment, type UploadedFile } from '../state/attachments.ts';
import { channelPermissions } from '../state/permissions.ts';
import { showAttachment, showChannel, showInteractionMember, showRole, showUser } from '../state/show.ts';
import type { Channel, CommandOption } from '../state/types.ts';
import type { World } from '../state.ts';
import { ClientRefusal } from './refusal.ts';

/** Users, channels and roles by id; attachments as files. */
export type OptionInput = string | number | boolean | UploadedFile;

export interface OptionData {
  type: number;
  name: string;
  value?: string | number | boolean;
  focused?: true;
  options?: OptionData[];
}

export interface Resolved {
  users?: Record<string, object>;
  members?: Record<string, object>;
  channels?: Record<string, object>;
  roles?: Record<string, object>;
  attachments?: Record<string, object>;
  messages?: Record<string, object>;
}

export interface Filled {
  options: OptionData[];
  resolved: Resolved;
}

/** Throws ClientRefusal naming the option at fault. */
export function fillOptions(
  world: World,
  channel: Channel,
  definitions: CommandOption[],
  values: ReadonlyMap<string, OptionInput>,
): Filled {
  const filled: Filled = { options: [], resolved: {} };
  refuseUnknown(definitions, values);
  for (const definition of definitions) {
    const value = values.get(definition.name);
    if (value === undefined) {
      if (definition.required) throw new ClientRefusal(`The option ${definition.name} is required.`, definition.name);
      continue;
    }
    const { type, name } = definition;
    filled.options.push({ type, name, value: fillOne(world, channel, definition, value, filled.resolved) });
  }
  return filled;
}

/** While one types: what is there so far, unchecked, with the mark at the option under the cursor. */
export function draftOptions(
  definitions: CommandOption[],
  values: ReadonlyMap<string, OptionInput>,
  focused: string,
): OptionData[] {
  refuseUnknown(definitions, values);
  return definitions.flatMap(({ type, name, autocomplete }): OptionData[] => {
    const value = values.get(name);
    if (name === focused) {
      if (!autocomplete) throw new ClientRefusal(`The option ${name} has no suggestions.`, name);
      return [{ type, name, value: isFile(value) ? '' : String(value ?? ''), focused: true }];
    }
    return value === undefined || isFile(value) ? [] : [{ type, name, value }];
  });
}

/** Adds what an id stands for to `resolved`; false when nobody is meant. */
export function resolveId(
  world: World,
  channel: Channel,
  kind: 'user' | 'role' | 'channel',
  id: string,
  resolved: Resolved,
): boolean {
  if (kind === 'user') {
    const user = world.users.get(id);
    if (!user) return false;
    resolved.users = { ...resolved.users, [id]: showUser(user) };
    const member = world.members.get(id);
    if (member) resolved.members = { ...resolved.members, [id]: showInteractionMember(world, member, channel, false) };
    return true;
  }
  if (kind === 'role') {
    const role = world.roles.get(id);
    if (role) resolved.roles = { ...resolved.roles, [id]: showRole(role) };
    return role !== undefined;
  }
  const target = world.channels.get(id);
  if (!target) return false;
  const permissions = channelPermissions(world, world.bot.id, target).toString();
  resolved.channels = { ...resolved.channels, [id]: { ...showChannel(world, target), permissions } };
  return true;
}

export function resolveFile(world: World, channel: Channel, file: UploadedFile, resolved: Resolved): string {
  if (file.bytes.length > world.uploadLimitBytes) throw new ClientRefusal('Your file is too large.');
  const attachment = addAttachment(world, channel.id, file, true);
  resolved.attachments = { ...resolved.attachments, [attachment.id]: showAttachment(world, attachment) };
  return attachment.id;
}

export function isFile(value: unknown): value is UploadedFile {
  return typeof value === 'object' && value !== null && 'bytes' in value;
}

function fillOne(
  world: World,
  channel: Channel,
  option: CommandOption,
  value: OptionInput,
  resolved: Resolved,
): string | number | boolean {
  const refuse = (message: string) => new ClientRefusal(message, option.name);
  if (option.type === O.Attachment) {
    if (!isFile(value)) throw refuse('This option takes a file.');
    return resolveFile(world, channel, value, resolved);
  }
  if (isFile(value)) throw refuse('This option takes no file.');
  switch (option.type) {
    case O.String:
      return checkChoice(option, checkText(option, String(value)));
    case O.Integer:
    case O.Number:
      return checkChoice(option, checkNumber(option, value));
    case O.Boolean:
      if (value === true || value === 'true') return true;
      if (value === false || value === 'false') return false;
      throw refuse('This option is either true or false.');
    case O.User:
      if (!resolveId(world, channel, 'user', String(value), resolved)) throw refuse('There is no such member.');
      return String(value);
    case O.Role:
      if (!resolveId(world, channel, 'role', String(value), resolved)) throw refuse('There is no such role.');
      return String(value);
    case O.Channel: {
      const kinds = option.channel_types;
      const target = world.channels.get(String(value));
      if (!target || (kinds && !kinds.includes(target.type))) throw refuse('There is no such channel.');
      resolveId(world, channel, 'channel', target.id, resolved);
      return target.id;
    }
    default: {
      const id = String(value);
      if (!resolveId(world, channel, 'user', id, resolved) && !resolveId(world, channel, 'role', id, resolved))
        throw refuse('There is no such member or role.');
      return id;
    }
  }
}

function checkText(option: CommandOption, text: string): string {
  const length = [...text].length;
  const { min_length: min = 0, max_length: max = 6000 } = option;
  if (text === '') throw new ClientRefusal(`The option ${option.name} is empty.`, option.name);
  if (length < min || length > max)
    throw new ClientRefusal(`Between ${min} and ${max} characters are needed.`, option.name);
  return text;
}

function checkNumber(option: CommandOption, value: string | number | boolean): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  const isInteger = option.type === O.Integer;
  if (typeof number !== 'number' || !Number.isFinite(number) || (isInteger && !Number.isSafeInteger(number)))
    throw new ClientRefusal(`A ${isInteger ? 'whole ' : ''}number is needed.`, option.name);
  const { min_value: min, max_value: max } = option;
  if (min !== undefined && number < min) throw new ClientRefusal(`At least ${min} is needed.`, option.name);
  if (max !== undefined && number > max) throw new ClientRefusal(`At most ${max} is allowed.`, option.name);
  return number;
}

/** A choice may be given by value or by its shown name; with autocomplete anything goes. */
function checkChoice<T extends string | number>(option: CommandOption, value: T): T | string | number {
  if (!option.choices || option.choices.length === 0) return value;
  const choice = option.choices.find((candidate) => candidate.value === value || candidate.name === value);
  if (!choice)
    throw new ClientRefusal(`Choose one of: ${option.choices.map(({ name }) => name).join(', ')}.`, option.name);
  return choice.value;
}

function refuseUnknown(definitions: CommandOption[], values: ReadonlyMap<string, OptionInput>): void {
  for (const name of values.keys())
    if (!definitions.some((definition) => definition.name === name))
      throw new ClientRefusal(`There is no option ${name}.`, name);
}
