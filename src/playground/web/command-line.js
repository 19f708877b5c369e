// The composer while a slash command is being filled in: the command's name, a pill per option, and a last field that adds
// optional ones. Enter sends, Tab goes on, Escape closes the list and then the command, Backspace in an empty field goes back.

import { act } from './api.js';
import { fixedChoices, readOptions, shownName } from './command-text.js';
import { $, h } from './dom.js';
import { runCommand } from './interactions.js';
import { createPill, hasList, isFileOption, listedChoices } from './option-pill.js';
import { store } from './store.js';
import { hideSuggestions, isSuggesting, showSuggestions, suggestionKey } from './suggestions.js';

/** @import { PageChoice, PageOption, PageOptionValue } from '../wire.ts' */
/** @import { Entry } from './command-text.js' */
/** @import { Pill } from './option-pill.js' */
/** @import { Suggestion } from './suggestions.js' */

const AUTOCOMPLETE_DELAY_MS = 120;

const line = $('#command-line');
/** @type {Entry | null} */
let entry = null;
/** @type {Pill[]} */
let pills = [];
let sending = false;
/** @type {(text: string) => void} gives the composer back to plain text */
let leave = () => {};
/** Newest autocomplete question; older answers are dropped. */
let question = 0;
/** What the bot last offered for an option. @type {WeakMap<Pill, PageChoice[]>} */
const lastChoices = new WeakMap();
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

const more = h('input', {
  class: 'more-options',
  type: 'text',
  autocomplete: 'off',
  spellcheck: 'false',
  role: 'combobox',
  'aria-expanded': 'false',
  'aria-label': 'More options',
  oninput: () => suggestOptions(),
  onfocus: () => suggestOptions(),
  onkeydown: onMoreKey,
});

/** @returns {boolean} */
export function isCommandOpen() {
  return entry !== null;
}

/**
 * @param {Entry} chosen
 * @param {string} rest what was already typed behind its name
 * @param {(text: string) => void} onLeave called with the text to put back into the plain field
 */
export function openCommand(chosen, rest, onLeave) {
  entry = chosen;
  leave = onLeave;
  pills = [];
  const values = readOptions(chosen.options, rest);
  line.replaceChildren(h('span', { class: 'command-name' }, `/${chosen.name}`), more);
  line.setAttribute('aria-label', `Command /${chosen.name}`);
  for (const option of chosen.options)
    if (option.required || values.has(option.name)) addPill(option).set(values.get(option.name) ?? '');
  line.hidden = false;
  updateMore();
  const empty = pills.find((pill) => pill.isEmpty());
  focusField(empty?.field ?? (values.size === 1 ? pills[0]?.field : undefined) ?? more);
}

export function closeCommand(text = '') {
  if (!entry) return;
  entry = null;
  pills = [];
  question += 1;
  clearTimeout(timer);
  line.hidden = true;
  line.replaceChildren();
  hideSuggestions();
  leave(text);
}

/** Gives a dropped or pasted file to the first option that takes one. @param {File} file @returns {boolean} whether one did */
export function offerFile(file) {
  const option = entry?.options.find((each) => isFileOption(each) && (pillOf(each)?.isEmpty() ?? true));
  if (!option) return false;
  const pill = pillOf(option) ?? addPill(option);
  pill.setFile(file);
  updateMore();
  return true;
}

/** @param {PageOption} option */
const pillOf = (option) => pills.find((pill) => pill.option.name === option.name);

/** @param {PageOption} option @returns {Pill} */
function addPill(option) {
  const pill = createPill(option, {
    onInput: () => {
      pill.mark(false);
      suggest(pill);
    },
    onFocus: () => suggest(pill),
    onKey: (event) => onPillKey(event, pill),
  });
  pills.push(pill);
  more.before(pill.element);
  return pill;
}

/** @param {Pill} pill */
function removePill(pill) {
  pills = pills.filter((each) => each !== pill);
  pill.element.remove();
  updateMore();
}

