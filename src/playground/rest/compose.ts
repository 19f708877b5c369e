// Joins a message's body with its uploaded files: which attachments stay, come and go, and whether anything is left to show.

import { MessageFlags } from 'discord-api-types/v10';
import { apiErrors } from '../api-error.ts';
import type { Form } from '../form.ts';
import { addAttachment, safeName } from '../state/attachments.ts';
import { eachComponent, type MessagePatch } from '../state/messages.ts';
import type { Attachment, Channel, Message } from '../state/types.ts';
import type { World } from '../state.ts';
import type { WireComponent, WireEmbed } from '../wire.ts';
import type { RequestFile } from './body.ts';
import { type AttachmentEntry, MAX_ATTACHMENTS, type MessageBody, readMessageBody } from './forms/message.ts';

export interface Composition {
  world: World;
  form: Form;
  files: RequestFile[];
  channel: Channel;
  /** The message being edited. */
  existing?: Message;
  ephemeral: boolean;
}

type Planned = { keep: Attachment; entry?: AttachmentEntry } | { file: RequestFile; entry?: AttachmentEntry };

/** Throws 50035, 40005 (file too large) or 50006 (nothing to send). Nothing is stored when it throws. */
export function composeMessage(composition: Composition): MessagePatch {
  const { world, form, files, channel, existing, ephemeral } = composition;
  const body = readMessageBody(form, existing !== undefined && (existing.flags & MessageFlags.IsComponentsV2) !== 0);
  const plan = planAttachments(form, body.attachments, files, existing?.attachments ?? []);
  const names = plan.map((planned) => ('keep' in planned ? planned.keep.filename : fileName(planned)));
  const isV2 = (((body.flags ?? 0) | (existing?.flags ?? 0)) & MessageFlags.IsComponentsV2) !== 0;
  checkReferences(world, form, body, names, isV2);
  form.finish();
  for (const file of files) {
    if (file.bytes.length <= world.uploadLimitBytes) continue;
    world.violate(
      'too-large',
      `${file.filename} has ${file.bytes.length} bytes, ${world.uploadLimitBytes} are allowed`,
    );
    throw apiErrors.tooLarge();
  }
  const content = body.content ?? existing?.content ?? '';
  const embeds = body.embeds ?? existing?.embeds ?? [];
  const components = body.components ?? existing?.components ?? [];
  if (content.trim() === '' && embeds.length === 0 && plan.length === 0 && !(isV2 && components.length > 0))
    throw apiErrors.emptyMessage();

  const attachments = plan.map((planned) => realise(world, channel, planned, ephemeral));
  return {
    ...(body.content !== undefined && { content: body.content }),
    ...(body.embeds !== undefined && { embeds: body.embeds }),
    ...(body.components !== undefined && { components: body.components }),
    ...(body.flags !== undefined && { flags: body.flags }),
    ...((body.attachments !== undefined || files.length > 0) && { attachments }),
    allowedMentions: body.allowedMentions,
  };
}

/** With a list, only what it names stays; uploaded files are always added, named or not. */
function planAttachments(
  form: Form,
  entries: AttachmentEntry[] | undefined,
  files: RequestFile[],
  existing: Attachment[],
): Planned[] {
  const plan: Planned[] = entries === undefined ? existing.map((keep) => ({ keep })) : [];
  const named = new Set<RequestFile>();
  for (const [position, entry] of (entries ?? []).entries()) {
    const file = files.find((candidate) => candidate.index === entry.id);
    const keep = existing.find((candidate) => candidate.id === entry.id);
    if (file) {
      named.add(file);
      plan.push({ file, entry });
    } else if (keep) plan.push({ keep, entry });
    else
      form.refuse(
        `attachments.${position}.id`,
        'ATTACHMENT_NOT_FOUND',
        `There is no file ${entry.id} in this request or message.`,
      );
  }
  for (const file of files) if (!named.has(file)) plan.push({ file });
  if (plan.length > MAX_ATTACHMENTS)
    form.refuse('attachments', 'BASE_TYPE_MAX_LENGTH', `Must be ${MAX_ATTACHMENTS} or fewer in length.`);
  return plan;
}

function realise(world: World, channel: Channel, planned: Planned, ephemeral: boolean): Attachment {
  const { entry } = planned;
  if ('keep' in planned) {
    if (entry?.description !== undefined) planned.keep.description = entry.description;
    return planned.keep;
  }
  const { bytes } = planned.file;
  const file = {
    filename: fileName(planned),
    bytes,
    description: entry?.description,
    spoiler: entry?.spoiler ?? false,
  };
  return addAttachment(world, channel.id, file, ephemeral);
}

function fileName(planned: { file: RequestFile; entry?: AttachmentEntry }): string {
  return safeName(planned.entry?.filename ?? planned.file.filename);
}

function checkReferences(world: World, form: Form, body: MessageBody, names: string[], isV2: boolean): void {
  const used = [...embedLinks(body.embeds ?? []), ...componentLinks(body.components ?? [])]
    .filter((url) => url.startsWith('attachment://'))
    .map((url) => url.slice('attachment://'.length));
  for (const name of used) {
    if (!names.includes(name))
      form.refuse(
        isV2 ? 'components' : 'embeds',
        'UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND',
        `The attachment ${name} was not found.`,
      );
  }
  if (!isV2 || body.components === undefined) return;
  for (const name of names)
    if (!used.includes(name)) world.violate('unshown-file', `no component shows the attachment ${name}`);
}

function embedLinks(embeds: WireEmbed[]): string[] {
  return embeds.flatMap((embed) => [embed.image?.url ?? '', embed.thumbnail?.url ?? '']);
}

function componentLinks(components: WireComponent[]): string[] {
  return [...eachComponent(components)].flatMap((component) => [
    component.media?.url ?? '',
    component.file?.url ?? '',
    ...(component.items ?? []).map((item) => item.media.url),
  ]);
}
