// Carries out what one does on the page: the same verbs as a test's actor, read from JSON.

import { ApplicationCommandOptionType } from 'discord-api-types/v10';
import { deleteMessage, dismissMessage, react, sendMessage } from '../actors/chat.ts';
import { askForChoices, type CommandUse, useCommand, useContextMenu } from '../actors/commands.ts';
import { chooseOptions, pressButton } from '../actors/components.ts';
import { Invocation } from '../actors/invocation.ts';
import { type FieldInput, submitModal } from '../actors/modals.ts';
import type { OptionInput } from '../actors/options.ts';
import { ClientRefusal } from '../actors/refusal.ts';
import { Form, isRecord } from '../form.ts';
import { LOCALES, setLocale } from '../state/locales.ts';
import { eachComponent } from '../state/messages.ts';
import type { CommandOption } from '../state/types.ts';
import type { World } from '../state.ts';
import type { PageReply } from '../wire.ts';
import type { Uploads } from './uploads.ts';

const ACTIONS = [
  'command',
  'autocomplete',
  'context-menu',
  'click',
  'select',
  'submit-modal',
  'close-modal',
  'send',
  'delete-message',
  'dismiss',
  'react',
  'set-locale',
] as const;
const CHOICES_WITHIN_MS = 3500;

/** Refusals come back as `ok: false`; throws ApiError for JSON that is no action at all. */
export async function act(world: World, uploads: Uploads, userId: string, json: unknown): Promise<PageReply> {
  const form = new Form(json);
  const action = form.requireString('action', { oneOf: ACTIONS });
  const id = (name: string) => form.requireSnowflake(name);
  const on = () => ({ userId, channelId: id('channelId'), messageId: id('messageId') });
  const checked = <T>(value: T): T => {
    form.finish();
    return value;
  };
  try {
    switch (action) {
      case 'command': {
        const use = checked(readUse(world, uploads, userId, form));
        return { ok: true, interactionId: useCommand(world, use).id };
      }
      case 'autocomplete': {
        const focused = form.requireString('focused');
        const use = checked(readUse(world, uploads, userId, form));
        const invocation = new Invocation(world, askForChoices(world, use, focused));
        return {
          ok: true,
          interactionId: invocation.id,
          choices: await invocation.choices(CHOICES_WITHIN_MS).catch(() => []),
        };
      }
      case 'context-menu': {
        const [use, target] = checked([
          { userId, channelId: id('channelId'), commandId: id('commandId') },
          id('targetId'),
        ] as const);
        return { ok: true, interactionId: useContextMenu(world, use, target).id };
      }
      case 'click': {
        const use = checked({ ...on(), customId: form.requireString('customId') });
        return { ok: true, interactionId: pressButton(world, use).id };
      }
      case 'select': {
        const use = checked({ ...on(), customId: form.requireString('customId') });
        const values = form.strings('values', { max: 25 }) ?? [];
        return { ok: true, interactionId: chooseOptions(world, checked(use), values).id };
      }
      case 'submit-modal': {
        const modalId = checked(id('modalId'));
        const fields = readFields(world, uploads, userId, modalId, form.raw('fields'));
        return { ok: true, interactionId: submitModal(world, userId, modalId, fields).id };
      }
      case 'send': {
        const files = (form.strings('uploads', { max: 10 }) ?? []).map((upload) => uploads.take(userId, upload));
        const replyTo = form.snowflake('replyTo');
        const chat = checked({ userId, channelId: id('channelId'), content: form.string('content') ?? '', files });
        return { ok: true, messageId: sendMessage(world, { ...chat, ...(replyTo !== undefined && { replyTo }) }).id };
      }
      case 'delete-message':
      case 'dismiss': {
        const { channelId, messageId } = checked(on());
        (action === 'dismiss' ? dismissMessage : deleteMessage)(world, userId, channelId, messageId);
        return { ok: true };
      }
      case 'set-locale': {
        const locale = checked(form.requireString('locale', { oneOf: LOCALES.map(({ code }) => code) }));
        setLocale(world, userId, locale);
        return { ok: true };
      }
      case 'react': {
        const { channelId, messageId } = checked(on());
        const emoji = checked(form.requireString('emoji', { min: 1, max: 64 }));
        react(world, userId, channelId, messageId, emoji, form.boolean('remove') !== true);
        return { ok: true };
      }
      default:
        // Closing a modal tells the bot nothing, as on Discord.
        checked(undefined);
        return { ok: true };
    }
  } catch (error) {
    if (!(error instanceof ClientRefusal)) throw error;
    return { ok: false, message: error.message, ...(error.field !== undefined && { field: error.field }) };
  }
}

function readUse(world: World, uploads: Uploads, userId: string, form: Form): CommandUse {
  const commandId = form.requireSnowflake('commandId');
  const path = form.strings('path', { max: 2 }) ?? [];
  const definitions = optionsAt(world.commands.get(commandId)?.body.options ?? [], path);
  const entries = form.list('options', { max: 25 }, (option): [string, OptionInput] => {
    const name = option.requireString('name');
    const value = option.raw('value');
    const isAttachment =
      definitions.find((definition) => definition.name === name)?.type === ApplicationCommandOptionType.Attachment;
    if (isAttachment) return [name, uploads.take(userId, String(value))];
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return [name, value];
    option.refuse('value', 'BASE_TYPE_REQUIRED', 'This field is required');
    return [name, ''];
  });
  return { userId, channelId: form.requireSnowflake('channelId'), commandId, path, values: new Map(entries ?? []) };
}

function optionsAt(options: CommandOption[], path: string[]): CommandOption[] {
  return path.reduce((level, name) => level.find((option) => option.name === name)?.options ?? [], options);
}

/** Lists are files where the modal has a file upload, else chosen values. */
function readFields(
  world: World,
  uploads: Uploads,
  userId: string,
  modalId: string,
  raw: unknown,
): Record<string, FieldInput> {
  const modal = world.interactions.get(modalId)?.modal;
  const FILE_UPLOAD = 19;
  const uploadIds = new Set(
    [...eachComponent(modal?.components ?? [])]
      .filter(({ type }) => type === FILE_UPLOAD)
      .map(({ custom_id }) => custom_id),
  );
  const fields: Record<string, FieldInput> = {};
  for (const [name, value] of Object.entries(isRecord(raw) ? raw : {})) {
    if (Array.isArray(value)) {
      const texts = value.map(String);
      fields[name] = uploadIds.has(name) ? texts.map((upload) => uploads.take(userId, upload)) : texts;
    } else fields[name] = typeof value === 'boolean' ? value : String(value);
  }
  return fields;
}
