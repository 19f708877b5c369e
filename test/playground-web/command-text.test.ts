import { expect, test } from 'vitest';

const { matchEntries, readEntry, readOptions, readValue, slashEntries } = await import(
  new URL('../../src/playground/web/command-text.js', import.meta.url).href
);

const prompt = { type: 3, name: 'prompt', description: '', required: true };
const seed = { type: 4, name: 'seed', description: '', min_value: 0, max_value: 100 };
const size = { type: 3, name: 'size', description: '', choices: [{ name: 'Square (512 × 512)', value: 'square' }] };
const commands = [
  { id: '1', type: 1, name: 'imagine', description: 'paint', options: [seed, prompt, size] },
  {
    id: '2',
    type: 1,
    name: 'queue',
    description: '',
    options: [{ type: 1, name: 'cancel', description: 'stop', options: [] }],
  },
  { id: '3', type: 3, name: 'Check origin', description: '', options: [] },
];
const entries = slashEntries(commands);

test('subcommands are entries of their own, and required options come first', () => {
  expect(entries.map((entry: { name: string }) => entry.name)).toEqual(['imagine', 'queue cancel']);
  expect(entries[0].options.map((option: { name: string }) => option.name)).toEqual(['prompt', 'seed', 'size']);
  expect(entries[1].path).toEqual(['cancel']);
});

test('what begins with the typed words stands before what merely contains them', () => {
  expect(matchEntries(entries, 'q')[0].name).toBe('queue cancel');
  expect(matchEntries(entries, 'cancel')).toHaveLength(1);
});

test('a whole name and a space open the command', () => {
  expect(readEntry(entries, '/imagine')).toBeUndefined();
  expect(readEntry(entries, '/imagine a house').rest).toBe('a house');
});

test.each([
  ['a red house', { prompt: 'a red house' }],
  ['a red house seed:7', { prompt: 'a red house', seed: '7' }],
  ['seed:7 prompt:a house: red', { seed: '7', prompt: 'a house: red' }],
  ['', {}],
])('"%s" is sorted into options', (rest, values) => {
  expect(Object.fromEntries(readOptions(entries[0].options, rest))).toEqual(values);
});

test.each([
  [seed, '7', { value: 7 }],
  [seed, '7.5', { problem: 'Write a whole number.' }],
  [seed, '101', { problem: 'Write a number of at most 100.' }],
  [size, 'square', { value: 'square' }],
  [size, 'SQUARE (512 × 512)', { value: 'square' }],
  [size, 'round', { problem: 'Choose one of the options in the list.' }],
  [{ type: 5, name: 'private', description: '' }, 'true', { value: true }],
])('the text of an option becomes its value or a sentence', (option, written, result) => {
  expect(readValue(option, written)).toEqual(result);
});

test('a command in another language is read by its own names and by those that are sent, and filled under the latter', () => {
  const [spanish] = slashEntries([
    {
      ...commands[0],
      label: 'imagina',
      options: [{ ...seed, label: 'semilla' }, prompt, { ...size, label: 'tamaño' }],
    },
  ]);
  expect(spanish).toMatchObject({ name: 'imagina', canonical: 'imagine' });
  for (const text of ['/imagina a cat semilla:7 tamaño:square', '/imagine a cat seed:7 tamaño:square']) {
    const { entry, rest } = readEntry([spanish], text);
    expect(Object.fromEntries(readOptions(entry.options, rest))).toEqual({
      prompt: 'a cat',
      seed: '7',
      size: 'square',
    });
  }
});
