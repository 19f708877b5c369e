// The panel over the composer: a hint about what is being written, and a list to choose from. The focus stays in the field; the
// chosen row is told to screen readers by aria-activedescendant.

import { $, h, uniqueId } from './dom.js';

/**
 * @typedef {object} Suggestion
 * @property {string} label
 * @property {string} [description]
 * @property {Node} [lead]
 * @property {string} [hint] at the end of the row
 * @property {() => void} run
 */

/**
 * @typedef {object} Content
 * @property {Node | string} [heading]
 * @property {string} [problem]
 * @property {string} [note] said where there is nothing to choose
 * @property {Suggestion[]} [items]
 * @property {boolean} [preselect] whether the first row is chosen from the start
 */

const panel = $('#suggestions');
/** @type {Suggestion[]} */
let items = [];
let active = -1;
/** @type {HTMLElement | null} */
let field = null;

/** @param {HTMLElement} input the field that has the focus @param {Content} content */
export function showSuggestions(input, { heading, problem, note, items: wanted = [], preselect = false }) {
  field = input;
  items = wanted;
  active = preselect && items.length > 0 ? 0 : -1;
  const list = h(
    'div',
    { role: 'listbox', id: 'suggestion-list', class: 'suggestion-list', 'aria-label': 'Suggestions' },
    ...items.map((item, at) =>
      h(
        'div',
        {
          role: 'option',
          id: uniqueId('suggestion'),
          class: 'suggestion',
          'aria-selected': 'false',
          onpointerdown: (/** @type {Event} */ event) => {
            // The field keeps the focus.
            event.preventDefault();
          },
          onclick: () => item.run(),
          onpointermove: () => {
            if (active !== at) choose(at, false);
          },
        },
        item.lead,
        h(
          'span',
          { class: 'suggestion-text' },
          h('span', { class: 'suggestion-label' }, item.label),
          item.description && h('span', { class: 'suggestion-description' }, item.description),
        ),
        item.hint && h('span', { class: 'suggestion-hint' }, item.hint),
      ),
    ),
  );
  panel.replaceChildren(
    ...[
      heading ? h('div', { class: 'suggestion-heading' }, heading) : null,
      problem ? h('p', { class: 'suggestion-problem', role: 'alert' }, problem) : null,
      items.length > 0 ? list : null,
      items.length === 0 && note ? h('p', { class: 'suggestion-note' }, note) : null,
    ].filter((part) => part !== null),
  );
  panel.hidden = panel.childElementCount === 0;
  input.setAttribute('aria-expanded', String(items.length > 0));
  if (items.length > 0) input.setAttribute('aria-controls', 'suggestion-list');
  choose(active, false);
}

export function hideSuggestions() {
  panel.hidden = true;
  panel.replaceChildren();
  items = [];
  active = -1;
  field?.setAttribute('aria-expanded', 'false');
  field?.removeAttribute('aria-activedescendant');
}

/** @returns {boolean} whether there is a list one could choose from */
export function hasSuggestions() {
  return !panel.hidden && items.length > 0;
}

/** @returns {boolean} */
export function isSuggesting() {
  return !panel.hidden;
}

/** @param {number} at @param {boolean} scroll */
function choose(at, scroll) {
  active = at;
  const rows = [...panel.querySelectorAll('.suggestion')];
  rows.forEach((row, index) => {
    row.setAttribute('aria-selected', String(index === at));
  });
  const row = rows[at];
  if (row && scroll) row.scrollIntoView({ block: 'nearest' });
  if (row) field?.setAttribute('aria-activedescendant', row.id);
  else field?.removeAttribute('aria-activedescendant');
}

/**
 * Arrow keys choose, Tab and Enter take the chosen row.
 * @param {KeyboardEvent} event
 * @returns {boolean} whether the key was used
 */
export function suggestionKey(event) {
  if (!hasSuggestions()) return false;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    choose(active < 0 && step < 0 ? items.length - 1 : (active + step + items.length) % items.length, true);
  } else if ((event.key === 'Enter' || event.key === 'Tab') && !event.shiftKey && active >= 0) {
    items[active]?.run();
  } else return false;
  event.preventDefault();
  return true;
}
