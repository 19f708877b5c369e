// The field at the bottom: plain messages with replies, mentions and files, and the door to slash commands.

import { act, upload } from './api.js';
import { avatar, displayName } from './avatar.js';
import { closeCommand, isCommandOpen, offerFile, openCommand, sendCommand } from './command-line.js';
import { matchEntries, readEntry, slashEntries } from './command-text.js';
import { $, h } from './dom.js';
import { fileSize } from './format.js';
import { icon } from './icons.js';
import { focusLastMessage } from './message-list.js';
import { store } from './store.js';
import { hasSuggestions, hideSuggestions, isSuggesting, showSuggestions, suggestionKey } from './suggestions.js';

const MAX_FILES = 10;
const MAX_LENGTH = 2000;

/** @type {HTMLTextAreaElement} */
const input = $('#composer-input');
/** @type {HTMLFormElement} */
const form = $('#composer');
/** @type {HTMLInputElement} */
const picker = $('#file-picker');
const replyBar = $('#reply-bar');
const fileBar = $('#file-bar');
const counter = $('#composer-count');

/** @type {string | null} */
let replyTo = null;
/** @type {File[]} */
let files = [];

export function startComposer() {
  input.addEventListener('input', onInput);
  input.addEventListener('keydown', onKey);
  input.addEventListener('blur', () => hideSuggestions());
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void (isCommandOpen() ? sendCommand() : send());
  });
  $('#attach').addEventListener('click', () => picker.click());
  picker.addEventListener('change', () => {
    addFiles([...(picker.files ?? [])]);
    picker.value = '';
  });
  document.addEventListener('paste', (event) => {
    const pasted = [...(event.clipboardData?.files ?? [])];
    if (pasted.length === 0 || document.querySelector('dialog[open]')) return;
    event.preventDefault();
    addFiles(pasted);
  });
  startDrop();
  store.on('compose', compose);
  store.on('reply', startReply);
  store.on('state', update);
  store.on('commands', () => {
    if (!isCommandOpen() && document.activeElement === input) onInput();
  });
}

/** Puts text into the composer as if it had been typed. @param {string} text */
function compose(text) {
  closeCommand();
  input.value = text;
  const known = readEntry(slashEntries(store.commands), text.endsWith(' ') ? text : `${text} `);
  if (known) open(known.entry, known.rest.trim());
  else {
    input.focus();
    onInput();
  }
}

/** Forgets what was being written: the channel or the member changed. */
export function resetComposer() {
  closeCommand();
  input.value = '';
  replyTo = null;
  files = [];
  drawReply();
  drawFiles();
  hideSuggestions();
  grow();
}

function update() {
  const channel = store.channel();
  const name = channel?.kind === 'dm' ? `@${displayName(store.state?.bot)}` : `#${channel?.name ?? ''}`;
  const canSend = channel?.canSend ?? false;
  const hint = matchMedia('(width > 760px)').matches ? ', or / for commands' : '';
  input.placeholder = canSend ? `Message ${name}${hint}` : `You cannot write in ${name}`;
  input.setAttribute('aria-label', `Message ${name}`);
  input.disabled = !canSend;
  form.classList.toggle('is-disabled', !canSend);
}

function grow() {
  const left = MAX_LENGTH - input.value.length;
  counter.textContent = left < 200 ? String(left) : '';
  counter.classList.toggle('is-over', left < 0);
  form.classList.toggle('has-text', input.value.trim() !== '' || files.length > 0);
  if (CSS.supports('field-sizing', 'content')) return;
  input.style.setProperty('height', 'auto');
  input.style.setProperty('height', `${input.scrollHeight}px`);
}

function onInput() {
  grow();
  const text = input.value;
  if (text.startsWith('/') && !text.includes('\n')) {
    const entries = slashEntries(store.commands);
    const whole = readEntry(entries, text);
    if (whole) return open(whole.entry, whole.rest);
    return suggestCommands(text.slice(1));
  }
  const mention = /(?:^|\s)@([^\s@]{0,32})$/.exec(text.slice(0, input.selectionStart));
  if (mention) return suggestPeople(mention[1] ?? '');
  hideSuggestions();
}

/** @param {string} typed */
function suggestCommands(typed) {
  const bot = store.state?.bot;
  const items = matchEntries(slashEntries(store.commands), typed).map((entry) => ({
    label: `/${entry.name}`,
    description: entry.description,
    lead: avatar(bot, 'medium'),
    hint: displayName(bot),
    run: () => open(entry, ''),
  }));
  const offline = `${displayName(bot)} is not connected: nobody will answer a command.`;
  showSuggestions(input, {
    heading: bot?.online ? 'Commands' : offline,
    items,
    preselect: true,
    note: 'No such command here.',
  });
}

/** @param {string} typed */
function suggestPeople(typed) {
  const people = store.state ? [...store.state.members, store.state.bot] : [];
  const items = people
    .filter((user) => `${user.name} ${user.username}`.toLowerCase().includes(typed.toLowerCase()))
    .map((user) => ({
      label: user.name,
      description: user.username,
      lead: avatar(user, 'small'),
      run: () => insertMention(typed, user.name),
    }));
  if (items.length === 0) hideSuggestions();
  else showSuggestions(input, { heading: 'People', items, preselect: true });
}

/** @param {string} typed @param {string} name */
function insertMention(typed, name) {
  const at = input.selectionStart;
  input.setRangeText(`@${name} `, at - typed.length - 1, at, 'end');
  hideSuggestions();
  grow();
}

