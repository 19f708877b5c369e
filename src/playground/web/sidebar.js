// The left column: channels, direct messages, and at the bottom whom one plays. Also the header and the list of members.

import { act } from './api.js';
import { appTag, avatar, displayName } from './avatar.js';
import { $, h } from './dom.js';
import { icon } from './icons.js';
import { openMenu } from './menu.js';
import { openUserMenu } from './message-menu.js';
import { store } from './store.js';

/** @import { PageChannel, PageUser } from '../wire.ts' */

/** @param {(userId: string) => void} switchTo */
export function startSidebar(switchTo) {
  store.on('state', () => {
    drawChannels();
    drawUser(switchTo);
    drawLanguage();
    drawHeader();
    drawMembers();
  });
  store.on('connection', drawConnection);
  const body = document.body;
  $('#open-channels').addEventListener('click', () => {
    body.classList.add('channels-open');
    /** @type {HTMLElement | null} */ (document.querySelector('#channels a[aria-current]'))?.focus();
  });
  $('#shade').addEventListener('click', closeChannels);
  $('#toggle-members').addEventListener('click', () => {
    const shown = body.classList.toggle('members-hidden');
    $('#toggle-members').setAttribute('aria-pressed', String(!shown));
  });
  $('#sidebar').addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && body.classList.contains('channels-open')) {
      closeChannels();
      $('#open-channels').focus();
    }
  });
}

export function closeChannels() {
  document.body.classList.remove('channels-open');
}

/** @param {PageChannel} channel @returns {import('./icons.js').IconName} */
function channelIcon(channel) {
  if (channel.kind === 'dm') return 'at';
  if (channel.kind === 'thread') return 'thread';
  if (channel.ageRestricted) return 'restricted';
  return /(^|-)mod(-|$)|moderation|staff/.test(channel.name) ? 'shield' : 'hash';
}

function drawChannels() {
  const state = store.state;
  if (!state) return;
  $('#guild-name').textContent = state.guild.name;
  const text = state.channels.filter((channel) => channel.kind !== 'dm');
  const direct = state.channels.filter((channel) => channel.kind === 'dm');
  $('#channels').replaceChildren(
    group('Text channels', text.map(channelLink)),
    ...(direct.length > 0 ? [group('Direct messages', direct.map(channelLink))] : []),
  );
}

/** @param {string} title @param {Node[]} rows */
function group(title, rows) {
  return h('section', null, h('h2', { class: 'channel-group' }, title), h('ul', null, ...rows));
}

/** @param {PageChannel} channel */
function channelLink(channel) {
  const bot = store.state?.bot;
  const unread = store.unread.get(channel.id) ?? 0;
  const current = channel.id === store.channelId;
  const direct = channel.kind === 'dm';
  return h(
    'li',
    null,
    h(
      'a',
      {
        href: `#${channel.id}`,
        class: ['channel', channel.kind === 'thread' && 'is-thread', unread > 0 && 'is-unread']
          .filter(Boolean)
          .join(' '),
        'aria-current': current ? 'page' : null,
        onclick: closeChannels,
      },
      direct ? withPresence(bot, 'medium') : icon(channelIcon(channel), 20),
      h('span', { class: 'channel-name' }, direct ? displayName(bot) : channel.name),
      direct && appTag(),
      channel.ageRestricted && h('span', { class: 'visually-hidden' }, 'age-restricted'),
      unread > 0 && h('span', { class: 'badge', 'aria-label': `${unread} new` }, unread),
    ),
  );
}

/** @param {PageUser | undefined} user @param {'medium' | 'large'} size */
function withPresence(user, size) {
  const online = user?.online ?? false;
  return h(
    'span',
    { class: 'presence' },
    avatar(user, size),
    h(
      'span',
      { class: online ? 'presence-dot online' : 'presence-dot', title: online ? 'Online' : 'Offline' },
      h('span', { class: 'visually-hidden' }, online ? 'online' : 'offline'),
    ),
  );
}

function drawHeader() {
  const channel = store.channel();
  const bot = store.state?.bot;
  const direct = channel?.kind === 'dm';
  const name = direct ? displayName(bot) : (channel?.name ?? '');
  const unread = [...store.unread.values()].reduce((sum, count) => sum + count, 0);
  const mark = unread > 0 ? `(${unread}) ` : '';
  document.title = channel
    ? `${mark}${direct ? '@' : '#'}${name} | ${store.state?.guild.name ?? 'Playground'}`
    : 'Playground';
  $('#channel-icon').replaceChildren(channel ? icon(channelIcon(channel), 22) : '');
  $('#channel-title').textContent = name;
  $('#channel-topic').textContent = channel?.topic ?? '';
}

function drawConnection() {
  $('#connection').hidden = store.connected;
}

/** @param {(userId: string) => void} switchTo */
function drawUser(switchTo) {
  const state = store.state;
  if (!state) return;
  const { me, members } = state;
  const button = $('#me');
  button.replaceChildren(
    withPresence({ ...me, online: true }, 'medium'),
    h('span', { class: 'me-text' }, h('strong', null, me.name), h('small', null, me.roles[0] ?? 'Member')),
    icon('up', 18),
  );
  button.setAttribute('aria-label', `You are ${me.name}. Switch to another member`);
  button.onclick = () =>
    openMenu(
      'Play as',
      [
        { heading: 'Play as' },
        ...members.map((member) => ({
          label: member.name,
          hint: member.roles.join(', ') || 'Member',
          checked: member.id === me.id,
          lead: avatar(member, 'medium'),
          run: () => switchTo(member.id),
        })),
      ],
      button,
      { above: true },
    );
}

/** Each member's client has a language of its own; interactions say it, and the bot answers in it. */
function drawLanguage() {
  const state = store.state;
  if (!state) return;
  const { locale, locales, me } = state;
  const current = locales.find(({ code }) => code === locale);
  const button = $('#language');
  button.replaceChildren(icon('globe', 18), locale.slice(0, 2).toUpperCase());
  button.setAttribute('aria-label', `${me.name} reads ${current?.name ?? locale}. Choose another language`);
  button.title = 'Language';
  button.onclick = () =>
    openMenu(
      'Language',
      [
        { heading: `Language of ${me.name}` },
        ...locales.map(({ code, name }) => ({
          label: name,
          checked: code === locale,
          run: async () => {
            const reply = await act({ action: 'set-locale', locale: code });
            if (!reply.ok) store.emit('toast', reply.message);
          },
        })),
      ],
      button,
      { above: true },
    );
}

function drawMembers() {
  const state = store.state;
  if (!state) return;
  const row = (/** @type {PageUser} */ user) =>
    h(
      'li',
      null,
      h(
        'button',
        {
          type: 'button',
          class: user.online ? 'member' : 'member is-offline',
          onclick: (/** @type {Event} */ event) =>
            openUserMenu(user.id, /** @type {HTMLElement} */ (event.currentTarget)),
        },
        withPresence(user, 'medium'),
        h('span', { class: 'member-name', style: user.color ? { color: user.color } : {} }, user.name),
        user.bot && appTag(),
      ),
    );
  const people = store.channel()?.kind === 'dm' ? [state.me] : state.members;
  const section = (/** @type {string} */ title, /** @type {PageUser[]} */ users) =>
    users.length > 0
      ? [h('h2', { class: 'channel-group' }, `${title} — ${users.length}`), h('ul', null, ...users.map(row))]
      : [];
  $('#members').replaceChildren(...section('Apps', [state.bot]), ...section('Members', people));
}
