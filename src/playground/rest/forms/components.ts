// Component trees of messages and modals: which may stand where, how many, and that custom ids are unique.
// https://docs.discord.com/developers/components/reference

import { ComponentType as C } from 'discord-api-types/v10';
import type { Form } from '../../form.ts';
import { eachComponent } from '../../state/messages.ts';
import type { Modal } from '../../state/types.ts';
import type { WireComponent } from '../../wire.ts';
import { readMedia } from './embed.ts';
import { given } from './given.ts';
import { readButton, readChoiceInput, readSelect, readTextInput, SELECTS } from './inputs.ts';

const MAX_ROWS = 5;
const MAX_BUTTONS_IN_ROW = 5;
const MAX_V2_COMPONENTS = 40;
/** Over all text displays of one message. */
const MAX_V2_TEXT = 4000;

const V2_TOP: readonly number[] = [
  C.ActionRow,
  C.Section,
  C.TextDisplay,
  C.MediaGallery,
  C.File,
  C.Separator,
  C.Container,
];
const IN_CONTAINER: readonly number[] = V2_TOP.filter((type) => type !== C.Container);
const IN_LABEL: readonly number[] = [C.TextInput, ...SELECTS, C.FileUpload, C.RadioGroup, C.CheckboxGroup, C.Checkbox];

export function readMessageComponents(form: Form, isV2: boolean): WireComponent[] | undefined {
  const allowed = isV2 ? V2_TOP : [C.ActionRow];
  const max = isV2 ? MAX_V2_COMPONENTS : MAX_ROWS;
  const components = form.list('components', { max }, (child) => readComponent(child, allowed));
  if (!components) return undefined;
  const all = [...eachComponent(components)];
  if (isV2 && all.length > MAX_V2_COMPONENTS)
    form.refuse(
      'components',
      'COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED',
      `The total number of components cannot exceed ${MAX_V2_COMPONENTS}`,
    );
  if (isV2 && all.reduce((sum, { content }) => sum + (content?.length ?? 0), 0) > MAX_V2_TEXT)
    form.refuse(
      'components',
      'COMPONENT_MAX_DISPLAYABLE_TEXT_SIZE_EXCEEDED',
      `Displayable text cannot exceed ${MAX_V2_TEXT} characters`,
    );
  refuseDuplicates(form, all);
  return components;
}

export function readModal(form: Form): Modal {
  const components =
    form.list('components', { min: 1, max: 5 }, (child) =>
      readComponent(child, [C.Label, C.TextDisplay, C.ActionRow], true),
    ) ?? [];
  if (!form.has('components')) form.refuse('components', 'BASE_TYPE_REQUIRED', 'This field is required');
  refuseDuplicates(form, [...eachComponent(components)]);
  return {
    customId: form.requireString('custom_id', { min: 1, max: 100 }),
    title: form.requireString('title', { min: 1, max: 45 }),
    components,
  };
}

function readComponent(form: Form, allowed: readonly number[], inModal = false): WireComponent {
  const type = form.requireInteger('type');
  if (!allowed.includes(type)) {
    form.refuse('type', 'UNION_TYPE_CHOICES', `Value of field "type" must be one of (${allowed.join(', ')}).`);
    return { type };
  }
  const base = given<WireComponent>({ type, id: form.integer('id', { min: 0 }) });
  switch (type) {
    case C.ActionRow:
      return { ...base, components: inModal ? readModalRow(form) : readRow(form) };
    case C.Section:
      return { ...base, ...readSection(form) };
    case C.TextDisplay:
      return { ...base, content: form.requireString('content', { min: 1, max: MAX_V2_TEXT }) };
    case C.MediaGallery:
      return { ...base, items: readGallery(form) };
    case C.File:
      return { ...base, ...readFile(form) };
    case C.Separator:
      return {
        ...base,
        divider: form.boolean('divider') ?? true,
        spacing: form.integer('spacing', { oneOf: [1, 2] }) ?? 1,
      };
    case C.Container:
      return {
        ...base,
        accent_color: form.integer('accent_color', { min: 0, max: 0xffffff }) ?? null,
        spoiler: form.boolean('spoiler') ?? false,
        components:
          form.list('components', { min: 1, max: MAX_V2_COMPONENTS }, (child) => readComponent(child, IN_CONTAINER)) ??
          [],
      };
    case C.Label:
      return { ...base, ...readLabel(form) };
    case C.Button:
      return readButton(form);
    case C.TextInput:
      return readTextInput(form, false);
    default:
      return SELECTS.includes(type) ? readSelect(form, type) : readChoiceInput(form, type);
  }
}

