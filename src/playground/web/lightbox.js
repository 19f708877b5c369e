// One picture at full size over everything; arrow keys walk through those of the same message.

import { h } from './dom.js';
import { icon } from './icons.js';

/** @import { Picture } from './attachments.js' */

/** @param {Picture[]} pictures @param {number} start */
export function openLightbox(pictures, start) {
  let at = start;
  const image = h('img', { class: 'lightbox-image' });
  const caption = h('p', { class: 'lightbox-alt' });
  const counter = h('span', { class: 'lightbox-count', role: 'status' });
  const original = h(
    'a',
    { class: 'lightbox-link', target: '_blank', rel: 'noopener noreferrer' },
    icon('link', 16),
    'Open original',
  );
  const show = () => {
    const picture = pictures[at];
    if (!picture) return;
    image.src = picture.url;
    image.alt = picture.alt || picture.name;
    caption.textContent = picture.alt;
    original.href = picture.url;
    counter.textContent = pictures.length > 1 ? `${at + 1} of ${pictures.length}` : '';
  };
  /** @param {number} by */
  const step = (by) => {
    at = (at + by + pictures.length) % pictures.length;
    show();
  };
  const close = () => dialog.close();
  /** @param {'left' | 'right'} side @param {string} label @param {number} by */
  const arrow = (side, label, by) =>
    h(
      'button',
      { type: 'button', class: `lightbox-arrow ${side}`, 'aria-label': label, onclick: () => step(by) },
      icon(side, 28),
    );
  const dialog = h(
    'dialog',
    {
      class: 'lightbox',
      'aria-label': 'Picture',
      onclose: () => dialog.remove(),
      onclick: (/** @type {Event} */ event) => {
        if (event.target === dialog || /** @type {Element} */ (event.target).classList.contains('lightbox-stage'))
          close();
      },
      onkeydown: (/** @type {KeyboardEvent} */ event) => {
        if (event.key === 'ArrowRight') step(1);
        if (event.key === 'ArrowLeft') step(-1);
      },
    },
    h(
      'div',
      { class: 'lightbox-bar' },
      counter,
      original,
      h('button', { type: 'button', class: 'icon-button', 'aria-label': 'Close', onclick: close }, icon('close')),
    ),
    h('div', { class: 'lightbox-stage' }, image),
    caption,
    pictures.length > 1 && arrow('left', 'Previous picture', -1),
    pictures.length > 1 && arrow('right', 'Next picture', 1),
  );
  show();
  document.body.append(dialog);
  dialog.showModal();
}
