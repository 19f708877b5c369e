// Slash commands as typed or pasted text: which command is meant, which options it fills, and whether a value will do. Pure functions.

/** @import { PageCommand, PageOption } from '../wire.ts' */

/**
 * @typedef {object} Entry one thing that can be typed: a command, or a subcommand with the way to it
 * @property {PageCommand} command
 * @property {string[]} path names of group and subcommand, as sent
 * @property {string} name full name as shown, words separated by spaces
 * @property {string} canonical the same as sent; both can be typed
 * @property {string} description
 * @property {PageOption[]} options
 */

const SUBCOMMAND = 1;
const GROUP = 2;
const INTEGER = 4;
const BOOLEAN = 5;
const NUMBER = 10;

/** @param {{ name: string, label?: string }} named */
export const shownName = ({ name, label }) => label ?? name;

/** @param {PageCommand[]} commands @returns {Entry[]} of the slash commands, by name */
export function slashEntries(commands) {
  return commands
    .filter((command) => command.type === 1)
    .flatMap((command) => expand(command, [], shownName(command), command.description, command.options))
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** @param {PageCommand} command @param {string[]} path @param {string} name @param {string} description @param {PageOption[]} options @returns {Entry[]} */
function expand(command, path, name, description, options) {
  const nested = options.filter((option) => option.type === SUBCOMMAND || option.type === GROUP);
  if (nested.length > 0)
    return nested.flatMap((option) =>
      expand(command, [...path, option.name], `${name} ${shownName(option)}`, option.description, option.options ?? []),
    );
  const required = options.filter((option) => option.required);
  const optional = options.filter((option) => !option.required);
  const canonical = [command.name, ...path].join(' ');
  return [{ command, path, name, canonical, description, options: [...required, ...optional] }];
}

/**
 * Entries that fit what follows the slash, those that begin with it first.
 * @param {Entry[]} entries @param {string} typed @returns {Entry[]}
 */
export function matchEntries(entries, typed) {
  const wanted = typed.trim().toLowerCase();
  const names = (/** @type {Entry} */ { name, canonical }) => [name, canonical];
  const begins = entries.filter((entry) => names(entry).some((name) => name.startsWith(wanted)));
  const contains = entries.filter((entry) => names(entry).some((name) => name.includes(wanted)));
  return [...new Set([...begins, ...contains])];
}

/**
 * Reads "/name rest": the entry whose whole name was typed, followed by a space, and what comes after.
 * @param {Entry[]} entries @param {string} text @returns {{ entry: Entry, rest: string } | undefined}
 */
export function readEntry(entries, text) {
  const named = entries.flatMap((entry) => [entry.name, entry.canonical].map((name) => ({ entry, name })));
  const found = named
    .sort((a, b) => b.name.length - a.name.length)
    .find(({ name }) => text.toLowerCase().startsWith(`/${name} `));
  return found && { entry: found.entry, rest: text.slice(found.name.length + 2) };
}

/**
 * Reads "a red house size:square seed:7" or "prompt:a red house seed:7": words before the first known name belong to the first option.
 * @param {PageOption[]} options @param {string} rest @returns {Map<string, string>} text by option name as sent, in the order written
 */
export function readOptions(options, rest) {
  const names = new Map(
    options.flatMap((option) => [shownName(option), option.name].map((name) => [name, option.name])),
  );
  /** @type {{ name: string, from: number, start: number }[]} */
  const marks = [];
  for (const match of rest.matchAll(/(?:^|\s)([\p{L}\p{N}_-]{1,32}):/gu)) {
    const [whole, written = ''] = match;
    const name = names.get(written);
    if (name !== undefined && !marks.some((mark) => mark.name === name))
      marks.push({ name, start: match.index, from: match.index + whole.length });
  }
  /** @type {Map<string, string>} */
  const values = new Map();
  const lead = rest.slice(0, marks[0]?.start ?? rest.length).trim();
  const first = options[0]?.name;
  if (lead && first !== undefined && !marks.some((mark) => mark.name === first)) values.set(first, lead);
  marks.forEach((mark, at) => {
    values.set(mark.name, rest.slice(mark.from, marks[at + 1]?.start ?? rest.length).trim());
  });
  return values;
}

/** @param {PageOption} option @returns {{ name: string, value: string | number | boolean }[]} what may be chosen; empty where anything may be written */
export function fixedChoices(option) {
  if (option.type === BOOLEAN) {
    return [
      { name: 'True', value: true },
      { name: 'False', value: false },
    ];
  }
  return option.choices ?? [];
}

/**
 * Turns text into the value to send.
 * @param {PageOption} option neither user, role, channel nor attachment, which are chosen, not written
 * @param {string} text
 * @returns {{ value: string | number | boolean } | { problem: string }}
 */
export function readValue(option, text) {
  const choices = fixedChoices(option);
  if (choices.length > 0) {
    const wanted = text.trim().toLowerCase();
    const choice =
      choices.find((each) => each.name.toLowerCase() === wanted) ??
      choices.find((each) => String(each.value).toLowerCase() === wanted);
    return choice ? { value: choice.value } : { problem: 'Choose one of the options in the list.' };
  }
  if (option.type === INTEGER || option.type === NUMBER) return readNumber(option, text.trim());
  const { min_length: min = 0, max_length: max = 6000 } = option;
  if (text.length < min) return { problem: `Write at least ${min} characters.` };
  if (text.length > max) return { problem: `Write at most ${max} characters: this has ${text.length}.` };
  return { value: text };
}

/** @param {PageOption} option @param {string} text @returns {{ value: number } | { problem: string }} */
function readNumber(option, text) {
  const value = Number(text);
  const whole = option.type === INTEGER;
  if (text === '' || !Number.isFinite(value) || (whole && !Number.isSafeInteger(value))) {
    return { problem: whole ? 'Write a whole number.' : 'Write a number.' };
  }
  if (option.min_value !== undefined && value < option.min_value)
    return { problem: `Write a number of at least ${option.min_value}.` };
  if (option.max_value !== undefined && value > option.max_value)
    return { problem: `Write a number of at most ${option.max_value}.` };
  return { value };
}
