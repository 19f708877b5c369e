// The list of messages: keeps to the bottom while one is there, loads older ones at the top, replaces single messages in place so
// that live edits neither flicker nor steal the focus.

import { readMessages } from './api.js';
import { appTag, avatar, displayName } from './avatar.js';
import { $, h } from './dom.js';
import { dayLabel } from './format.js';
import { icon } from './icons.js';
import { announcement, jumpTo, renderMessage, thinking, usedLine } from './message.js';
import { store } from './store.js';
import { welcome } from './welcome.js';

/** @import { WireMessage } from '../wire.ts' */
/** @import { Pending } from './store.js' */

const NEAR_BOTTOM_PX = 80;
/** How long an edit may wait for its new pictures, so that the old ones do not blink away. */
const DECODE_WAIT_MS = 400;

const scroller = $('#scroller');
const list = $('#messages');
const pendingList = $('#pending');
const live = $('#live');
const jump = $('#jump');

let sticky = true;
let loading = false;

/** Wires the list to the store. */
export function startMessageList() {
  /** @type {{ channelId: string, messageId: string } | null} */
  let goal = null;
  const reach = () => {
    if (goal?.channelId !== store.channelId) return;
    jumpTo(goal.messageId);
    goal = null;
  };
  store.on('messages', drawAll);
  store.on('messages', reach);
  store.on('jump', (wanted) => {
    goal = wanted;
    reach();
  });
  store.on('message', drawOne);
  store.on('removed', removeOne);
  store.on('pending', drawPending);
  store.on('commands', drawWelcome);
  store.on('state', drawWelcome);
  scroller.addEventListener('scroll', onScroll, { passive: true });
  jump.addEventListener('click', () => toBottom());
  new ResizeObserver(() => sticky && toBottom()).observe($('#stream'));
  new ResizeObserver(() => sticky && toBottom()).observe(scroller);
  list.addEventListener('keydown', moveAmongMessages);
}

function onScroll() {
  sticky = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_BOTTOM_PX;
  jump.hidden = sticky;
  if (scroller.scrollTop < 200) void loadOlder();
}

function toBottom() {
  scroller.scrollTop = scroller.scrollHeight;
  sticky = true;
  jump.hidden = true;
}

async function loadOlder() {
  const channelId = store.channelId;
  const channel = store.channels.get(channelId);
  const oldest = channel?.messages[0];
  if (!channel?.hasMore || !oldest || loading) return;
  loading = true;
  try {
    const page = await readMessages(channelId, oldest.id);
    channel.messages.unshift(...page.messages);
    channel.hasMore = page.hasMore;
    if (channelId !== store.channelId) return;
    const fromBottom = scroller.scrollHeight - scroller.scrollTop;
    drawList();
    scroller.scrollTop = scroller.scrollHeight - fromBottom;
  } catch {
    store.emit('toast', 'Older messages could not be loaded.');
  } finally {
    loading = false;
  }
}

function drawAll() {
  drawList();
  drawPending();
  toBottom();
}

function drawList() {
  const channel = store.channels.get(store.channelId);
  const messages = channel?.messages ?? [];
  /** @type {Node[]} */
  const rows = [];
  if (channel && !channel.hasMore) rows.push(welcome());
  messages.forEach((message, at) => {
    const previous = messages[at - 1];
    const newDay = isNewDay(message, previous);
    if (newDay) rows.push(dayLine(message));
    rows.push(renderMessage(message, newDay ? undefined : previous));
  });
  list.replaceChildren(...rows);
}

/** It speaks about the bot's presence and commands, which come and go. */
function drawWelcome() {
  list.querySelector('.welcome')?.replaceWith(welcome());
}

/** @param {WireMessage} message @param {WireMessage | undefined} previous */
function isNewDay(message, previous) {
  return !previous || new Date(previous.timestamp).toDateString() !== new Date(message.timestamp).toDateString();
}

/** @param {WireMessage} message */
function dayLine(message) {
  return h('li', { class: 'day', role: 'separator' }, h('span', null, dayLabel(new Date(message.timestamp))));
}

/** @param {string} id */
function drawOne(id) {
  const messages = store.channels.get(store.channelId)?.messages ?? [];
  const at = messages.findIndex((message) => message.id === id);
  const message = messages[at];
  if (!message) return;
  const previous = messages[at - 1];
  const newDay = isNewDay(message, previous);
  const fresh = renderMessage(message, newDay ? undefined : previous);
  const old = document.getElementById(`message-${id}`);
  if (old) {
    void replace(old, fresh, message);
    return;
  }
  if (newDay) list.append(dayLine(message));
  list.append(fresh);
  if (message.author.id !== store.state?.me.id) live.textContent = announcement(message);
  if (
    sticky ||
    message.author.id === store.state?.me.id ||
    message.interaction_metadata?.user.id === store.state?.me.id
  )
    toBottom();
}

/** Newest redraw of each message, so that a slow one never overwrites it. @type {Map<string, HTMLElement>} */
const newest = new Map();

