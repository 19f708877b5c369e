import { expect, test } from 'vitest';
import { components } from '../../commands/components/index.ts';
import { upscale } from '../../commands/components/upscale.ts';
import { decodeCustomId, encodeCustomId } from '../../src/discord/custom-id.ts';
import { textsFor } from '../../src/texts/index.ts';

const jobId = '0123456789ab';

test('what was encoded is decoded, separators included', () => {
  expect(decodeCustomId(encodeCustomId('x', ['a:b', '100%', 7, '%3A']))).toEqual({
    id: 'x',
    args: ['a:b', '100%', '7', '%3A'],
  });
});

test('an id that would pass 100 characters is refused when it is written', () => {
  expect(() => encodeCustomId('x', ['y'.repeat(97)])).toThrow('at most 100 characters');
});

test.each(['', 'u', '1', '1:', '0:u:a', '2:u:a', `1:u:${'x'.repeat(100)}`, 'hello world'])(
  '%j is nobody of ours',
  (text) => {
    const decoded = decodeCustomId(text);
    expect(decoded === null || decoded.id.length > 0).toBe(true);
    if (text.startsWith('2') || text.startsWith('0')) expect(decoded).toBeNull();
  },
);

test.each([
  [[jobId, '0'], true],
  [[jobId, '3'], true],
  [[jobId, '4'], false],
  [[jobId, '-1'], false],
  [[jobId, '1.0'], false],
  [[jobId, ''], false],
  [[jobId], false],
  [[jobId, '1', '2'], false],
  [['0123456789aB', '1'], false],
  [["'; DROP", '1'], false],
])('arguments are parsed on return: %j -> %s', (given, fits) => {
  expect(upscale.read(given, { values: [], fields: new Map(), files: new Map() }) !== null).toBe(fits);
});

test('a button carries its arguments there and back', () => {
  const button = upscale.button(textsFor('en-US'), [jobId, 2]);
  const decoded = decodeCustomId(button.custom_id);
  expect(decoded).toEqual({ id: 'u', args: [jobId, '2'] });
  expect(upscale.read(decoded?.args ?? [], { values: [], fields: new Map(), files: new Map() })?.input).toMatchObject({
    args: [jobId, 2],
  });
});

test('every component has an id of its own', () => {
  expect(new Set(components.map((component) => component.id)).size).toBe(components.length);
});
