// The playground's page: a channel as Discord would show it, for trying the bot on this machine. This file connects the parts:
// events from the server change the store, the store's signals redraw the views.

import { connect, playAs, readCommands, readMessages } from './api.js';
import { resetComposer, startComposer } from './composer.js';
import { $ } from './dom.js';
import { forgetInteractions, handleInteractionEvent } from './interactions.js';
import { refreshRelativeTimes } from './markdown-view.js';
import { startMessageList } from './message-list.js';
import { openModal } from './modal.js';
import { closeChannels, startSidebar } from './sidebar.js';
import { store } from './store.js';
import { toast } from './toast.js';
import { showTyping, startTyping, stopTyping } from './typing.js';

/** @import { PageEvent, PageState } from '../wire.ts' */

const RELATIVE_TIMES_MS = 5000;

let hangUp = () => {};

function start() {
  store.on('toast', toast);
  startSidebar(switchTo);
  startMessageList();
  startComposer();
  startTyping();
  addEventListener('hashchange', () => void openChannel(location.hash.slice(1)));
  addEventListener('keydown', typeAnywhere);
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden && store.unread.delete(store.channelId)) store.emit('state');
  });
  setInterval(refreshRelativeTimes, RELATIVE_TIMES_MS);
  hangUp = connect(onEvent, onDrop);
}

function onDrop() {
  store.connected = false;
  store.emit('connection');
}

/** @param {string} userId */
function switchTo(userId) {
  if (userId === store.state?.me.id) return;
  hangUp();
  for (const dialog of document.querySelectorAll('dialog')) dialog.remove();
  playAs(userId);
  forgetInteractions();
  resetComposer();
  store.channels.clear();
  store.unread.clear();
  store.channelId = '';
  hangUp = connect(onEvent, onDrop);
}

/** @param {PageEvent} event */
function onEvent(event) {
  handleInteractionEvent(event);
  switch (event.event) {
    case 'ready':
      store.connected = true;
      store.emit('connection');
      store.channels.clear();
      takeState(event.state);
      void openChannel(store.channelId || location.hash.slice(1));
      break;
    case 'state':
      takeState(event.state);
      // A channel may have become invisible, and the bot may have come or gone.
      if (store.channel()) void loadCommands();
      else void openChannel('');
      break;
    case 'commands':
      void loadCommands();
      break;
    case 'message-create':
      stopTyping(event.message.channel_id, event.message.author.id);
      store.putMessage(event.message);
      break;
    case 'message-update':
      store.putMessage(event.message);
      break;
    case 'message-delete':
      store.removeMessage(event.channelId, event.messageId);
      break;
    case 'notification':
      if (event.channelId !== store.channelId || document.hidden) {
        store.unread.set(event.channelId, (store.unread.get(event.channelId) ?? 0) + 1);
        store.emit('state');
      }
      break;
    case 'typing':
      showTyping(event.channelId, event.userId);
      break;
    case 'modal':
      openModal(event.modal);
      break;
    case 'interaction-sent':
    case 'interaction-succeeded':
    case 'interaction-failed':
      break;
  }
}

/** @param {PageState} state */
function takeState(state) {
  store.state = state;
  store.emit('state');
}

/** @param {string} wanted channel id; an unknown one means the first */
async function openChannel(wanted) {
  const channel = store.channel(wanted) ?? store.state?.channels[0];
  if (!channel) return;
  const moved = store.channelId !== channel.id;
  store.channelId = channel.id;
  store.unread.delete(channel.id);
  if (location.hash.slice(1) !== channel.id) history.replaceState(null, '', `#${channel.id}`);
  if (moved) {
    resetComposer();
    closeChannels();
  }
  store.emit('state');
  await loadCommands();
  if (store.channelId !== channel.id) return;
  if (store.channels.has(channel.id)) return store.emit('messages');
  try {
    // What happens while the messages are on their way is kept and merged.
    const arrived = { messages: [], hasMore: true };
    store.channels.set(channel.id, arrived);
    const page = await readMessages(channel.id);
    const known = new Map([...page.messages, ...arrived.messages].map((message) => [message.id, message]));
    const messages = [...known.values()].sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
    store.channels.set(channel.id, { messages, hasMore: page.hasMore });
    if (store.channelId === channel.id) store.emit('messages');
  } catch (error) {
    store.channels.delete(channel.id);
    toast(error instanceof Error ? error.message : 'The messages could not be read.');
  }
  if (matchMedia('(hover: hover)').matches) $('#composer-input').focus();
}

async function loadCommands() {
  const { channelId } = store;
  try {
    const { commands } = await readCommands(channelId);
    if (channelId !== store.channelId) return;
    store.commands = commands;
  } catch {
    store.commands = [];
  }
  store.emit('commands');
}

/** Typing without having clicked anywhere goes to the composer. @param {KeyboardEvent} event */
function typeAnywhere(event) {
  if (
    event.key.length !== 1 ||
    event.ctrlKey ||
    event.metaKey ||
    event.altKey ||
    document.querySelector('dialog[open], :popover-open.floating')
  )
    return;
  const target = /** @type {Element} */ (event.target);
  if (
    target.closest('input, textarea, select, button, a, [contenteditable]') ||
    (event.key === ' ' && target !== document.body)
  )
    return;
  if (target.closest('.message') && event.key === 'r') return;
  $('#composer-input').focus();
}

start();
