// Parsed markdown (markdown.js) as elements.

import { copy } from './clipboard.js';
import { h } from './dom.js';
import { timestamp } from './format.js';
import { icon } from './icons.js';
import { parseInline, parseMarkdown } from './markdown.js';
import { store } from './store.js';

/** @import { Block, Inline } from './markdown.js' */

/** @param {string} source @returns {HTMLElement} */
export function markdown(source) {
  return h('div', { class: 'markdown' }, ...parseMarkdown(source).map(block));
}

/** For titles and field names: inline marks only. @param {string} source @returns {Node[]} */
export function inlineMarkdown(source) {
  return parseInline(source).map(inline);
}

/** One line of plain words, for reply previews and announcements. @param {string} source @returns {string} */
export function plainText(source) {
  return (markdown(source).textContent ?? '').replace(/\s+/g, ' ').trim();
}

/** @param {Block} node @returns {Node} */
function block(node) {
  switch (node.type) {
    case 'heading':
      // The page's own headings are levels 1 and 2, so a message's begin at 3.
      return h(
        /** @type {'h3'} */ (`h${node.level + 2}`),
        { class: `md-h${node.level}` },
        ...node.children.map(inline),
      );
    case 'subtext':
      return h('p', { class: 'md-subtext' }, ...node.children.map(inline));
    case 'quote':
      return h('blockquote', null, ...node.children.map(block));
    case 'fence':
      return h(
        'div',
        { class: 'fence' },
        h('pre', { tabindex: '0' }, h('code', { 'data-language': node.language || false }, node.text)),
        h(
          'button',
          {
            type: 'button',
            class: 'icon-button small',
            'aria-label': 'Copy',
            title: 'Copy',
            onclick: () => copy(node.text, 'Copied.'),
          },
          icon('copy', 15),
        ),
      );
    case 'list': {
      const items = node.items.map((blocks) => h('li', null, ...blocks.map(block)));
      return node.ordered ? h('ol', { start: node.start }, ...items) : h('ul', null, ...items);
    }
    case 'paragraph':
      return h('p', null, ...node.children.map(inline));
  }
}

/** @param {Inline} node @returns {Node} */
function inline(node) {
  switch (node.type) {
    case 'text':
      return document.createTextNode(node.text);
    case 'break':
      return h('br');
    case 'strong':
      return h('strong', null, ...node.children.map(inline));
    case 'em':
      return h('em', null, ...node.children.map(inline));
    case 'underline':
      return h('u', null, ...node.children.map(inline));
    case 'strike':
      return h('s', null, ...node.children.map(inline));
    case 'code':
      return h('code', null, node.text);
    case 'spoiler':
      return spoiler(node.children);
    case 'link':
      return (
        messageLink(node.url, node.children) ??
        h(
          'a',
          { href: node.url, target: '_blank', rel: 'noopener noreferrer', title: node.url },
          ...node.children.map(inline),
        )
      );
    case 'emoji':
      return h('span', { class: 'md-emoji' }, `:${node.name}:`);
    case 'time': {
      const date = new Date(node.seconds * 1000);
      if (Number.isNaN(date.getTime())) return document.createTextNode('Invalid date');
      return h(
        'time',
        { datetime: date.toISOString(), title: timestamp(date, 'F'), 'data-style': node.style, class: 'md-time' },
        timestamp(date, node.style),
      );
    }
    case 'command':
      return h(
        'button',
        { type: 'button', class: 'mention', onclick: () => store.emit('compose', `/${node.name} `) },
        `/${node.name}`,
      );
    case 'mention':
      return mention(node);
  }
}

/** @param {Extract<Inline, { type: 'mention' }>} node @returns {Node} */
function mention({ kind, id }) {
  if (kind === 'everyone') return h('span', { class: 'mention' }, `@${id}`);
  if (kind === 'user')
    return h('span', { class: 'mention', 'data-user': id }, `@${store.user(id)?.name ?? 'unknown-user'}`);
  if (kind === 'role') {
    const role = store.role(id);
    return h(
      'span',
      { class: 'mention', style: role?.color ? { color: role.color } : {} },
      `@${role?.name ?? 'deleted-role'}`,
    );
  }
  const channel = store.channel(id);
  return channel
    ? h('a', { class: 'mention', href: `#${id}` }, `#${channel.name}`)
    : h('span', { class: 'mention' }, '#No Access');
}

/**
 * A link to a message of this server leads there, as in Discord's client, and not to Discord.
 * @param {string} url @param {Inline[]} children @returns {HTMLElement | undefined}
 */
function messageLink(url, children) {
  const [, channelId = '', messageId] =
    /^https:\/\/discord\.com\/channels\/(?:\d+|@me)\/(\d+)(?:\/(\d+))?$/.exec(url) ?? [];
  const channel = store.channel(channelId === '' ? 'none' : channelId);
  if (!channel) return undefined;
  const [only] = children;
  const isBare = children.length === 1 && only?.type === 'text' && only.text === url;
  const name = channel.kind === 'dm' ? '@' : `#${channel.name}`;
  return h(
    'a',
    {
      class: 'mention',
      href: `#${channelId}`,
      onclick: () => messageId !== undefined && store.emit('jump', { channelId, messageId }),
    },
    ...(isBare ? [messageId === undefined ? name : `${name} › message`] : children.map(inline)),
  );
}

/** @param {Inline[]} children @returns {HTMLElement} */
function spoiler(children) {
  const content = h('span', { class: 'spoiler-text', inert: true }, ...children.map(inline));
  const reveal = () => {
    element.classList.add('revealed');
    element.removeAttribute('role');
    element.removeAttribute('tabindex');
    element.removeAttribute('aria-label');
    content.inert = false;
  };
  const element = h(
    'span',
    {
      class: 'spoiler',
      role: 'button',
      tabindex: '0',
      'aria-label': 'Spoiler, press to show',
      onclick: reveal,
      onkeydown: (/** @type {KeyboardEvent} */ event) => {
        if (event.key === 'Enter' || event.key === ' ') {
          event.preventDefault();
          reveal();
        }
      },
    },
    content,
  );
  return element;
}

/** Relative times grow old: refreshes those on the page. */
export function refreshRelativeTimes() {
  for (const element of document.querySelectorAll('time[data-style="R"]')) {
    const date = new Date(element.getAttribute('datetime') ?? '');
    const text = timestamp(date, 'R');
    if (element.textContent !== text) element.textContent = text;
  }
}