function readRow(form: Form): WireComponent[] {
  const children = form.list('components', { min: 1, max: MAX_BUTTONS_IN_ROW }, (child) =>
    readComponent(child, [C.Button, ...SELECTS]),
  );
  if (!children) form.refuse('components', 'BASE_TYPE_REQUIRED', 'This field is required');
  const selects = (children ?? []).filter((child) => SELECTS.includes(child.type)).length;
  if (selects > 0 && (children?.length ?? 0) > 1)
    form.refuse('components', 'COMPONENT_LAYOUT_WIDTH_EXCEEDED', 'A select fills its row');
  return children ?? [];
}

function readModalRow(form: Form): WireComponent[] {
  return (
    form.list('components', { min: 1, max: 1 }, (child) => {
      const type = child.requireInteger('type', { oneOf: [C.TextInput] });
      return type === C.TextInput ? readTextInput(child, true) : { type };
    }) ?? []
  );
}

function readSection(form: Form): Partial<WireComponent> {
  const accessory = form.child('accessory', (child) => {
    const type = child.requireInteger('type', { oneOf: [C.Button, C.Thumbnail] });
    if (type === C.Button) return readButton(child);
    return given<WireComponent>({
      type,
      id: child.integer('id', { min: 0 }),
      media: child.child('media', readMedia),
      description: child.string('description', { max: 1024 }),
      spoiler: child.boolean('spoiler'),
    });
  });
  if (!accessory) form.refuse('accessory', 'BASE_TYPE_REQUIRED', 'This field is required');
  return {
    components: form.list('components', { min: 1, max: 3 }, (child) => readComponent(child, [C.TextDisplay])) ?? [],
    ...(accessory && { accessory }),
  };
}

function readGallery(form: Form): NonNullable<WireComponent['items']> {
  const items = form.list('items', { min: 1, max: 10 }, (item) => ({
    media: item.child('media', readMedia) ?? missingMedia(item, 'media'),
    description: item.string('description', { max: 1024 }) ?? null,
    spoiler: item.boolean('spoiler') ?? false,
  }));
  if (!items) form.refuse('items', 'BASE_TYPE_REQUIRED', 'This field is required');
  return items ?? [];
}

function readFile(form: Form): Partial<WireComponent> {
  const file = form.child('file', readMedia) ?? missingMedia(form, 'file');
  if (!file.url.startsWith('attachment://'))
    form.refuse('file.url', 'STRING_TYPE_REGEX', 'A file component shows attachments only.');
  return { file, spoiler: form.boolean('spoiler') ?? false };
}

function missingMedia(form: Form, field: string): { url: string } {
  form.refuse(field, 'BASE_TYPE_REQUIRED', 'This field is required');
  return { url: '' };
}

function readLabel(form: Form): Partial<WireComponent> {
  const component = form.child('component', (child) => readComponent(child, IN_LABEL, true));
  if (!component) form.refuse('component', 'BASE_TYPE_REQUIRED', 'This field is required');
  return {
    label: form.requireString('label', { min: 1, max: 45 }),
    ...given<{ description?: string; component?: WireComponent }>({
      description: form.string('description', { min: 1, max: 100 }),
      component,
    }),
  };
}

function refuseDuplicates(form: Form, all: WireComponent[]): void {
  const customIds = all.flatMap(({ custom_id }) => (custom_id === undefined ? [] : [custom_id]));
  if (new Set(customIds).size < customIds.length)
    form.refuse('components', 'COMPONENT_CUSTOM_ID_DUPLICATED', 'Component custom id cannot be duplicated');
  const ids = all.flatMap(({ id }) => (id === undefined || id === 0 ? [] : [id]));
  if (new Set(ids).size < ids.length)
    form.refuse('components', 'COMPONENT_ID_DUPLICATED', 'Component id cannot be duplicated');
}
