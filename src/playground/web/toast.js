// Short sentences at the bottom of the page that go away by themselves.

import { $, h } from './dom.js';

const SHOWN_MS = 5000;

/** @param {string} text */
export function toast(text) {
  const host = $('#toasts');
  const element = h('div', { class: 'toast' }, text);
  host.append(element);
  // In the top layer, so that it also shows over dialogs.
  host.hidePopover();
  host.showPopover();
  setTimeout(() => {
    element.remove();
    if (host.childElementCount === 0) host.hidePopover();
  }, SHOWN_MS);
}
