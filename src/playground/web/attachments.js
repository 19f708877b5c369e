// Files of a message: pictures in a mosaic that opens large, everything else as a card with a download link.

import { h } from './dom.js';
import { fileSize } from './format.js';
import { icon } from './icons.js';
import { openLightbox } from './lightbox.js';

/** @import { WireAttachment } from '../wire.ts' */

/**
 * @typedef {object} Picture
 * @property {string} id stays the same while signed addresses change
 * @property {string} url
 * @property {string} alt empty where nobody described it
 * @property {number | null} [width]
 * @property {number | null} [height]
 * @property {boolean} spoiler
 * @property {string} name
 */

const SPOILER_FLAG = 8;
/** Spoilers that the reader opened, so that an edit of the message does not hide them again. @type {Set<string>} */
const revealed = new Set();

/** @param {WireAttachment} file */
export const isPicture = (file) => file.content_type?.startsWith('image/') && Boolean(file.width);

/** @param {WireAttachment} file @returns {Picture} */
export function pictureOf(file) {
  return {
    id: file.id,
    url: file.url,
    alt: file.description ?? '',
    width: file.width,
    height: file.height,
    spoiler: ((file.flags ?? 0) & SPOILER_FLAG) !== 0 || file.filename.startsWith('SPOILER_'),
    name: file.filename,
  };
}

/** @param {WireAttachment[]} files @returns {HTMLElement | null} */
export function attachmentList(files) {
  if (files.length === 0) return null;
  const pictures = files.filter(isPicture).map(pictureOf);
  const others = files.filter((file) => !isPicture(file));
  return h(
    'div',
    { class: 'attachments' },
    pictures.length > 0 && mosaic(pictures),
    ...others.map((file) => fileCard(file.filename, file.size, file.url)),
  );
}

/** @param {Picture[]} pictures @returns {HTMLElement} */
export function mosaic(pictures) {
  const single = pictures.length === 1;
  return h(
    'div',
    { class: 'mosaic', 'data-count': Math.min(pictures.length, 10) },
    ...pictures.map((picture, at) => tile(picture, single, () => openLightbox(pictures, at))),
  );
}

/** @param {Picture} picture @param {boolean} single @param {() => void} open */
function tile(picture, single, open) {
  const hidden = picture.spoiler && !revealed.has(picture.id);
  const image = h('img', {
    src: picture.url,
    alt: picture.alt,
    width: picture.width,
    height: picture.height,
    'data-picture': picture.id,
    decoding: 'async',
    draggable: 'false',
  });
  const button = h(
    'button',
    {
      type: 'button',
      class: 'tile',
      'aria-label': hidden ? 'Spoiler picture, press to show' : `Open picture large: ${picture.alt || picture.name}`,
      onclick: () => {
        if (!button.classList.contains('is-spoiler')) return open();
        revealed.add(picture.id);
        button.classList.remove('is-spoiler');
        button.setAttribute('aria-label', `Open picture large: ${picture.alt || picture.name}`);
      },
    },
    image,
    picture.alt && h('span', { class: 'alt-badge', 'aria-hidden': 'true', title: picture.alt }, 'ALT'),
    picture.spoiler && h('span', { class: 'spoiler-badge', 'aria-hidden': 'true' }, 'SPOILER'),
  );
  if (hidden) button.classList.add('is-spoiler');
  if (single && picture.width && picture.height) {
    button.style.setProperty('aspect-ratio', `${picture.width} / ${picture.height}`);
    button.style.setProperty('--natural-width', `${picture.width}px`);
    button.style.setProperty('--ratio', String(picture.width / picture.height));
  }
  return button;
}

/** @param {string} name @param {number | undefined} size bytes @param {string} url @returns {HTMLElement} */
export function fileCard(name, size, url) {
  return h(
    'div',
    { class: 'file-card' },
    icon('file', 30),
    h(
      'span',
      { class: 'file-text' },
      h('a', { href: url, download: name, target: '_blank', rel: 'noopener noreferrer' }, name),
      size !== undefined && h('small', null, fileSize(size)),
    ),
  );
}