/** @param {HTMLElement} old @param {HTMLElement} fresh @param {WireMessage} message */
async function replace(old, fresh, message) {
  newest.set(message.id, fresh);
  reusePictures(old, fresh);
  const unloaded = [...fresh.querySelectorAll('img')].filter((image) => !image.complete);
  if (unloaded.length > 0) {
    const decoded = Promise.allSettled(unloaded.map((image) => image.decode()));
    await Promise.race([decoded, new Promise((resolve) => setTimeout(resolve, DECODE_WAIT_MS))]);
  }
  if (newest.get(message.id) !== fresh) return;
  newest.delete(message.id);
  const current = document.getElementById(old.id);
  if (!current) return;
  reusePictures(current, fresh);
  const focusKey = focusWithin(current);
  const bringsPictures = message.attachments.length > 0 && current.querySelector('.attachments') === null;
  const wasLoading = current.querySelector('.thinking') !== null;
  current.replaceWith(fresh);
  restoreFocus(fresh, focusKey);
  if (wasLoading || bringsPictures) live.textContent = announcement(message);
  if (sticky) toBottom();
}

/** Pictures that stay keep their element: no second download when the signed address changed. @param {HTMLElement} from @param {HTMLElement} to */
function reusePictures(from, to) {
  for (const image of to.querySelectorAll('img[data-picture]')) {
    const key = image.getAttribute('data-picture') ?? '';
    const known = from.querySelector(`img[data-picture="${CSS.escape(key)}"]`);
    if (!(known instanceof HTMLImageElement) || !known.complete || known.naturalWidth === 0) continue;
    known.alt = image.getAttribute('alt') ?? '';
    image.replaceWith(known);
  }
}

/** @param {HTMLElement} element @returns {string | null} a selector for what has the focus inside */
function focusWithin(element) {
  const active = document.activeElement;
  if (active === element) return ':self';
  if (!active || !element.contains(active)) return null;
  const customId = active.getAttribute('data-custom-id');
  return customId ? `[data-custom-id="${CSS.escape(customId)}"]` : ':self';
}

/** @param {HTMLElement} element @param {string | null} key */
function restoreFocus(element, key) {
  if (!key) return;
  const target = key === ':self' ? null : element.querySelector(key);
  if (target instanceof HTMLElement && !target.hasAttribute('disabled')) target.focus({ preventScroll: true });
  else element.focus({ preventScroll: true });
}

/** @param {string} id */
function removeOne(id) {
  const element = document.getElementById(`message-${id}`);
  const hadFocus = element?.contains(document.activeElement);
  // The next message may now need a header of its own.
  drawList();
  if (hadFocus) /** @type {HTMLElement | null} */ (list.lastElementChild)?.focus();
  if (sticky) toBottom();
}

function drawPending() {
  const rows = [...store.pending.values()].filter((each) => each.channelId === store.channelId).map(pendingRow);
  pendingList.replaceChildren(...rows);
  if (sticky || rows.length > 0) toBottom();
}

/** @param {Pending} pending */
function pendingRow({ interactionId, command, slash, error }) {
  const bot = store.state?.bot;
  const me = store.state?.me;
  const dismiss = () => {
    store.pending.delete(interactionId);
    store.emit('pending');
  };
  return h(
    'li',
    { class: 'message pending' },
    me && usedLine({ ...me, discriminator: '0', global_name: me.name, avatar: null }, command, slash),
    h('span', { class: 'avatar-button' }, avatar(bot)),
    h(
      'div',
      { class: 'head' },
      h('span', { class: 'author', style: bot?.color ? { color: bot.color } : {} }, displayName(bot)),
      appTag(),
    ),
    h(
      'div',
      { class: 'content' },
      error ? h('p', { class: 'failure', role: 'alert' }, icon('warning', 16), error) : thinking('Sending command…'),
    ),
    error &&
      h(
        'p',
        { class: 'ephemeral-note' },
        icon('eye', 16),
        'Only you can see this • ',
        h('button', { type: 'button', class: 'text-link', onclick: dismiss }, 'Dismiss message'),
      ),
  );
}

/** @param {KeyboardEvent} event */
function moveAmongMessages(event) {
  const current = /** @type {HTMLElement} */ (event.target);
  if (!current.classList.contains('message') || event.ctrlKey || event.metaKey || event.altKey) return;
  const rows = /** @type {HTMLElement[]} */ ([...list.querySelectorAll('.message')]);
  const at = rows.indexOf(current);
  if (event.key === 'ArrowUp') rows[at - 1]?.focus();
  else if (event.key === 'ArrowDown' && rows[at + 1]) rows[at + 1]?.focus();
  else if (event.key === 'ArrowDown' || event.key === 'Escape') $('#composer-input').focus();
  else if (event.key === 'r' && store.channel()?.canSend) store.emit('reply', current.dataset.id);
  else if (event.key === 'Enter')
    /** @type {HTMLElement | null} */ (current.querySelector('.toolbar button:last-child'))?.click();
  else return;
  event.preventDefault();
}

/** Puts the focus on the newest message. */
export function focusLastMessage() {
  const rows = list.querySelectorAll('.message');
  /** @type {HTMLElement | undefined} */ (rows[rows.length - 1])?.focus();
}
