// Definitions of application commands and their limits. https://docs.discord.com/developers/interactions/application-commands

import { ApplicationCommandOptionType as O } from 'discord-api-types/v10';
import type { Form } from '../../form.ts';
import type { CommandBody, CommandOption } from '../../state/types.ts';
import { given } from './given.ts';

const SLASH_NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;
const MAX_OPTIONS = 25;
const MAX_CHOICES = 25;
const MAX_CHARACTERS = 8000;
const TYPES_WITH_CHOICES: readonly number[] = [O.String, O.Integer, O.Number];
const LARGEST_NUMBER = 2 ** 53;
const LOCALES = new Set(
  'id da de en-GB en-US es-ES es-419 fr hr it lt hu nl no pl pt-BR ro fi sv-SE vi tr cs el bg ru uk hi th zh-CN ja zh-TW ko'.split(
    ' ',
  ),
);

/** Call `form.finish()` afterwards. `type` is 1 slash, 2 user, 3 message. */
export function readCommand(form: Form, type: number): CommandBody {
  const isSlash = type === 1;
  const name = readName(form, isSlash);
  const description = isSlash ? form.requireString('description', { min: 1, max: 100 }) : '';
  if (!isSlash && form.string('description'))
    form.refuse('description', 'APPLICATION_COMMAND_DESCRIPTION_UNEXPECTED', 'Only slash commands have descriptions');
  if (!isSlash && form.has('options') && !form.isNull('options'))
    form.refuse('options', 'APPLICATION_COMMAND_OPTIONS_UNEXPECTED', 'Only slash commands have options');
  const options = isSlash ? readOptions(form, 0) : undefined;
  const permissions = form.raw('default_member_permissions');
  if (permissions !== undefined && permissions !== null && !/^\d+$/.test(String(permissions)))
    form.refuse('default_member_permissions', 'NUMBER_TYPE_COERCE', 'Value is not a permission set.');
  const body: CommandBody = {
    name,
    description,
    default_member_permissions: permissions === undefined || permissions === null ? null : String(permissions),
    nsfw: form.boolean('nsfw') ?? false,
    contexts:
      form.integers('contexts', { item: { oneOf: [0, 1, 2] } }) ??
      (form.boolean('dm_permission') === false ? [0] : null),
    integration_types: form.integers('integration_types', { item: { oneOf: [0, 1] } }) ?? [0],
    ...given<Pick<CommandBody, 'name_localizations' | 'description_localizations' | 'options'>>({
      name_localizations: readLocalizations(form, 'name_localizations', isSlash ? SLASH_NAME : undefined, 32),
      description_localizations: readLocalizations(form, 'description_localizations', undefined, 100),
      options,
    }),
  };
  if (charactersOf(body) > MAX_CHARACTERS)
    form.refuse('', 'APPLICATION_COMMAND_TOO_LARGE', `Command exceeds maximum size (${MAX_CHARACTERS})`);
  return body;
}

function readName(form: Form, isSlash: boolean): string {
  const name = form.requireString('name', { min: 1, max: 32, ...(isSlash && { pattern: SLASH_NAME }) });
  if (isSlash && name !== name.toLowerCase())
    form.refuse('name', 'APPLICATION_COMMAND_INVALID_NAME', 'Command name is invalid');
  return name;
}

/** `depth` 0: command, 1: group or subcommand, 2: subcommand of a group. */
function readOptions(form: Form, depth: number): CommandOption[] | undefined {
  const names = new Set<string>();
  let hasOptional = false;
  let kinds = 0;
  return form.list('options', { max: MAX_OPTIONS }, (child) => {
    const option = readOption(child, depth);
    if (names.has(option.name))
      child.refuse('name', 'APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS', 'Option name already exists');
    names.add(option.name);
    const isNested = option.type === O.Subcommand || option.type === O.SubcommandGroup;
    kinds |= isNested ? 1 : 2;
    if (kinds === 3)
      child.refuse(
        'type',
        'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID',
        'Sub-command and sub-command group option types are mutually exclusive to all other types',
      );
    if (option.required && hasOptional)
      child.refuse(
        'required',
        'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID',
        'Required options must be placed before non-required options',
      );
    hasOptional ||= option.required !== true;
    return option;
  });
}

