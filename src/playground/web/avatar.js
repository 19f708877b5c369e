// Faces without pictures: a disc in a colour of the member's own with an initial, and the easel for bots.

import { h } from './dom.js';
import { hueOf } from './format.js';
import { icon } from './icons.js';

/** @import { PageUser, WireUser } from '../wire.ts' */

/** @param {PageUser | WireUser | undefined} user @returns {string} */
export function displayName(user) {
  if (!user) return 'unknown-user';
  return 'name' in user ? user.name : (user.global_name ?? user.username);
}

/** @param {PageUser | WireUser | undefined} user @param {'small' | 'medium' | 'large'} [size] @returns {HTMLElement} decorative */
export function avatar(user, size = 'large') {
  const element = h('span', { class: `avatar avatar-${size}`, 'aria-hidden': 'true' });
  if (user?.bot) {
    element.classList.add('avatar-bot');
    element.append(icon('easel', size === 'small' ? 11 : size === 'medium' ? 20 : 25));
  } else {
    element.style.setProperty('--hue', String(hueOf(user?.id ?? '')));
    element.append([...displayName(user)][0]?.toUpperCase() ?? '?');
  }
  return element;
}

/** @returns {HTMLElement} the mark that bots carry behind their name */
export function appTag() {
  return h('span', { class: 'app-tag' }, 'APP');
}
