// A member fills in and submits a modal. https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object-modal-submit-data-structure

import { ComponentType as C, InteractionType } from 'discord-api-types/v10';
import type { UploadedFile } from '../state/attachments.ts';
import { isTokenAlive, startInteraction } from '../state/interactions.ts';
import { numberComponents } from '../state/messages.ts';
import type { Channel, Interaction } from '../state/types.ts';
import type { World } from '../state.ts';
import type { PageModal, WireComponent } from '../wire.ts';
import { checkValues } from './components.ts';
import { type Resolved, resolveFile } from './options.ts';
import { ClientRefusal } from './refusal.ts';

export type FieldInput = string | readonly string[] | readonly UploadedFile[] | boolean;

/** By custom id. Inputs not named keep what they were prefilled with. */
export type FieldInputs = Readonly<Record<string, FieldInput>>;

export function showModal(interaction: Interaction): PageModal | undefined {
  const { modal } = interaction;
  if (!modal) return undefined;
  return {
    modalId: interaction.id,
    title: modal.title,
    channelId: interaction.channelId,
    ...(interaction.sourceMessageId !== undefined && { messageId: interaction.sourceMessageId }),
    components: numberComponents(modal.components),
  };
}

export function submitModal(world: World, userId: string, modalId: string, fields: FieldInputs): Interaction {
  const origin = world.interactions.get(modalId);
  const channel = origin && world.channels.get(origin.channelId);
  if (!origin?.modal || !channel || origin.userId !== userId || origin.modalUsed || !isTokenAlive(world, origin))
    throw new ClientRefusal('This window has expired.');
  const resolved: Resolved = {};
  const components = numberComponents(origin.modal.components).map((component) =>
    fill(world, channel, component, fields, resolved),
  );
  origin.modalUsed = true;
  return startInteraction(world, {
    type: InteractionType.ModalSubmit,
    userId,
    channel,
    data: { custom_id: origin.modal.customId, components, ...(Object.keys(resolved).length > 0 && { resolved }) },
    ...(origin.sourceMessageId !== undefined && { sourceMessageId: origin.sourceMessageId }),
  });
}

function fill(
  world: World,
  channel: Channel,
  component: WireComponent,
  fields: FieldInputs,
  resolved: Resolved,
): object {
  const { type, id } = component;
  if (type === C.ActionRow)
    return {
      type,
      id,
      components: (component.components ?? []).map((child) => fill(world, channel, child, fields, resolved)),
    };
  if (type === C.Label)
    return {
      type,
      id,
      ...(component.component && { component: fill(world, channel, component.component, fields, resolved) }),
    };
  if (type === C.TextDisplay) return { type, id };
  const customId = component.custom_id ?? '';
  return { type, id, custom_id: customId, ...fillInput(world, channel, component, fields[customId], resolved) };
}

function fillInput(
  world: World,
  channel: Channel,
  input: WireComponent,
  given: FieldInput | undefined,
  resolved: Resolved,
): object {
  const isRequired = input.required ?? true;
  switch (input.type) {
    case C.TextInput:
      return { value: checkText(input, given === undefined ? (input.value ?? '') : String(given), isRequired) };
    case C.Checkbox:
      return { value: given === undefined ? (input.default ?? false) : given === true };
    case C.RadioGroup: {
      const value = given === undefined ? input.options?.find((option) => option.default)?.value : String(given);
      if (value === undefined && isRequired) throw new ClientRefusal('One must be chosen.', input.custom_id);
      if (value !== undefined && !input.options?.some((option) => option.value === value))
        throw new ClientRefusal('This cannot be chosen.', input.custom_id);
      return { value: value ?? null };
    }
    case C.FileUpload: {
      const files = Array.isArray(given) ? given.filter((file): file is UploadedFile => typeof file === 'object') : [];
      const { min_values: min = 1, max_values: max = 1 } = input;
      if (files.length > max || (files.length < min && (isRequired || files.length > 0)))
        throw new ClientRefusal(`Between ${min} and ${max} files are needed.`, input.custom_id);
      return { values: files.map((file) => resolveFile(world, channel, file, resolved)) };
    }
    default: {
      const preset = (input.options ?? []).filter((option) => option.default).map(({ value }) => value);
      const values = Array.isArray(given) ? given.map(String) : preset;
      if (values.length === 0 && !isRequired) return { values };
      const checked = checkValues(
        world,
        channel,
        input.type === C.CheckboxGroup ? withGroupBounds(input) : input,
        values,
      );
      Object.assign(resolved, checked.resolved);
      return { values: checked.values };
    }
  }
}

/** A checkbox group may by default have all its boxes checked, and needs one. */
function withGroupBounds(input: WireComponent): WireComponent {
  return { ...input, min_values: input.min_values ?? 1, max_values: input.max_values ?? input.options?.length ?? 1 };
}

function checkText(input: WireComponent, text: string, isRequired: boolean): string {
  const length = [...text].length;
  const { min_length: min = 0, max_length: max = 4000 } = input;
  if (length === 0 && !isRequired) return text;
  if (length === 0) throw new ClientRefusal('This field is required.', input.custom_id);
  if (length < min || length > max)
    throw new ClientRefusal(`Between ${min} and ${max} characters are needed.`, input.custom_id);
  return text;
}
