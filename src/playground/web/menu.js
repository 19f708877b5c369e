// A menu of actions: context menus, the member switch, the emoji row.

import { h } from './dom.js';
import { arrowKeys, float } from './floating.js';
import { icon } from './icons.js';

/** @typedef {{ label: string, run: () => void, icon?: import('./icons.js').IconName, danger?: boolean, hint?: string, checked?: boolean, lead?: Node }} MenuItem */
/** @typedef {MenuItem | 'separator' | { heading: string } | { row: { label: string, text: string, run: () => void }[] }} MenuEntry */

/**
 * @param {string} label for screen readers
 * @param {MenuEntry[]} entries
 * @param {HTMLElement | DOMRect} anchor
 * @param {{ above?: boolean }} [options]
 */
export function openMenu(label, entries, anchor, options = {}) {
  const menu = h('div', { class: 'menu', role: 'menu', 'aria-label': label });
  /** @type {() => void} */
  let close = () => {};
  /** @param {() => void} run */
  const choose = (run) => () => {
    close();
    run();
  };
  for (const entry of entries) {
    if (entry === 'separator') menu.append(h('div', { class: 'menu-separator', role: 'separator' }));
    else if ('heading' in entry) menu.append(h('div', { class: 'menu-heading', role: 'presentation' }, entry.heading));
    else if ('row' in entry) {
      const buttons = entry.row.map((cell) =>
        h(
          'button',
          { type: 'button', class: 'menu-cell', role: 'menuitem', 'aria-label': cell.label, onclick: choose(cell.run) },
          cell.text,
        ),
      );
      menu.append(h('div', { class: 'menu-row', role: 'group' }, ...buttons));
    } else menu.append(menuItem(entry, choose(entry.run)));
  }
  arrowKeys(menu, 'button');
  close = float(menu, anchor, options);
  /** @type {HTMLElement | null} */ (
    menu.querySelector('[aria-checked=true]') ?? menu.querySelector('button')
  )?.focus();
}

/** @param {MenuItem} item @param {() => void} onclick */
function menuItem(item, onclick) {
  return h(
    'button',
    {
      type: 'button',
      class: item.danger ? 'menu-item danger' : 'menu-item',
      role: item.checked === undefined ? 'menuitem' : 'menuitemradio',
      'aria-checked': item.checked === undefined ? null : String(item.checked),
      onclick,
    },
    item.lead,
    h('span', { class: 'menu-label' }, item.label, item.hint && h('small', null, item.hint)),
    item.checked ? icon('check', 18) : item.icon && icon(item.icon, 18),
  );
}