/** @param {import('./command-text.js').Entry} entry @param {string} rest */
function open(entry, rest) {
  input.hidden = true;
  input.value = '';
  grow();
  hideSuggestions();
  form.classList.add('in-command');
  openCommand(entry, rest, (text) => {
    form.classList.remove('in-command');
    input.hidden = false;
    input.value = text;
    input.focus();
    onInput();
  });
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.isComposing || suggestionKey(event)) return;
  if (event.key === 'Enter' && !event.shiftKey) {
    event.preventDefault();
    void send();
  } else if (event.key === 'Escape') {
    if (isSuggesting()) hideSuggestions();
    else if (replyTo) startReply(null);
  } else if (event.key === 'ArrowUp' && input.value === '' && !hasSuggestions()) {
    event.preventDefault();
    focusLastMessage();
  }
}

async function send() {
  const content = withMentions(input.value.trim());
  if (!content && files.length === 0) return;
  if (content.length > MAX_LENGTH) return store.emit('toast', `A message may have ${MAX_LENGTH} characters.`);
  const sent = { content: input.value, files, replyTo };
  input.value = '';
  files = [];
  drawFiles();
  startReply(null);
  grow();
  hideSuggestions();
  const problem = await deliver(content, sent.files, sent.replyTo);
  if (problem === null) return;
  store.emit('toast', problem);
  if (input.value === '') input.value = sent.content;
  files = sent.files;
  drawFiles();
  grow();
}

/** @param {string} content @param {File[]} attached @param {string | null} answered @returns {Promise<string | null>} what went wrong */
async function deliver(content, attached, answered) {
  try {
    const sent = await Promise.all(attached.map(upload));
    const reply = await act({
      action: 'send',
      channelId: store.channelId,
      content,
      ...(sent.length > 0 && { uploads: sent.map((each) => each.id) }),
      ...(answered && { replyTo: answered }),
    });
    return reply.ok ? null : reply.message;
  } catch (error) {
    return error instanceof Error ? error.message : 'The message could not be sent.';
  }
}

/** "@name" becomes a mention where somebody has that name. @param {string} text */
function withMentions(text) {
  let result = text;
  const people = store.state ? [...store.state.members, store.state.bot] : [];
  for (const user of people.sort((a, b) => b.name.length - a.name.length))
    result = result.replaceAll(`@${user.name}`, `<@${user.id}>`);
  return result;
}

/** @param {string | null} id of the message to answer; null for none */
function startReply(id) {
  replyTo = id;
  drawReply();
  if (id) input.focus();
}

function drawReply() {
  const message = replyTo ? store.message(replyTo) : undefined;
  replyBar.hidden = !message;
  if (!message) return replyBar.replaceChildren();
  const name = displayName(store.user(message.author.id) ?? message.author);
  replyBar.replaceChildren(
    h('span', null, 'Replying to ', h('strong', null, name)),
    h(
      'button',
      { type: 'button', class: 'icon-button small', 'aria-label': 'Stop replying', onclick: () => startReply(null) },
      icon('close', 16),
    ),
  );
}

/** @param {File[]} added */
function addFiles(added) {
  const limit = store.state?.uploadLimitBytes ?? Number.POSITIVE_INFINITY;
  const fitting = added.filter((file) => file.size <= limit);
  if (fitting.length < added.length) store.emit('toast', `Files may have ${fileSize(limit)} at most.`);
  if (isCommandOpen()) {
    const left = fitting.filter((file) => !offerFile(file));
    if (left.length > 0) store.emit('toast', 'This command has no room for another file.');
    return;
  }
  files = [...files, ...fitting].slice(0, MAX_FILES);
  drawFiles();
  grow();
  input.focus();
}

function drawFiles() {
  fileBar.hidden = files.length === 0;
  for (const image of fileBar.querySelectorAll('img')) URL.revokeObjectURL(image.src);
  fileBar.replaceChildren(
    ...files.map((file) =>
      h(
        'div',
        { class: 'file-preview' },
        file.type.startsWith('image/') ? h('img', { src: URL.createObjectURL(file), alt: '' }) : icon('file', 40),
        h('span', { class: 'file-preview-name' }, file.name),
        h(
          'button',
          {
            type: 'button',
            class: 'icon-button small',
            'aria-label': `Remove ${file.name}`,
            onclick: () => {
              files = files.filter((each) => each !== file);
              drawFiles();
              grow();
            },
          },
          icon('trash', 16),
        ),
      ),
    ),
  );
}

function startDrop() {
  const overlay = $('#drop');
  let depth = 0;
  /** @param {DragEvent} event */
  const carriesFiles = (event) => event.dataTransfer?.types.includes('Files') ?? false;
  document.addEventListener('dragenter', (event) => {
    if (!carriesFiles(event)) return;
    depth += 1;
    overlay.hidden = false;
  });
  document.addEventListener('dragleave', () => {
    depth = Math.max(0, depth - 1);
    overlay.hidden = depth === 0;
  });
  document.addEventListener('dragover', (event) => {
    if (carriesFiles(event)) event.preventDefault();
  });
  document.addEventListener('drop', (event) => {
    depth = 0;
    overlay.hidden = true;
    if (!carriesFiles(event)) return;
    event.preventDefault();
    addFiles([...(event.dataTransfer?.files ?? [])]);
  });
}
