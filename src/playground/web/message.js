// One message as an element: what it answers, who wrote it, its words, files, embeds, components, reactions, and what can be done with it.

import { act } from './api.js';
import { attachmentList } from './attachments.js';
import { appTag, avatar, displayName } from './avatar.js';
import { componentList } from './components.js';
import { h } from './dom.js';
import { embedCard } from './embed.js';
import { dayLabel, messageTime } from './format.js';
import { icon } from './icons.js';
import { inlineMarkdown, markdown, plainText } from './markdown-view.js';
import { openMessageMenu, openUserMenu } from './message-menu.js';
import { emojiNode } from './picker.js';
import { store } from './store.js';

/** @import { WireMessage, WireUser } from '../wire.ts' */

export const EPHEMERAL = 64;
const LOADING = 128;
const COMPONENTS_V2 = 32768;
const REPLY = 19;
const GROUP_WITHIN_MS = 7 * 60_000;

/** @param {WireMessage} message @param {WireMessage | undefined} previous @returns {boolean} no header needed */
function continues(message, previous) {
  if (!previous || message.interaction_metadata?.name || message.type === REPLY) return false;
  return (
    previous.author.id === message.author.id &&
    (previous.flags & EPHEMERAL) === (message.flags & EPHEMERAL) &&
    Date.parse(message.timestamp) - Date.parse(previous.timestamp) < GROUP_WITHIN_MS
  );
}

/** @param {WireMessage} message */
function mentionsMe(message) {
  const me = store.state?.me.id;
  if (message.author.id === me) return false;
  return message.mention_everyone || message.mentions.some((user) => user.id === me);
}

/** @param {WireMessage} message @param {WireMessage} [previous] the one above, for grouping @returns {HTMLLIElement} */
export function renderMessage(message, previous) {
  const grouped = continues(message, previous);
  const author = store.user(message.author.id);
  const date = new Date(message.timestamp);
  const headId = `head-${message.id}`;
  const classes = ['message'];
  if (grouped) classes.push('grouped');
  if (message.flags & EPHEMERAL) classes.push('ephemeral');
  if (mentionsMe(message)) classes.push('mentioned');
  const name = displayName(author ?? message.author);
  const failure = store.failures.get(message.id);
  const element = h(
    'li',
    {
      class: classes.join(' '),
      id: `message-${message.id}`,
      'data-id': message.id,
      tabindex: '-1',
      'aria-labelledby': headId,
      oncontextmenu: (/** @type {MouseEvent} */ event) => {
        if (event.shiftKey || /** @type {Element} */ (event.target).closest('a, input, textarea')) return;
        event.preventDefault();
        openMessageMenu(message, new DOMRect(event.clientX, event.clientY, 0, 0));
      },
    },
    reference(message),
    grouped
      ? h(
          'time',
          { class: 'side-time', datetime: message.timestamp, 'aria-hidden': 'true' },
          new Intl.DateTimeFormat(undefined, { timeStyle: 'short' }).format(date),
        )
      : userButton(message.author, 'avatar-button', avatar(author ?? message.author)),
    h(
      'div',
      { class: grouped ? 'head visually-hidden' : 'head', id: headId },
      userButton(message.author, 'author', name, author?.color),
      message.author.bot && appTag(),
      h('time', { datetime: message.timestamp, title: dayLabel(date) }, messageTime(date)),
    ),
    h('div', { class: 'content' }, ...content(message)),
    (message.flags & EPHEMERAL) !== 0 && (message.flags & LOADING) === 0 && ephemeralNote(message),
    failure && h('p', { class: 'failure', role: 'alert' }, icon('warning', 16), failure),
    toolbar(message),
  );
  return element;
}

/** @param {WireUser} user @param {string} className @param {Node | string} face @param {string | null} [color] */
function userButton(user, className, face, color) {
  return h(
    'button',
    {
      type: 'button',
      class: className,
      tabindex: className === 'author' ? null : '-1',
      'aria-hidden': className === 'author' ? null : 'true',
      style: color ? { color } : {},
      onclick: (/** @type {Event} */ event) => openUserMenu(user.id, /** @type {HTMLElement} */ (event.currentTarget)),
      oncontextmenu: (/** @type {Event} */ event) => {
        event.preventDefault();
        event.stopPropagation();
        openUserMenu(user.id, /** @type {HTMLElement} */ (event.currentTarget));
      },
    },
    face,
  );
}

/** @param {WireMessage} message @returns {(Node | null)[]} */
function content(message) {
  if (message.flags & LOADING)
    return [thinking(`${displayName(store.user(message.author.id) ?? message.author)} is thinking…`)];
  const parts = [];
  const text = markdown(message.content);
  if (message.edited_timestamp && message.content) {
    const edited = new Date(message.edited_timestamp);
    const mark = h('span', { class: 'edited', title: messageTime(edited) }, '(edited)');
    const last = text.lastElementChild;
    if (last?.tagName === 'P') last.append(' ', mark);
    else text.append(mark);
  }
  if (message.content) parts.push(text);
  // Under components V2 files show only where a component names them.
  if ((message.flags & COMPONENTS_V2) === 0) parts.push(attachmentList(message.attachments));
  parts.push(...message.embeds.map((embed) => embedCard(embed, message.attachments)));
  parts.push(componentList(message), reactions(message));
  return parts.filter((part) => part !== null);
}

