// Modals: a dialog of labelled inputs. It stays open, with what was written, until the bot has taken the answer.

import { act, upload } from './api.js';
import { h, uniqueId } from './dom.js';
import { fileSize } from './format.js';
import { icon } from './icons.js';
import { outcomeOfReply } from './interactions.js';
import { markdown } from './markdown-view.js';
import { createMaskPainter } from './mask-painter.js';
import { createPicker, isSelect } from './picker.js';
import { store } from './store.js';

/** @import { PageModal, WireComponent } from '../wire.ts' */

/**
 * @typedef {object} Field
 * @property {string} customId
 * @property {HTMLElement} element
 * @property {(message: string) => void} complain
 * @property {() => string | string[] | boolean | Promise<string[]>} value
 */

/** @param {PageModal} modal */
export function openModal(modal) {
  /** @type {Field[]} */
  const fields = [];
  const picture = pictureBehind(modal);
  const body = modal.components.map((component) => renderTop(component, fields, picture));
  const titleId = uniqueId('modal');
  const problem = h('p', { class: 'form-error', role: 'alert' });
  const submit = h('button', { type: 'submit', class: 'button primary' }, h('span', null, 'Submit'));
  let submitted = false;
  const form = h(
    'form',
    {
      method: 'dialog',
      novalidate: true,
      onsubmit: async (/** @type {Event} */ event) => {
        event.preventDefault();
        problem.textContent = '';
        for (const field of fields) field.complain('');
        if (submit.getAttribute('aria-busy')) return;
        submit.setAttribute('aria-busy', 'true');
        const message = await send(modal, fields);
        submit.removeAttribute('aria-busy');
        if (message !== null) {
          problem.textContent = message;
          return;
        }
        submitted = true;
        dialog.close();
      },
    },
    h(
      'header',
      { class: 'modal-header' },
      h('h2', { id: titleId }, modal.title),
      h(
        'button',
        { type: 'button', class: 'icon-button', 'aria-label': 'Close', onclick: () => dialog.close() },
        icon('close'),
      ),
    ),
    h('div', { class: 'modal-body' }, ...body, problem),
    h(
      'footer',
      { class: 'modal-footer' },
      h(
        'button',
        { type: 'button', class: 'button secondary', onclick: () => dialog.close() },
        h('span', null, 'Cancel'),
      ),
      submit,
    ),
  );
  const dialog = h(
    'dialog',
    {
      class: 'modal',
      'aria-labelledby': titleId,
      onclose: () => {
        dialog.remove();
        if (!submitted) void act({ action: 'close-modal', modalId: modal.modalId });
      },
      onkeydown: (/** @type {KeyboardEvent} */ event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit();
      },
    },
    form,
  );
  document.body.append(dialog);
  dialog.showModal();
  /** @type {HTMLElement | null} */ (dialog.querySelector('.modal-body :is(input, textarea, button)'))?.focus();
}

/** @param {PageModal} modal @param {Field[]} fields @returns {Promise<string | null>} a sentence where it was not taken */
async function send(modal, fields) {
  /** @type {Record<string, string | string[] | boolean>} */
  const values = {};
  try {
    for (const field of fields) values[field.customId] = await field.value();
  } catch (error) {
    return error instanceof Error ? error.message : 'The file could not be uploaded.';
  }
  const reply = await act({ action: 'submit-modal', modalId: modal.modalId, fields: values });
  const at = reply.ok ? undefined : fields.find((field) => field.customId === reply.field);
  if (!reply.ok && at) {
    at.complain(reply.message);
    /** @type {HTMLElement | null} */ (at.element.querySelector('input, textarea, button'))?.focus();
    return '';
  }
  const outcome = await outcomeOfReply(reply);
  return outcome.ok ? null : outcome.message;
}

/** The picture of the message that the modal was opened from. @param {PageModal} modal */
function pictureBehind(modal) {
  const { channelId, messageId } = modal;
  const message = store.channels.get(channelId)?.messages.find(({ id }) => id === messageId);
  return message?.attachments.find((file) => file.content_type?.startsWith('image/'))?.url ?? null;
}

/** @param {WireComponent} component @param {Field[]} fields @param {string | null} picture @returns {Node} */
function renderTop(component, fields, picture) {
  if (component.type === 10) return markdown(component.content ?? '');
  const inner = component.type === 1 ? component.components?.[0] : component.component;
  if (!inner) return document.createComment(`component type ${component.type} is not shown in modals`);
  const label = component.label ?? inner.label ?? '';
  return renderField(inner, label, component.description ?? '', fields, picture);
}

