// One option of a command in the composer: its name, and a field (or a file) for its value.

import { upload } from './api.js';
import { fixedChoices, readValue, shownName } from './command-text.js';
import { h } from './dom.js';
import { fileSize } from './format.js';
import { icon } from './icons.js';
import { choicesOf } from './picker.js';
import { store } from './store.js';

/** @import { PageOption } from '../wire.ts' */
/** @import { Choice } from './picker.js' */

const ATTACHMENT = 11;
/** Option type to the select type that lists the same things. @type {Record<number, number>} */
const LISTED = { 6: 5, 7: 8, 8: 6, 9: 7 };

/**
 * @typedef {object} Pill
 * @property {PageOption} option
 * @property {HTMLElement} element
 * @property {HTMLTextAreaElement | HTMLButtonElement} field what takes the focus
 * @property {() => boolean} isEmpty
 * @property {() => { value: string | number | boolean } | { problem: string }} read
 * @property {(text: string, value?: string | number | boolean) => void} set
 * @property {(file: File) => void} setFile
 * @property {(problem: boolean) => void} mark
 */

/** @param {PageOption} option */
export const isFileOption = (option) => option.type === ATTACHMENT;

/** @param {PageOption} option @returns {Choice[]} people, roles or channels to choose from */
export function listedChoices(option) {
  const type = LISTED[option.type];
  return type === undefined ? [] : choicesOf({ type });
}

/** @param {PageOption} option @param {{ onInput: () => void, onKey: (event: KeyboardEvent) => void, onFocus: () => void }} handlers @returns {Pill} */
export function createPill(option, handlers) {
  return isFileOption(option) ? filePill(option, handlers) : textPill(option, handlers);
}

/** @param {PageOption} option @param {{ onInput: () => void, onKey: (event: KeyboardEvent) => void, onFocus: () => void }} handlers @returns {Pill} */
function textPill(option, { onInput, onKey, onFocus }) {
  /** The value behind a chosen label. @type {{ text: string, value: string | number | boolean } | null} */
  let chosen = null;
  const field = h('textarea', {
    rows: 1,
    class: 'pill-field',
    spellcheck: option.type === 3 ? 'true' : 'false',
    autocomplete: 'off',
    role: 'combobox',
    'aria-expanded': 'false',
    'aria-autocomplete': 'list',
    'aria-label': `${shownName(option)}${option.required ? ', required' : ''}: ${option.description}`,
    oninput: () => {
      field.value = field.value.replace(/\n/g, ' ');
      growField(field);
      onInput();
    },
    onkeydown: onKey,
    onfocus: onFocus,
  });
  const element = h(
    'span',
    { class: 'pill', 'data-option': option.name, onclick: () => field.focus() },
    h('span', { class: 'pill-name', 'aria-hidden': 'true' }, shownName(option)),
    field,
  );
  const read = () => {
    const text = field.value;
    if (chosen?.text === text) return { value: chosen.value };
    if (LISTED[option.type] === undefined) return readValue(option, text);
    const wanted = text.trim().replace(/^[@#]/, '').toLowerCase();
    const found = listedChoices(option).find(
      (each) => each.label.replace(/^[@#]/, '').toLowerCase() === wanted || each.value === wanted,
    );
    return found ? { value: found.value } : { problem: 'Choose one from the list.' };
  };
  growField(field);
  return {
    option,
    element,
    field,
    isEmpty: () => field.value.trim() === '',
    read,
    set: (text, value) => {
      field.value = text;
      chosen = value === undefined ? null : { text, value };
      growField(field);
    },
    setFile: () => {},
    mark: (problem) => {
      element.classList.toggle('is-wrong', problem);
      field.setAttribute('aria-invalid', String(problem));
    },
  };
}

/** Grows a field with its text where the browser cannot (field-sizing: content). @param {HTMLTextAreaElement} field */
function growField(field) {
  if (CSS.supports('field-sizing', 'content')) return;
  field.style.setProperty('width', `${Math.min(Math.max(field.value.length + 1, 3), 60)}ch`);
  field.style.setProperty('height', 'auto');
  if (field.isConnected) field.style.setProperty('height', `${field.scrollHeight}px`);
}

/** @param {PageOption} option @param {{ onInput: () => void, onKey: (event: KeyboardEvent) => void, onFocus: () => void }} handlers @returns {Pill} */
function filePill(option, { onInput, onKey, onFocus }) {
  /** @type {string | null} */
  let uploadId = null;
  let busy = false;
  const label = h('span', null, 'Choose a file');
  const lead = h('span', { class: 'pill-thumbnail' }, icon('image', 16));
  const input = h('input', {
    type: 'file',
    class: 'visually-hidden',
    tabindex: '-1',
    'aria-hidden': 'true',
    onchange: () => input.files?.[0] && setFile(input.files[0]),
  });
  const field = h(
    'button',
    {
      type: 'button',
      class: 'pill-file',
      'aria-label': `${shownName(option)}: ${option.description}. Choose a file`,
      onclick: () => input.click(),
      onkeydown: onKey,
      onfocus: onFocus,
    },
    lead,
    label,
  );
  const element = h(
    'span',
    { class: 'pill', 'data-option': option.name },
    h('span', { class: 'pill-name', 'aria-hidden': 'true' }, shownName(option)),
    field,
    input,
  );
  /** @param {File} file */
  const setFile = async (file) => {
    const limit = store.state?.uploadLimitBytes ?? Number.POSITIVE_INFINITY;
    if (file.size > limit) {
      store.emit('toast', `${file.name} is larger than ${fileSize(limit)}.`);
      return;
    }
    busy = true;
    label.textContent = `${file.name}…`;
    try {
      const sent = await upload(file);
      uploadId = sent.id;
      label.textContent = file.name;
      showThumbnail(lead, file);
      field.setAttribute('aria-label', `${shownName(option)}: ${file.name}. Choose another file`);
    } catch (error) {
      uploadId = null;
      label.textContent = 'Choose a file';
      showThumbnail(lead, null);
      store.emit('toast', error instanceof Error ? error.message : 'The file could not be uploaded.');
    } finally {
      busy = false;
      onInput();
    }
  };
  return {
    option,
    element,
    field,
    isEmpty: () => uploadId === null && !busy,
    read: () =>
      uploadId === null
        ? { problem: busy ? 'The file is still being uploaded.' : 'Choose a file.' }
        : { value: uploadId },
    set: () => {},
    setFile: (file) => void setFile(file),
    mark: (problem) => {
      element.classList.toggle('is-wrong', problem);
    },
  };
}

/** A picture in place of the sign for one. @param {HTMLElement} lead @param {File | null} file */
function showThumbnail(lead, file) {
  const shown = lead.querySelector('img');
  if (shown) URL.revokeObjectURL(shown.src);
  const isPicture = file?.type.startsWith('image/') ?? false;
  lead.replaceChildren(
    file && isPicture ? h('img', { src: URL.createObjectURL(file), alt: '' }) : icon(file ? 'file' : 'image', 16),
  );
}

/** @param {PageOption} option @returns {boolean} whether values come from a list */
export function hasList(option) {
  return option.autocomplete === true || fixedChoices(option).length > 0 || LISTED[option.type] !== undefined;
}