/** @param {string} text @returns {HTMLElement} */
export function thinking(text) {
  return h(
    'p',
    { class: 'thinking' },
    h('span', { class: 'dots', 'aria-hidden': 'true' }, h('i'), h('i'), h('i')),
    text,
  );
}

/** The line above: the message answered, or the command used. @param {WireMessage} message */
function reference(message) {
  const used = message.interaction_metadata;
  if (message.type === REPLY) {
    const target = message.referenced_message;
    if (!target) return h('div', { class: 'reference' }, h('em', null, 'Original message was deleted'));
    const author = store.user(target.author.id) ?? target.author;
    const words = target.content.split('\n').find((line) => line.trim());
    return h(
      'div',
      { class: 'reference' },
      avatar(author, 'small'),
      target.author.bot && appTag(),
      h('span', { class: 'reference-name' }, displayName(author)),
      h(
        'button',
        {
          type: 'button',
          class: 'reference-text',
          'aria-label': `Go to the message of ${displayName(author)}`,
          onclick: () => jumpTo(target.id),
        },
        words ? h('span', null, ...inlineMarkdown(words.replace(/^(?:-#|#{1,3}|>) /, ''))) : 'Click to see the message',
        target.attachments.length > 0 && icon('image', 15),
      ),
    );
  }
  if (!used?.name) return null;
  return usedLine(used.user, used.name, message.type !== 23);
}

/** @param {WireUser} user @param {string} command @param {boolean} slash @returns {HTMLElement} */
export function usedLine(user, command, slash) {
  const person = store.user(user.id) ?? user;
  const fill = () => store.emit('compose', `/${command} `);
  return h(
    'div',
    { class: 'reference' },
    avatar(person, 'small'),
    h('span', { class: 'reference-name' }, displayName(person)),
    ' used ',
    slash
      ? h('button', { type: 'button', class: 'mention', onclick: fill }, `/${command}`)
      : h('span', { class: 'mention' }, command),
  );
}

/** @param {string} id scrolls to a message and lights it up */
export function jumpTo(id) {
  const element = document.getElementById(`message-${id}`);
  if (!element) {
    store.emit('toast', 'That message is further up than what is loaded.');
    return;
  }
  element.scrollIntoView({
    block: 'center',
    behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth',
  });
  element.focus({ preventScroll: true });
  element.classList.remove('flash');
  requestAnimationFrame(() => element.classList.add('flash'));
}

/** @param {WireMessage} message */
function reactions(message) {
  if (!message.reactions?.length) return null;
  return h(
    'div',
    { class: 'reactions' },
    ...message.reactions.map(({ emoji, count, me }) =>
      h(
        'button',
        {
          type: 'button',
          class: 'reaction',
          'aria-pressed': String(me),
          'aria-label': `${emoji.name}, ${count} ${count === 1 ? 'reaction' : 'reactions'}`,
          onclick: async () => {
            const reply = await act({
              action: 'react',
              channelId: message.channel_id,
              messageId: message.id,
              emoji: emoji.name ?? '',
              remove: me,
            });
            if (!reply.ok) store.emit('toast', reply.message);
          },
        },
        emojiNode(emoji),
        h('span', null, count),
      ),
    ),
  );
}

/** @param {WireMessage} message */
function ephemeralNote(message) {
  return h(
    'p',
    { class: 'ephemeral-note' },
    icon('eye', 16),
    'Only you can see this • ',
    h(
      'button',
      {
        type: 'button',
        class: 'text-link',
        onclick: () => act({ action: 'dismiss', channelId: message.channel_id, messageId: message.id }),
      },
      'Dismiss message',
    ),
  );
}

/** @param {WireMessage} message */
function toolbar(message) {
  if (message.flags & LOADING) return null;
  const usual = (message.flags & EPHEMERAL) === 0;
  return h(
    'div',
    { class: 'toolbar', role: 'group', 'aria-label': 'Message actions' },
    usual &&
      store.channel()?.canSend &&
      h(
        'button',
        {
          type: 'button',
          class: 'icon-button',
          'aria-label': 'Reply',
          title: 'Reply',
          onclick: () => store.emit('reply', message.id),
        },
        icon('reply'),
      ),
    h(
      'button',
      {
        type: 'button',
        class: 'icon-button',
        'aria-label': 'More: reactions, apps, copy',
        title: 'More',
        'aria-haspopup': 'menu',
        onclick: (/** @type {Event} */ event) =>
          openMessageMenu(message, /** @type {HTMLElement} */ (event.currentTarget)),
      },
      icon('dots'),
    ),
  );
}

/** What a screen reader hears of a new message. @param {WireMessage} message @returns {string} */
export function announcement(message) {
  const name = displayName(store.user(message.author.id) ?? message.author);
  if (message.flags & LOADING) return `${name} is thinking`;
  const words = plainText(message.content).slice(0, 300);
  const pictures = message.attachments.length;
  return [`${name}:`, words, pictures > 0 && `${pictures} ${pictures === 1 ? 'file' : 'files'}`]
    .filter(Boolean)
    .join(' ');
}
