// A command as a member's client lists it: in the member's language. `name` stays what is sent.

import { localized } from '../state/locales.ts';
import type { Command, CommandBody, CommandOption } from '../state/types.ts';
import type { PageCommand, PageOption } from '../wire.ts';

export function showCommand({ id, type, body }: Command, locale: string): PageCommand {
  return {
    id,
    type,
    ...words(body, locale),
    options: (body.options ?? []).map((option) => showOption(option, locale)),
  };
}

function words(named: CommandBody | CommandOption, locale: string) {
  const { name, name_localizations: names, description, description_localizations: descriptions } = named;
  const label = localized(name, names, locale);
  return { name, ...(label !== name && { label }), description: localized(description, descriptions, locale) };
}

function showOption(option: CommandOption, locale: string): PageOption {
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
    ...words(option, locale),
    ...(choices && {
      choices: choices.map(({ name, name_localizations: names, value }) => ({
        name: localized(name, names, locale),
        value,
      })),
    }),
    ...(options && { options: options.map((child) => showOption(child, locale)) }),
  };
}
