import { describe, expect, it } from 'vitest';
import { readPrompt, sizeOfRatio } from '../../src/prompt/flags.ts';

describe('flags in a prompt', () => {
  it.each([
    ['a red house', 'a red house', {}],
    ['a house --seed 7', 'a house', { seed: 7 }],
    ['--steps 12 a house --guidance 7.5', 'a house', { steps: 12, guidance: 7.5 }],
    ['a house --no people, cars --ar 3:2', 'a house', { no: 'people, cars', ar: { width: 3, height: 2 } }],
    ['a house --no people --no cars', 'a house', { no: 'people, cars' }],
    ['a house --tile by the sea --count 2', 'a house by the sea', { tile: true, count: 2 }],
    ['a house --seed=9 by the sea', 'a house by the sea', { seed: 9 }],
    ['a house --seed 1 --seed 2', 'a house', { seed: 2 }],
    ['a house —ar 16:9 –seed 3', 'a house', { ar: { width: 16, height: 9 }, seed: 3 }],
    ['a house --AR 1:1 --style pixel-art', 'a house', { ar: { width: 1, height: 1 }, style: 'pixel-art' }],
    ['a house\n--repeat 3', 'a house', { repeat: 3 }],
    ['a well-known house -- by the sea', 'a well-known house -- by the sea', {}],
    ['a house —by the sea', 'a house —by the sea', {}],
    ['rock--paper', 'rock--paper', {}],
  ])('%j', (text, words, flags) => {
    expect(readPrompt(text)).toEqual({ words, flags, problem: null });
  });

  it.each([
    ['a --chaos 5', 'unknown', 'chaos', ''],
    ['a --constructor 5', 'unknown', 'constructor', ''],
    ['a --seed', 'value', 'seed', '0–4294967295'],
    ['a --seed -1', 'value', 'seed', '0–4294967295'],
    ['a --seed 4294967296', 'value', 'seed', '0–4294967295'],
    ['a --seed 1.5', 'value', 'seed', '0–4294967295'],
    ['a --steps many', 'value', 'steps', '1–150'],
    ['a --count 9', 'value', 'count', '1–4'],
    ['a --guidance 31', 'value', 'guidance', '1–30'],
    ['a --ar 0:1', 'value', 'ar', '1:3–3:1'],
    ['a --ar 9:1', 'value', 'ar', '1:3–3:1'],
    ['a --ar wide', 'value', 'ar', '1:3–3:1'],
    ['a --no', 'value', 'no', '…'],
    ['a --no --seed 1', 'value', 'no', '…'],
  ])('names what is wrong with %j', (text, reason, flag, limit) => {
    expect(readPrompt(text).problem).toEqual({ reason, flag, limit });
  });

  it('takes no longer for a hostile text than for another', () => {
    const started = performance.now();
    readPrompt('--no '.repeat(400));
    readPrompt(`--${'a'.repeat(1990)}`);
    readPrompt(' '.repeat(2000));
    expect(performance.now() - started).toBeLessThan(200);
  });
});

describe('sizeOfRatio', () => {
  it.each([
    [3, 2, 512, 1024, 640, 448],
    [1, 1, 512, 1024, 512, 512],
    [16, 9, 512, 1024, 704, 384],
    [9, 16, 512, 1024, 384, 704],
    [3, 1, 256, 1024, 448, 128],
    [3, 2, 512, 512, 512, 320],
  ])('%s:%s at %s within %s', (width, height, edge, max, w, h) => {
    expect(sizeOfRatio({ width, height }, edge, max)).toEqual({ width: w, height: h });
  });
});
