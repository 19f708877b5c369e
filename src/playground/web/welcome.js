// What stands at the beginning of every channel, and the first thing to try.

import { avatar, displayName } from './avatar.js';
import { shownName } from './command-text.js';
import { h } from './dom.js';
import { icon } from './icons.js';
import { store } from './store.js';

const FIRST_PROMPT = 'a red house by the sea at sunset';

/** @returns {HTMLLIElement} */
export function welcome() {
  const channel = store.channel();
  const bot = store.state?.bot;
  const direct = channel?.kind === 'dm';
  const name = direct ? displayName(bot) : `#${channel?.name ?? ''}`;
  return h(
    'li',
    { class: 'welcome' },
    direct
      ? avatar(bot)
      : h(
          'span',
          { class: 'welcome-badge', 'aria-hidden': 'true' },
          icon(channel?.ageRestricted ? 'restricted' : 'hash', 34),
        ),
    h('h2', null, direct ? name : `Welcome to ${name}`),
    h(
      'p',
      null,
      direct
        ? `This is the beginning of your direct messages with ${name}.`
        : (channel?.topic ?? `This is the beginning of ${name}.`),
    ),
    channel?.ageRestricted &&
      h('p', { class: 'welcome-note' }, icon('warning', 16), 'This channel is marked as age-restricted.'),
    tryIt(),
  );
}

function tryIt() {
  if (!store.state?.bot.online) {
    return h(
      'div',
      { class: 'try-it' },
      icon('info'),
      h('p', null, `${displayName(store.state?.bot)} is not connected yet. Its commands appear here as soon as it is.`),
    );
  }
  const imagine = store.commands.find((command) => command.type === 1 && command.name === 'imagine');
  if (!imagine) return null;
  const line = `/${shownName(imagine)} ${FIRST_PROMPT}`;
  return h(
    'div',
    { class: 'try-it' },
    icon('spark', 22),
    h('p', null, 'New here? Try ', h('strong', null, line)),
    h('button', { type: 'button', class: 'button primary', onclick: () => store.emit('compose', line) }, 'Fill it in'),
  );
}
