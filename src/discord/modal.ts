// Forms: a title and up to five labelled fields (Label components; action rows in modals are deprecated).

import {
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
  readonly value?: string;
  readonly long?: boolean;
  readonly required?: boolean;
  readonly maxLength: number;
}

const maxTitle = 45;
const maxLabel = 45;

export function textField(field: TextField): APILabelComponent {
  return {
    type: ComponentType.Label,
    label: shorten(field.label, maxLabel),
    component: {
      type: ComponentType.TextInput,
      custom_id: field.id,
      style: field.long ? TextInputStyle.Paragraph : TextInputStyle.Short,
      required: field.required ?? false,
      max_length: field.maxLength,
      ...(field.value ? { value: field.value.slice(0, field.maxLength) } : {}),
    },
  };
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
