// Embeds: the framed cards with a coloured edge.

import { mosaic } from './attachments.js';
import { h } from './dom.js';
import { cssColor, messageTime } from './format.js';
import { inlineMarkdown, markdown } from './markdown-view.js';

/** @import { WireAttachment, WireEmbed, WireMedia } from '../wire.ts' */

/** @param {string | undefined} url @returns {string | null} only what may safely be a link or a picture's address */
function webAddress(url) {
  return url && /^https?:\/\//i.test(url) ? url : null;
}

/** Files of the message itself are named attachment://name. @param {string} url @param {WireAttachment[]} files */
export function resolveMedia(url, files) {
  const name = url.startsWith('attachment://') ? url.slice('attachment://'.length) : null;
  if (name === null) return webAddress(url) ?? (url.startsWith('/') && !url.startsWith('//') ? url : '');
  return files.find((file) => file.filename === name)?.url ?? '';
}

/** @param {WireEmbed} embed @param {WireAttachment[]} files of the message @returns {HTMLElement} */
export function embedCard(embed, files) {
  const { author, title, description, fields = [], footer, image, thumbnail, timestamp } = embed;
  const titleUrl = webAddress(embed.url);
  const authorUrl = webAddress(author?.url);
  const meta = [footer?.text, timestamp && messageTime(new Date(timestamp))].filter(Boolean).join(' • ');
  return h(
    'article',
    { class: 'embed', style: { 'border-left-color': cssColor(embed.color) ?? 'var(--line-strong)' } },
    h(
      'div',
      { class: 'embed-text' },
      author &&
        h(
          'div',
          { class: 'embed-author' },
          authorUrl
            ? h('a', { href: authorUrl, target: '_blank', rel: 'noopener noreferrer' }, author.name)
            : author.name,
        ),
      title &&
        h(
          'div',
          { class: 'embed-title' },
          titleUrl
            ? h('a', { href: titleUrl, target: '_blank', rel: 'noopener noreferrer' }, ...inlineMarkdown(title))
            : inlineMarkdown(title),
        ),
      description && markdown(description),
      fields.length > 0 &&
        h(
          'dl',
          { class: 'embed-fields' },
          ...fields.map((field) =>
            h(
              'div',
              { class: field.inline ? 'embed-field inline' : 'embed-field' },
              h('dt', null, ...inlineMarkdown(field.name)),
              h('dd', null, markdown(field.value)),
            ),
          ),
        ),
      image && mosaic([embedPicture(image, files, title ?? '')]),
      meta && h('div', { class: 'embed-footer' }, meta),
    ),
    thumbnail && h('div', { class: 'embed-thumbnail' }, mosaic([embedPicture(thumbnail, files, title ?? '')])),
  );
}

/** @param {WireMedia} media @param {WireAttachment[]} files @param {string} alt */
function embedPicture(media, files, alt) {
  const url = resolveMedia(media.url, files);
  return {
    id: media.attachment_id ?? url,
    url,
    alt,
    width: media.width,
    height: media.height,
    spoiler: false,
    name: 'picture',
  };
}
