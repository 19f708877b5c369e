// Forms: a title and up to five labelled fields (Label components; action rows in modals are deprecated).

import {
  type APIAttachment,
  type APILabelComponent,
  type APIModalInteractionResponseCallbackData,
  type APIModalSubmission,
  ComponentType,
  TextInputStyle,
} from 'discord-api-types/v10';
import { shorten } from './message-body.ts';

export type ModalBody = APIModalInteractionResponseCallbackData;

export interface TextField {
  readonly id: string;
  readonly label: string;
  /** At most 100 characters. */
  readonly description?: string;
  readonly value?: string;
  readonly long?: boolean;
  readonly required?: boolean;
  readonly maxLength: number;
}

const maxTitle = 45;
const maxLabel = 45;
const maxDescription = 100;

function labelled(
  { label, description }: Pick<TextField, 'label' | 'description'>,
  component: APILabelComponent['component'],
): APILabelComponent {
  return {
    type: ComponentType.Label,
    label: shorten(label, maxLabel),
    ...(description === undefined ? {} : { description: shorten(description, maxDescription) }),
    component,
  };
}

export function textField(field: TextField): APILabelComponent {
  return labelled(field, {
    type: ComponentType.TextInput,
    custom_id: field.id,
    style: field.long ? TextInputStyle.Paragraph : TextInputStyle.Short,
    required: field.required ?? false,
    max_length: field.maxLength,
    ...(field.value ? { value: field.value.slice(0, field.maxLength) } : {}),
  });
}

/** One file of any type: what it is shows by its content. https://docs.discord.com/developers/components/reference#file-upload */
export function fileField(field: Pick<TextField, 'id' | 'label' | 'description'>): APILabelComponent {
  return labelled(field, {
    type: ComponentType.FileUpload,
    custom_id: field.id,
    required: true,
    min_values: 1,
    max_values: 1,
  });
}

export function modalBody(customId: string, title: string, fields: readonly APILabelComponent[]): ModalBody {
  return { custom_id: customId, title: shorten(title, maxTitle), components: [...fields] };
}

/** Field id -> what was typed or chosen. Unknown parts of the submission are left out. */
export function readModal(submission: APIModalSubmission): ReadonlyMap<string, string | readonly string[]> {
  const fields = new Map<string, string | readonly string[]>();
  for (const part of submission.components) {
    const inner = 'component' in part ? [part.component] : 'components' in part ? part.components : [];
    for (const field of inner) {
      if ('values' in field) fields.set(field.custom_id, field.values);
      else if (typeof field.value === 'string') fields.set(field.custom_id, field.value);
    }
  }
  return fields;
}

/** Field id -> the files that were attached there. Values stay ids in readModal; what they stand for is resolved beside the fields. */
export function readModalFiles(submission: APIModalSubmission): ReadonlyMap<string, readonly APIAttachment[]> {
  const attachments = new Map(Object.entries(submission.resolved?.attachments ?? {}));
  const files = new Map<string, readonly APIAttachment[]>();
  for (const [id, values] of readModal(submission)) {
    if (typeof values === 'string') continue;
    const found = values.flatMap((value) => attachments.get(value) ?? []);
    if (found.length > 0) files.set(id, found);
  }
  return files;
}