/** @returns {PageOption[]} */
function unused() {
  return entry?.options.filter((option) => !pillOf(option)) ?? [];
}

function updateMore() {
  const left = unused().length;
  more.value = '';
  more.placeholder = left > 0 ? `+${left} optional` : '';
  more.readOnly = left === 0;
}

/** @param {HTMLElement} field */
function focusField(field) {
  field.focus();
  if (field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement)
    field.setSelectionRange(field.value.length, field.value.length);
}

/** The next field worth filling: an empty required one, else the one that adds more. @param {Pill} [after] */
function goOn(after) {
  const from = after ? pills.indexOf(after) + 1 : 0;
  const next =
    pills.slice(from).find((pill) => pill.isEmpty()) ?? pills.find((pill) => pill.isEmpty() && pill.option.required);
  focusField(next?.field ?? more);
}

/** @param {PageOption} option */
function hintFor(option) {
  const { min_value: min, max_value: max } = option;
  const range = min !== undefined && max !== undefined ? ` (${min} to ${max})` : '';
  return h(
    'span',
    null,
    h('strong', null, shownName(option)),
    ` ${option.description}${range}`,
    option.required && h('span', { class: 'required-mark' }, 'required'),
  );
}

/** @param {Pill} pill @param {string} [problem] */
function suggest(pill, problem) {
  const { option } = pill;
  const typed = pill.field instanceof HTMLTextAreaElement ? pill.field.value : '';
  clearTimeout(timer);
  question += 1;
  /** @param {Suggestion[]} items @param {string} [note] */
  const show = (items, note) =>
    showSuggestions(pill.field, {
      heading: hintFor(option),
      items,
      preselect: items.length > 0 && typed !== '',
      ...(problem && { problem }),
      ...(note && { note }),
    });
  /** @param {string} text @param {string | number | boolean} value */
  const take = (text, value) => () => {
    pill.set(text, value);
    pill.mark(false);
    goOn(pill);
  };
  if (option.autocomplete) {
    const asked = question;
    /** @param {PageChoice[]} choices */
    const rows = (choices) => choices.map((choice) => ({ label: choice.name, run: take(choice.name, choice.value) }));
    // Until the bot answers, what it said last is narrowed down here: the list neither blinks nor lags behind.
    const known = lastChoices.get(pill) ?? [];
    show(
      rows(known.filter((choice) => choice.name.toLowerCase().includes(typed.trim().toLowerCase()))),
      'Loading options…',
    );
    timer = setTimeout(async () => {
      if (!entry) return;
      const reply = await act({
        action: 'autocomplete',
        channelId: store.channelId,
        commandId: entry.command.id,
        path: entry.path,
        options: typedValues(pill),
        focused: option.name,
      });
      if (asked !== question) return;
      if (!reply.ok) return show([], reply.message);
      lastChoices.set(pill, reply.choices ?? []);
      show(rows(reply.choices ?? []), 'No options match.');
    }, AUTOCOMPLETE_DELAY_MS);
    return;
  }
  const wanted = typed.trim().replace(/^[@#]/, '').toLowerCase();
  const choices = fixedChoices(option);
  const exact = choices.some((choice) => choice.name.toLowerCase() === wanted);
  const items = choices
    .filter((choice) => exact || choice.name.toLowerCase().includes(wanted))
    .map((choice) => ({ label: choice.name, run: take(choice.name, choice.value) }));
  for (const each of listedChoices(option)) {
    if (!`${each.label} ${each.description ?? ''}`.toLowerCase().includes(wanted)) continue;
    const lead = each.lead?.();
    items.push({
      label: each.label,
      run: take(each.label, each.value),
      ...(each.description && { description: each.description }),
      ...(lead && { lead }),
    });
  }
  show(items.slice(0, 25), hasList(option) ? 'No options match.' : undefined);
}

/** Everything filled so far, for autocomplete; what does not parse yet is sent as text. @param {Pill} focused @returns {PageOptionValue[]} */
function typedValues(focused) {
  return pills
    .filter((pill) => !pill.isEmpty())
    .map((pill) => {
      if (pill === focused && pill.field instanceof HTMLTextAreaElement)
        return { name: pill.option.name, value: pill.field.value };
      const read = pill.read();
      return 'value' in read ? { name: pill.option.name, value: read.value } : null;
    })
    .filter((value) => value !== null);
}

function suggestOptions() {
  const wanted = more.value.trim().toLowerCase();
  const items = unused()
    .filter((option) => [shownName(option), option.name].some((name) => name.includes(wanted)))
    .map((option) => ({
      label: shownName(option),
      description: option.description,
      run: () => {
        const pill = addPill(option);
        updateMore();
        focusField(pill.field);
      },
    }));
  const heading = items.length > 0 ? 'Optional' : `Press Enter to send /${entry?.name ?? ''}`;
  showSuggestions(more, { heading, items, preselect: wanted !== '' });
}

/** @param {KeyboardEvent} event @param {Pill} pill */
function onPillKey(event, pill) {
  const { field } = pill;
  if (event.isComposing) return;
  const resolved = !pill.isEmpty() && 'value' in pill.read() && !pill.option.autocomplete;
  if (!(event.key === 'Enter' && resolved) && suggestionKey(event)) return;
  if (commonKey(event)) return;
  const atStart = field instanceof HTMLButtonElement || (field.selectionStart === 0 && field.selectionEnd === 0);
  const atEnd = field instanceof HTMLButtonElement || field.selectionStart === field.value.length;
  const at = pills.indexOf(pill);
  if (event.key === 'Backspace' && (atStart || field instanceof HTMLButtonElement) && pill.isEmpty()) {
    event.preventDefault();
    if (!pill.option.required) removePill(pill);
    const previous = pills[at - 1];
    if (previous) focusField(previous.field);
    else closeCommand(`/${entry?.name ?? ''}`);
  } else if (event.key === 'ArrowLeft' && atStart && pills[at - 1]) {
    event.preventDefault();
    pills[at - 1]?.field.focus();
  } else if (event.key === 'ArrowRight' && atEnd) {
    event.preventDefault();
    focusField(pills[at + 1]?.field ?? more);
  }
}

/** @param {KeyboardEvent} event */
function onMoreKey(event) {
  if (suggestionKey(event) || commonKey(event)) return;
  const last = pills[pills.length - 1];
  if ((event.key === 'Backspace' || event.key === 'ArrowLeft') && more.value === '') {
    event.preventDefault();
    if (last) focusField(last.field);
    else if (event.key === 'Backspace') closeCommand(`/${entry?.name ?? ''}`);
  }
}

/** @param {KeyboardEvent} event @returns {boolean} whether the key was used */
function commonKey(event) {
  if (event.key === 'Enter' && !event.shiftKey) {
    event.preventDefault();
    void sendCommand();
    return true;
  }
  if (event.key === 'Escape') {
    event.preventDefault();
    if (isSuggesting()) hideSuggestions();
    else closeCommand();
    return true;
  }
  return false;
}

/** @param {Pill} pill @param {string} problem */
function complain(pill, problem) {
  pill.mark(true);
  focusField(pill.field);
  suggest(pill, problem);
  pill.mark(true);
}

export async function sendCommand() {
  if (!entry || sending) return;
  /** @type {PageOptionValue[]} */
  const options = [];
  for (const pill of pills) {
    if (pill.isEmpty() && !pill.option.required) continue;
    if (pill.isEmpty()) return complain(pill, 'This option is required. Give it a value.');
    const read = pill.read();
    if ('problem' in read) return complain(pill, read.problem);
    options.push({ name: pill.option.name, value: read.value });
  }
  sending = true;
  const { command, path, name } = entry;
  const reply = await runCommand(
    { action: 'command', channelId: store.channelId, commandId: command.id, path, options },
    name,
  );
  sending = false;
  if (reply.ok) return closeCommand();
  const pill = pills.find((each) => each.option.name === reply.field);
  if (pill) complain(pill, reply.message);
  else store.emit('toast', reply.message);
}
