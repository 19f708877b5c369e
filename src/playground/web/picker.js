// Select menus of all kinds, in messages and in modals: a button that opens a list, with a search field where members, roles or
// channels are chosen. One value closes the list at once; several are sent when it closes.

import { avatar } from './avatar.js';
import { h, uniqueId } from './dom.js';
import { arrowKeys, float } from './floating.js';
import { icon } from './icons.js';
import { store } from './store.js';

/** @import { WireComponent, WireEmoji } from '../wire.ts' */

/**
 * @typedef {object} Choice
 * @property {string} value
 * @property {string} label
 * @property {string | null} [description]
 * @property {WireEmoji} [emoji]
 * @property {() => Node} [lead] drawn before the label
 */

const SELECT_TYPES = new Set([3, 5, 6, 7, 8]);

/** @param {WireComponent} component */
export function isSelect(component) {
  return SELECT_TYPES.has(component.type);
}

/** @param {WireComponent} component @returns {Choice[]} */
export function choicesOf(component) {
  const state = store.state;
  if (component.type === 3) return component.options ?? [];
  if (!state) return [];
  /** @type {Choice[]} */
  const users = [state.bot, ...state.members].map((user) => ({
    value: user.id,
    label: user.name,
    description: user.username,
    lead: () => avatar(user, 'small'),
  }));
  /** @type {Choice[]} */
  const roles = state.roles.map((role) => ({ value: role.id, label: `@${role.name}` }));
  if (component.type === 5) return users;
  if (component.type === 6) return roles;
  if (component.type === 7) return [...users, ...roles];
  const kinds = { text: 0, dm: 1, thread: 11 };
  return state.channels
    .filter((channel) => channel.kind !== 'dm')
    .filter((channel) => !component.channel_types?.length || component.channel_types.includes(kinds[channel.kind]))
    .map((channel) => ({ value: channel.id, label: channel.name, lead: () => icon('hash', 16) }));
}

/** @param {WireEmoji | undefined} emoji @returns {HTMLElement | null} */
export function emojiNode(emoji) {
  if (!emoji?.name) return null;
  return h('span', { class: 'emoji' }, emoji.id ? `:${emoji.name}:` : emoji.name);
}

/**
 * @param {WireComponent} component
 * @param {{ label: string, disabled?: boolean, busy?: boolean, onChange: (values: string[]) => void }} options
 * @returns {{ element: HTMLElement, values: () => string[] }}
 */
export function createPicker(component, { label, disabled = false, busy = false, onChange }) {
  const choices = choicesOf(component);
  const min = component.min_values ?? 1;
  const max = component.max_values ?? 1;
  const preset =
    component.type === 3
      ? (component.options ?? []).filter((each) => each.default).map((each) => each.value)
      : (component.default_values ?? []).map((each) => each.id);
  let chosen = new Set(preset);
  const text = h('span', { class: 'picker-text' });
  const button = h(
    'button',
    {
      type: 'button',
      class: busy ? 'picker is-busy' : 'picker',
      disabled: disabled || busy,
      'aria-haspopup': 'listbox',
      'aria-label': label,
      'data-custom-id': component.custom_id,
      onclick: () => openList(),
    },
    text,
    icon('down', 18),
  );
  const draw = () => {
    const picked = choices.filter((choice) => chosen.has(choice.value));
    text.classList.toggle('placeholder', picked.length === 0);
    text.replaceChildren(
      ...(picked.length === 0
        ? [component.placeholder || 'Make a selection']
        : picked.map((choice) =>
            h('span', { class: max > 1 ? 'picker-chip' : '' }, emojiNode(choice.emoji), choice.label),
          )),
    );
    button.setAttribute(
      'aria-label',
      `${label}: ${picked.map((choice) => choice.label).join(', ') || 'nothing chosen'}`,
    );
  };
  const openList = () => {
    const before = [...chosen].join();
    const close = showList({
      anchor: button,
      label,
      choices,
      chosen,
      multiple: max > 1,
      search: component.type !== 3 || choices.length > 12,
      toggle: (value) => {
        if (max === 1) {
          const same = chosen.has(value);
          chosen = same && min === 0 ? new Set() : new Set([value]);
          draw();
          close();
          return;
        }
        if (chosen.has(value)) chosen.delete(value);
        else if (chosen.size < max) chosen.add(value);
        draw();
      },
      onClose: () => {
        if ([...chosen].join() === before) return;
        if (chosen.size < min) {
          store.emit('toast', `Choose at least ${min}.`);
          chosen = new Set(preset);
          draw();
          return;
        }
        onChange([...chosen]);
      },
    });
  };
  draw();
  return { element: button, values: () => [...chosen] };
}

/**
 * @param {{ anchor: HTMLElement, label: string, choices: Choice[], chosen: Set<string>, multiple: boolean, search: boolean,
 *   toggle: (value: string) => void, onClose: () => void }} options
 * @returns {() => void} closes it
 */
function showList({ anchor, label, choices, chosen, multiple, search, toggle, onClose }) {
  const listId = uniqueId('list');
  const list = h('div', {
    class: 'options',
    role: 'listbox',
    id: listId,
    'aria-label': label,
    'aria-multiselectable': multiple ? 'true' : null,
  });
  const current = new Set(chosen);
  const draw = (filter = '') => {
    const wanted = filter.trim().toLowerCase();
    const matching = choices.filter((choice) =>
      `${choice.label} ${choice.description ?? ''}`.toLowerCase().includes(wanted),
    );
    list.replaceChildren(...matching.map(row));
    if (matching.length === 0) list.append(h('p', { class: 'options-empty' }, 'No results.'));
  };
  /** @param {Choice} choice */
  const row = (choice) => {
    const selected = current.has(choice.value);
    return h(
      'button',
      {
        type: 'button',
        class: 'option',
        role: 'option',
        'aria-selected': String(selected),
        onclick: (/** @type {Event} */ event) => {
          toggle(choice.value);
          const element = /** @type {HTMLElement} */ (event.currentTarget);
          const now = element.getAttribute('aria-selected') !== 'true';
          element.setAttribute('aria-selected', String(now));
          if (now) current.add(choice.value);
          else current.delete(choice.value);
        },
      },
      choice.lead?.() ?? emojiNode(choice.emoji),
      h('span', { class: 'option-text' }, choice.label, choice.description && h('small', null, choice.description)),
      h('span', { class: multiple ? 'tick tick-box' : 'tick' }, icon('check', 14)),
    );
  };
  draw();
  const field = h('input', {
    class: 'picker-search',
    type: 'search',
    placeholder: 'Search',
    'aria-label': `Search ${label}`,
    'aria-controls': listId,
    oninput: () => draw(field.value),
  });
  const panel = h('div', { class: 'picker-panel' }, search && field, list);
  arrowKeys(panel, '.option');
  const close = float(panel, anchor, { matchWidth: true, onClose });
  const first = list.querySelector('[aria-selected=true]') ?? list.querySelector('.option');
  const target = search ? field : first;
  if (target instanceof HTMLElement) target.focus();
  return close;
}
