// The body of a message to create or edit. https://docs.discord.com/developers/resources/message#create-message

import { MessageFlags } from 'discord-api-types/v10';
import type { Form } from '../../form.ts';
import type { AllowedMentions } from '../../state/mentions.ts';
import type { WireComponent, WireEmbed } from '../../wire.ts';
import { readMessageComponents } from './components.ts';
import { readEmbeds } from './embed.ts';

export const MAX_CONTENT = 2000;
export const MAX_ATTACHMENTS = 10;

export interface AttachmentEntry {
  /** Number n of the part `files[n]`, or the id of an attachment to keep. */
  id: string;
  filename: string | undefined;
  description: string | undefined;
  spoiler: boolean;
}

/** undefined: not named in the body; content '' stands for null as well. */
export interface MessageBody {
  content: string | undefined;
  embeds: WireEmbed[] | undefined;
  components: WireComponent[] | undefined;
  attachments: AttachmentEntry[] | undefined;
  flags: number | undefined;
  allowedMentions: AllowedMentions | undefined;
}

/** `isAlreadyV2`: an edit of a message that has the flag, which cannot be unset. Call `form.finish()` afterwards. */
export function readMessageBody(form: Form, isAlreadyV2 = false): MessageBody {
  const flags = form.integer('flags', { min: 0 });
  const isV2 = isAlreadyV2 || ((flags ?? 0) & MessageFlags.IsComponentsV2) !== 0;
  const body: MessageBody = {
    content: form.isNull('content') ? '' : form.string('content', { max: MAX_CONTENT }),
    embeds: form.isNull('embeds') ? [] : readEmbeds(form),
    components: form.isNull('components') ? [] : readMessageComponents(form, isV2),
    attachments: form.isNull('attachments')
      ? []
      : form.list('attachments', { max: MAX_ATTACHMENTS }, readAttachmentEntry),
    flags,
    allowedMentions: form.child('allowed_mentions', readAllowedMentions),
  };
  if (isV2) refuseLegacyFields(form, body);
  return body;
}

function refuseLegacyFields(form: Form, body: MessageBody): void {
  const code = 'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2';
  const refuse = (field: string) =>
    form.refuse(field, code, `The field ${field} cannot be used with MessageFlags.IS_COMPONENTS_V2`);
  if (body.content) refuse('content');
  if (body.embeds && body.embeds.length > 0) refuse('embeds');
  if (form.has('poll') && !form.isNull('poll')) refuse('poll');
  if (form.has('sticker_ids') && !form.isNull('sticker_ids')) refuse('sticker_ids');
}

function readAttachmentEntry(form: Form): AttachmentEntry {
  return {
    id: form.requireSnowflake('id'),
    filename: form.string('filename', { min: 1, max: 1024 }),
    description: form.string('description', { max: 1024 }),
    spoiler: form.boolean('is_spoiler') ?? false,
  };
}

function readAllowedMentions(form: Form): AllowedMentions {
  const mentions: AllowedMentions = {
    parse: form.strings('parse', { item: { oneOf: ['users', 'roles', 'everyone'] } }) ?? [],
    users: form.snowflakes('users', { max: 100 }) ?? [],
    roles: form.snowflakes('roles', { max: 100 }) ?? [],
    repliedUser: form.boolean('replied_user') ?? false,
  };
  for (const kind of ['users', 'roles'] as const) {
    if (mentions.parse.includes(kind) && mentions[kind].length > 0)
      form.refuse(
        kind,
        'MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE',
        `parse:["${kind}"] and ${kind}: [ids...] are mutually exclusive.`,
      );
  }
  return mentions;
}
