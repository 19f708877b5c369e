// LoRA tags inside a prompt.

import { expect, test } from 'vitest';
import { loraTag, readLoras, withoutLora } from '../../src/diffusion/prompt-loras.ts';

test('tags are taken out of the words', () => {
  expect(readLoras('a fox, <lora:ink wash:0.8> in snow <lora:Line>')).toEqual({
    words: 'a fox, in snow',
    loras: [
      { name: 'ink wash', weight: 0.8 },
      { name: 'Line', weight: 1 },
    ],
    problem: null,
  });
});

test('a tag never joins the words around it', () => {
  expect(readLoras('nu<lora:a>de').words).toBe('nu de');
});

test('the tags of one LoRA can be taken out', () => {
  expect(withoutLora('a <lora:Ink:0.5><lora:line> b', 'ink')).toBe('a <lora:line> b');
});

test('a prompt without tags stays letter by letter', () => {
  expect(readLoras('a <b> (c:1.2)')).toEqual({ words: 'a <b> (c:1.2)', loras: [], problem: null });
});

test('naming one twice adds its strengths, and a strength of nothing is left out', () => {
  expect(readLoras('<lora:a:0.5> <lora:A:0.25>').loras).toEqual([{ name: 'a', weight: 0.75 }]);
  expect(readLoras('<lora:a:1><lora:a:-1>').loras).toEqual([]);
});

test.each(['<lora:a:much>', '<lora:>', '<lora:a:3>', '<lora:a:1:0.5>', '<lora:a:1e9>'])('%s cannot be read', (tag) => {
  expect(readLoras(`a fox ${tag}`).problem).toBe(tag);
});

test('more than four are too many', () => {
  const many = ['a', 'b', 'c', 'd', 'e'].map((name) => loraTag({ name, weight: 0.5 })).join(' ');
  expect(readLoras(many).problem).toBe('<lora:e:0.5>');
});
