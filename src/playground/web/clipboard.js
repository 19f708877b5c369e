// Copying, with a word about how it went.

import { store } from './store.js';

/** @param {string} text @param {string} said */
export async function copy(text, said) {
  try {
    await navigator.clipboard.writeText(text);
    store.emit('toast', said);
  } catch {
    store.emit('toast', 'The browser did not allow copying.');
  }
}
