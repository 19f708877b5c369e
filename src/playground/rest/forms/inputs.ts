// Components a person acts on: buttons, selects and the inputs of modals. https://docs.discord.com/developers/components/reference

import { ButtonStyle, ComponentType } from 'discord-api-types/v10';
import type { Form } from '../../form.ts';
import type { WireComponent, WireEmoji, WireSelectOption } from '../../wire.ts';
import { given } from './given.ts';

const CUSTOM_ID = { min: 1, max: 100 };
const MAX_OPTIONS = 25;

export const SELECTS: readonly number[] = [
  ComponentType.StringSelect,
  ComponentType.UserSelect,
  ComponentType.RoleSelect,
  ComponentType.MentionableSelect,
  ComponentType.ChannelSelect,
];

export function readButton(form: Form): WireComponent {
  const style = form.requireInteger('style', { oneOf: [1, 2, 3, 4, 5, 6] });
  const button = given<WireComponent>({
    type: ComponentType.Button,
    id: form.integer('id', { min: 0 }),
    style,
    label: form.string('label', { max: 80 }),
    emoji: form.child('emoji', readEmoji),
    custom_id: form.string('custom_id', CUSTOM_ID),
    url: form.string('url', { max: 512, pattern: /^(https?|discord):\/\/\S+$/ }),
    disabled: form.boolean('disabled'),
  });
  if (style === ButtonStyle.Link) {
    if (button.url === undefined) form.refuse('url', 'BASE_TYPE_REQUIRED', 'A url is required');
    if (button.custom_id !== undefined)
      form.refuse(
        'custom_id',
        'BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE',
        'A custom id and url cannot both be specified',
      );
  } else if (style !== ButtonStyle.Premium) {
    if (button.custom_id === undefined) form.refuse('custom_id', 'BASE_TYPE_REQUIRED', 'A custom id is required');
    if (button.url !== undefined) form.refuse('url', 'BUTTON_COMPONENT_INVALID_STYLE', 'A url needs the link style');
    if (!button.label && !button.emoji)
      form.refuse('label', 'BUTTON_COMPONENT_LABEL_REQUIRED', 'A label or emoji is required');
  }
  return button;
}

/** All five kinds; in modals they may be `required`. */
export function readSelect(form: Form, type: number): WireComponent {
  const minValues = form.integer('min_values', { min: 0, max: MAX_OPTIONS });
  const maxValues = form.integer('max_values', { min: 1, max: MAX_OPTIONS });
  const isString = type === ComponentType.StringSelect;
  const options = isString ? readOptions(form, 1, MAX_OPTIONS) : undefined;
  if (isString && !form.has('options')) form.refuse('options', 'BASE_TYPE_REQUIRED', 'This field is required');
  if ((minValues ?? 1) > (maxValues ?? 1))
    form.refuse('min_values', 'NUMBER_TYPE_MAX', 'Value should not exceed max_values.');
  if (options && (maxValues ?? 1) > options.length)
    form.refuse('max_values', 'NUMBER_TYPE_MAX', 'Value should not exceed the number of options.');
  return given<WireComponent>({
    type,
    id: form.integer('id', { min: 0 }),
    custom_id: form.requireString('custom_id', CUSTOM_ID),
    placeholder: form.string('placeholder', { max: 150 }),
    min_values: minValues,
    max_values: maxValues,
    disabled: form.boolean('disabled'),
    required: form.boolean('required'),
    options,
    channel_types: type === ComponentType.ChannelSelect ? form.integers('channel_types') : undefined,
    default_values: isString
      ? undefined
      : form.list('default_values', { max: MAX_OPTIONS }, (value) => ({
          id: value.requireSnowflake('id'),
          type: value.requireString('type', { oneOf: ['user', 'role', 'channel'] }),
        })),
  });
}

export function readTextInput(form: Form, hasOwnLabel: boolean): WireComponent {
  const label = form.string('label', { min: 1, max: 45 });
  if (hasOwnLabel && label === undefined) form.refuse('label', 'BASE_TYPE_REQUIRED', 'This field is required');
  if (!hasOwnLabel && label !== undefined)
    form.refuse(
      'label',
      'TEXT_INPUT_LABEL_IN_LABEL',
      'A text input inside a label component cannot have a label of its own',
    );
  const input = given<WireComponent>({
    type: ComponentType.TextInput,
    id: form.integer('id', { min: 0 }),
    custom_id: form.requireString('custom_id', CUSTOM_ID),
    style: form.requireInteger('style', { oneOf: [1, 2] }),
    label,
    value: form.string('value', { max: 4000 }),
    placeholder: form.string('placeholder', { max: 100 }),
    required: form.boolean('required'),
    min_length: form.integer('min_length', { min: 0, max: 4000 }),
    max_length: form.integer('max_length', { min: 1, max: 4000 }),
  });
  if ((input.min_length ?? 0) > (input.max_length ?? 4000))
    form.refuse('min_length', 'NUMBER_TYPE_MAX', 'Value should not exceed max_length.');
  if (input.value && [...input.value].length > (input.max_length ?? 4000))
    form.refuse('value', 'BASE_TYPE_MAX_LENGTH', `Must be ${input.max_length} or fewer in length.`);
  return input;
}

/** File upload, radio group, checkbox group and checkbox: only inside labels of modals. */
export function readChoiceInput(form: Form, type: number): WireComponent {
  const base = given<WireComponent>({
    type,
    id: form.integer('id', { min: 0 }),
    custom_id: form.requireString('custom_id', CUSTOM_ID),
    required: form.boolean('required'),
  });
  switch (type) {
    case ComponentType.FileUpload:
      return {
        ...base,
        ...given<WireComponent>({
          type,
          min_values: form.integer('min_values', { min: 0, max: 10 }),
          max_values: form.integer('max_values', { min: 1, max: 10 }),
        }),
      };
    case ComponentType.RadioGroup:
      return { ...base, ...given<WireComponent>({ type, options: readOptions(form, 2, 10) }) };
    case ComponentType.CheckboxGroup:
      return {
        ...base,
        ...given<WireComponent>({
          type,
          options: readOptions(form, 1, 10),
          min_values: form.integer('min_values', { min: 0, max: 10 }),
          max_values: form.integer('max_values', { min: 1, max: 10 }),
        }),
      };
    default:
      return { ...base, ...given<WireComponent>({ type, default: form.boolean('default') }) };
  }
}

function readOptions(form: Form, min: number, max: number): WireSelectOption[] | undefined {
  const seen = new Set<string>();
  return form.list('options', { min, max }, (option) => {
    const value = option.requireString('value', { min: 1, max: 100 });
    if (seen.has(value))
      option.refuse('value', 'SELECT_COMPONENT_OPTION_VALUE_DUPLICATED', 'The specified option value is already used');
    seen.add(value);
    return given<WireSelectOption>({
      label: option.requireString('label', { min: 1, max: 100 }),
      value,
      description: option.string('description', { max: 100 }),
      emoji: option.child('emoji', readEmoji),
      default: option.boolean('default'),
    });
  });
}

function readEmoji(form: Form): WireEmoji {
  const emoji = given<WireEmoji>({
    id: form.snowflake('id'),
    name: form.string('name', { max: 32 }),
    animated: form.boolean('animated'),
  });
  const isUnicode = emoji.id === undefined && emoji.name !== undefined && emoji.name !== null;
  if (isUnicode && !/\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u.test(emoji.name ?? ''))
    form.refuse('name', 'BUTTON_COMPONENT_INVALID_EMOJI', 'Invalid emoji');
  return emoji;
}
