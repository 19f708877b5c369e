// A command as a member's client lists it.

import type { Command, CommandOption } from '../state/types.ts';
import type { PageCommand, PageOption } from '../wire.ts';

export function showCommand(command: Command): PageCommand {
  const { id, type, name, body } = command;
  return { id, type, name, description: body.description, options: (body.options ?? []).map(showOption) };
}

function showOption(option: CommandOption): PageOption {
  const {
    choices,
    options,
    name_localizations: _names,
    description_localizations: _texts,
    channel_types: _kinds,
    ...rest
  } = option;
  return {
    ...rest,
    ...(choices && { choices: choices.map(({ name, value }) => ({ name, value })) }),
    ...(options && { options: options.map(showOption) }),
  };
}
