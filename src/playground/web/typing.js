// "Somebody is typing…", for ten seconds or until their message comes.

import { $ } from './dom.js';
import { store } from './store.js';

const SHOWN_MS = 10_000;

/** Until when, by `channel:user`. @type {Map<string, number>} */
const typists = new Map();

export function startTyping() {
  store.on('state', draw);
}

/** @param {string} channelId @param {string} userId */
export function showTyping(channelId, userId) {
  typists.set(`${channelId}:${userId}`, Date.now() + SHOWN_MS);
  draw();
  setTimeout(draw, SHOWN_MS + 50);
}

/** @param {string} channelId @param {string} userId */
export function stopTyping(channelId, userId) {
  if (typists.delete(`${channelId}:${userId}`)) draw();
}

function draw() {
  const names = [];
  for (const [key, until] of typists) {
    const [channelId = '', userId = ''] = key.split(':');
    if (until < Date.now()) typists.delete(key);
    else if (channelId === store.channelId && userId !== store.state?.me.id)
      names.push(store.user(userId)?.name ?? 'Somebody');
  }
  const verb = names.length === 1 ? 'is' : 'are';
  $('#typing').textContent = names.length > 0 ? `${names.join(' and ')} ${verb} typing…` : '';
}
