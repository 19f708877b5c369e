// What our pictures say about themselves is read by a reader that shares no code with ours, and theirs is read by ours.

import { describe, expect, it } from 'vitest';
import { samplerIds, samplers } from '../../src/diffusion/samplers/index.ts';
import { samplerNamed, settingsFrom } from '../../src/discord/picture-settings.ts';
import { formatParameters, parseParameters } from '../../src/image/a1111-parameters.ts';
import { encodePng } from '../../src/image/encode.ts';
import { readParametersText } from '../../src/image/picture-parameters.ts';
import { describePicture } from '../../src/inference/describe-picture.ts';
import type { PaintInput } from '../../src/inference/engine.ts';
import { readInfotext } from '../support/infotext-reader.ts';

const order: PaintInput = {
  prompt: 'a (red:1.3) house, [fog], text: "open", 家',
  negativePrompt: 'blurry, (people:1.2)',
  width: 320,
  height: 192,
  seed: 7,
  count: 2,
  steps: 28,
  guidanceScale: 6.5,
  sampler: 'dpmpp-2m-karras',
  clipSkip: 2,
  seamless: true,
  init: { bytes: new Uint8Array(), strength: 0.55 },
  mask: new Uint8Array(),
  safety: { adjustment: 0, onFlag: 'withhold' },
  traceIds: [1],
  preview: 'off',
};
const model = {
  name: 'our model, v2: "final"',
  hash: '6ce0161689b3853acaa03779ec93eafe75a02f4ced659bee03f50797806fa2fa',
};

describe('the text in our pictures', () => {
  it('is read by a reader of the web UI from the file itself, every field of it', async () => {
    const text = describePicture(order, 8, model, '0.1.0');
    const png = await encodePng({ width: 8, height: 8, data: new Uint8Array(192) }, { parameters: text });
    expect(readInfotext((await readParametersText(png)) ?? '')).toEqual({
      Prompt: order.prompt,
      'Negative prompt': order.negativePrompt,
      Steps: '28',
      Sampler: 'DPM++ 2M Karras',
      'CFG scale': '6.5',
      Seed: '8',
      'Size-1': '320',
      'Size-2': '192',
      'Model hash': '6ce0161689',
      Model: model.name,
      'Denoising strength': '0.55',
      'Mask mode': 'Inpaint masked',
      'Clip skip': '2',
      Tiling: 'True',
      Version: 'Easel 0.1.0',
    });
  });

  it('leads back to the same order', () => {
    const read = settingsFrom(parseParameters(describePicture(order, 8, model, '0.1.0')));
    const { prompt, negativePrompt, width, height, steps, guidanceScale, sampler } = order;
    const same = { prompt, negativePrompt, width, height, steps, guidanceScale, sampler };
    expect(read).toEqual({ ...same, seed: 8, clipSkip: 2, seamless: true });
  });

  it('names LoRAs and embeddings with their hashes, as the web UI does', () => {
    const hashes = {
      loras: { ink: '0a1b2c3d4e5f' },
      embeddings: { 'bad: hands, v2': 'c74b4e810b03', easy: '111122223333' },
    };
    const read = readInfotext(describePicture(order, 7, model, '0.1.0', hashes));
    expect(read['Lora hashes']).toBe('ink: 0a1b2c3d4e5f');
    expect(read['TI hashes']).toBe('bad hands v2: c74b4e810b03, easy: 111122223333');
  });

  it('names the values of a labelled sheet', () => {
    const plot = { columns: ['steps 2', 'steps 6'], rows: ['guidance 2', 'guidance 9'], cells: [{}, {}, {}, {}] };
    expect(readInfotext(describePicture({ ...order, plot }, 7, model, '0.1.0'))).toMatchObject({
      Script: 'X/Y/Z plot',
      'X Values': 'steps 2, steps 6',
      'Y Values': 'guidance 2, guidance 9',
    });
  });

  it.each(samplerIds)('names the sampler %s so that it is found again', (id) => {
    expect(samplerNamed(samplers[id].label)).toBe(id);
  });
});

describe('the text of other tools', () => {
  it.each([
    ['Euler a', '', 'euler-ancestral'],
    ['DPM2 a Karras', '', 'dpm2-ancestral-karras'],
    ['DPM++ 2M', 'Karras', 'dpmpp-2m-karras'],
    ['DPM++ 2M SDE', 'Automatic', 'dpmpp-2m-sde'],
    ['DDIM', '', 'ddim'],
    ['DPM++ 3M SDE', 'Karras', null],
  ] as const)('means by %s %s our %s', (sampler, schedule, id) => {
    expect(samplerNamed(sampler, schedule)).toBe(id);
  });

  it('is taken as far as it lies within our limits', () => {
    const fields = { Steps: '999', Sampler: 'Heun', 'CFG scale': '7', Seed: '-1', Size: '513x512', Model: 'x' };
    expect(settingsFrom({ prompt: 'a', negativePrompt: '', fields })).toEqual({
      prompt: 'a',
      negativePrompt: '',
      guidanceScale: 7,
      sampler: 'heun',
    });
  });

  it('is written by us as it is read', () => {
    const fields = {
      Steps: '20',
      Sampler: 'Euler a',
      'CFG scale': '7',
      Seed: '1',
      Size: '512x512',
      'Hires prompt': 'a, "b": c',
    };
    const text = formatParameters({ prompt: 'a\nb', negativePrompt: 'c\nd', fields });
    const { Size: _, ...rest } = fields;
    const read = { ...rest, Prompt: 'a\nb', 'Negative prompt': 'c\nd', 'Size-1': '512', 'Size-2': '512' };
    expect(readInfotext(text)).toEqual(read);
  });
});