/** @param {WireComponent} inner @param {string} label @param {string} description @param {Field[]} fields @param {string | null} picture */
function renderField(inner, label, description, fields, picture) {
  const inputId = uniqueId('input');
  const noteId = uniqueId('note');
  const error = h('p', { class: 'field-error', role: 'alert', id: noteId });
  const required = inner.type !== 23 && inner.required !== false;
  const made = makeInput(inner, label, inputId, noteId, picture);
  const grouped = inner.type === 21 || inner.type === 22;
  const element = h(
    grouped ? 'fieldset' : 'div',
    { class: 'field' },
    h(
      /** @type {'label'} */ (grouped ? 'legend' : 'label'),
      { class: 'field-label', for: grouped ? null : inputId },
      label,
      required && h('span', { class: 'required', 'aria-label': 'required' }, ' *'),
    ),
    description && h('p', { class: 'field-description' }, description),
    made.element,
    error,
  );
  fields.push({
    customId: inner.custom_id ?? '',
    element,
    value: made.value,
    complain: (message) => {
      error.textContent = message;
      element.classList.toggle('has-error', message !== '');
    },
  });
  return element;
}

/** @param {WireComponent} inner @param {string} label @param {string} id @param {string} noteId @param {string | null} picture @returns {{ element: Node, value: Field['value'] }} */
function makeInput(inner, label, id, noteId, picture) {
  if (isSelect(inner)) {
    const picker = createPicker(inner, { label, onChange: () => {} });
    picker.element.id = id;
    return { element: picker.element, value: picker.values };
  }
  if (inner.type === 19) return fileInput(inner, id, picture);
  if (inner.type === 21 || inner.type === 22) return choiceGroup(inner, id);
  if (inner.type === 23) {
    const box = h('input', { type: 'checkbox', id, checked: inner.default });
    return { element: h('span', { class: 'check-row' }, box), value: () => box.checked };
  }
  return textInput(inner, id, noteId);
}

/** @param {WireComponent} inner @param {string} id @param {string} noteId */
function textInput(inner, id, noteId) {
  const paragraph = inner.style === 2;
  const properties = {
    id,
    class: 'text-input',
    placeholder: inner.placeholder,
    maxlength: inner.max_length ?? 4000,
    'aria-describedby': noteId,
  };
  const input = paragraph
    ? h('textarea', { ...properties, rows: 4 })
    : h('input', { ...properties, type: 'text', autocomplete: 'off' });
  input.value = inner.value ?? '';
  const counter = h('span', { class: 'counter', 'aria-hidden': 'true' });
  const count = () => {
    counter.textContent = String((inner.max_length ?? 4000) - input.value.length);
    counter.hidden = input.value.length < (inner.max_length ?? 4000) * 0.8;
  };
  input.addEventListener('input', count);
  count();
  return { element: h('div', { class: 'text-input-wrap' }, input, counter), value: () => input.value };
}

/** @param {WireComponent} inner @param {string} id */
function choiceGroup(inner, id) {
  const type = inner.type === 21 ? 'radio' : 'checkbox';
  const options = (inner.options ?? []).map((option, at) => ({
    option,
    input: h('input', { type, name: id, id: `${id}-${at}`, value: option.value, checked: option.default }),
  }));
  const rows = options.map(({ option, input }) =>
    h(
      'label',
      { class: 'check-row', for: input.id },
      input,
      h('span', null, option.label, option.description && h('small', null, option.description)),
    ),
  );
  const chosen = () => options.filter(({ input }) => input.checked).map(({ option }) => option.value);
  return {
    element: h('div', { class: 'check-group' }, ...rows),
    value: () => (inner.type === 21 ? (chosen()[0] ?? '') : chosen()),
  };
}

/** Where there is a picture, a mask may be painted over it instead. @param {WireComponent} inner @param {string} id @param {string | null} picture */
function fileInput(inner, id, picture) {
  const names = h('span', { class: 'file-names' }, 'No file chosen');
  const input = h('input', {
    type: 'file',
    id,
    class: 'visually-hidden',
    multiple: (inner.max_values ?? 1) > 1,
    onchange: () => {
      const files = [...(input.files ?? [])];
      names.textContent = files.map((file) => `${file.name} (${fileSize(file.size)})`).join(', ') || 'No file chosen';
    },
  });
  const row = h(
    'div',
    { class: 'file-input' },
    input,
    h('label', { class: 'button secondary', for: id }, h('span', null, 'Choose a file')),
  );
  const element = h('div', null, row);
  /** @type {ReturnType<typeof createMaskPainter> | null} */
  let painter = null;
  if (picture !== null) {
    const open = () => {
      painter = createMaskPainter(picture, (isPainted) => {
        input.value = '';
        names.textContent = isPainted ? 'The mask you paint' : 'No file chosen';
      });
      element.append(painter.element);
      paint.hidden = true;
    };
    const paint = h(
      'button',
      { type: 'button', class: 'button secondary', onclick: open },
      h('span', null, 'Paint it'),
    );
    row.append(paint);
  }
  row.append(names);
  const value = async () => {
    const limit = store.state?.uploadLimitBytes ?? Number.POSITIVE_INFINITY;
    const chosen = [...(input.files ?? [])].slice(0, inner.max_values ?? 1);
    const painted = chosen.length === 0 ? await painter?.file() : null;
    const files = painted ? [painted] : chosen;
    for (const file of files) if (file.size > limit) throw new Error(`${file.name} is larger than ${fileSize(limit)}.`);
    const sent = await Promise.all(files.map(upload));
    return sent.map((each) => each.id);
  };
  return { element, value };
}