function readOption(form: Form, depth: number): CommandOption {
  const type = form.requireInteger('type', { min: 1, max: 11 });
  const isText = type === O.String;
  const isNumber = type === O.Integer || type === O.Number;
  const isNested = type === O.Subcommand || type === O.SubcommandGroup;
  if ((type === O.SubcommandGroup && depth > 0) || (type === O.Subcommand && depth > 1))
    form.refuse('type', 'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID', 'Sub-commands cannot be nested deeper');
  const option: CommandOption = {
    type,
    name: readName(form, true),
    description: form.requireString('description', { min: 1, max: 100 }),
    ...given<Omit<CommandOption, 'type' | 'name' | 'description'>>({
      name_localizations: readLocalizations(form, 'name_localizations', SLASH_NAME, 32),
      description_localizations: readLocalizations(form, 'description_localizations', undefined, 100),
      required: form.boolean('required'),
      choices: readChoices(form, type),
      options: isNested ? readOptions(form, depth + 1) : undefined,
      channel_types: form.integers('channel_types'),
      min_value: isNumber ? form.number('min_value', { min: -LARGEST_NUMBER, max: LARGEST_NUMBER }) : undefined,
      max_value: isNumber ? form.number('max_value', { min: -LARGEST_NUMBER, max: LARGEST_NUMBER }) : undefined,
      min_length: isText ? form.integer('min_length', { min: 0, max: 6000 }) : undefined,
      max_length: isText ? form.integer('max_length', { min: 1, max: 6000 }) : undefined,
      autocomplete: form.boolean('autocomplete'),
    }),
  };
  if (option.autocomplete && ((option.choices?.length ?? 0) > 0 || !TYPES_WITH_CHOICES.includes(type)))
    form.refuse('autocomplete', 'APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE', 'Autocomplete excludes choices');
  return option;
}

function readChoices(form: Form, type: number): CommandOption['choices'] {
  if (form.has('choices') && !TYPES_WITH_CHOICES.includes(type))
    form.refuse('choices', 'APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID', 'Options of this type have no choices');
  return form.list('choices', { max: MAX_CHOICES }, (choice) => {
    const localized = readLocalizations(choice, 'name_localizations', undefined, 100);
    return {
      name: choice.requireString('name', { min: 1, max: 100 }),
      value:
        type === O.String
          ? choice.requireString('value', { max: 100 })
          : ((type === O.Integer ? choice.integer('value') : choice.number('value')) ?? missingValue(choice)),
      ...(localized && { name_localizations: localized }),
    };
  });
}

function missingValue(choice: Form): number {
  choice.refuse('value', 'BASE_TYPE_REQUIRED', 'This field is required');
  return 0;
}

function readLocalizations(
  form: Form,
  name: string,
  pattern: RegExp | undefined,
  max: number,
): Record<string, string> | undefined {
  return form.child(name, (child) => {
    const texts: Record<string, string> = {};
    for (const locale of child.names()) {
      if (!LOCALES.has(locale)) child.refuse(locale, 'BASE_TYPE_CHOICES', 'This is no locale of Discord.');
      const text = child.string(locale, { min: 1, max, ...(pattern && { pattern }) });
      if (text !== undefined) texts[locale] = text;
    }
    return texts;
  });
}

/** Names, descriptions and values, each counted with its longest localisation, over all levels. */
function charactersOf(part: CommandBody | CommandOption): number {
  const longest = (text: string, localized: Record<string, string> | null | undefined) =>
    Math.max(text.length, ...Object.values(localized ?? {}).map((other) => other.length));
  let sum = longest(part.name, part.name_localizations) + longest(part.description, part.description_localizations);
  if ('choices' in part)
    for (const choice of part.choices ?? [])
      sum += longest(choice.name, choice.name_localizations) + String(choice.value).length;
  for (const option of part.options ?? []) sum += charactersOf(option);
  return sum;
}
