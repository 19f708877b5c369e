// The parameters text: ours round-trips, and the ones of other programs are understood.

import { describe, expect, it } from 'vitest';
import { formatParameters, parseParameters } from '../../src/image/a1111-parameters.ts';

describe('the parameters text', () => {
  it('has the form that other programs expect', () => {
    const text = formatParameters({
      prompt: 'a red cube',
      negativePrompt: 'blurry',
      fields: {
        Steps: '20',
        Sampler: 'Euler a',
        'CFG scale': '7.5',
        Seed: '4294967295',
        Size: '512x512',
        Model: 'a, b',
      },
    });
    expect(text).toBe(
      'a red cube\nNegative prompt: blurry\nSteps: 20, Sampler: Euler a, CFG scale: 7.5, Seed: 4294967295, Size: 512x512, Model: "a, b"',
    );
  });

  it.each([
    ['plain', 'a cat', ''],
    ['several lines', 'a cat,\non a mat\n\nby night', 'dog\nblurry, (worst quality:1.4)'],
    ['colons and commas', 'style: oil, size: large', 'text: none'],
    ['no prompt', '', 'ugly'],
    ['other scripts', '猫, “quoted” 🐈', 'é'],
  ])('round-trips %s', (_name, prompt, negativePrompt) => {
    const fields = {
      Steps: '30',
      Sampler: 'DPM++ 2M Karras',
      Seed: '7',
      'Hires prompt': 'a "b", c: d\ne',
      'Model hash': '6ce0161689',
    };
    expect(parseParameters(formatParameters({ prompt, negativePrompt, fields }))).toEqual({
      prompt,
      negativePrompt,
      fields,
    });
  });

  it('reads what the web UI writes with hires fix, extensions and hashes', () => {
    const text = `masterpiece, <lora:inkStyle:0.8>, a lighthouse
(detailed sky:1.2)
Negative prompt: lowres, bad hands
jpeg artifacts
Steps: 28, Sampler: DPM++ SDE Karras, CFG scale: 7, Seed: 1234567890, Size: 512x768, Model hash: 6ce0161689, Model: v1-5-pruned-emaonly, Denoising strength: 0.45, Clip skip: 2, ADetailer prompt: "face, \\"smile\\"", Hires upscale: 2, Hires upscaler: R-ESRGAN 4x+, Lora hashes: "inkStyle: 0a1b2c3d4e5f, other: 99", TI hashes: "easynegative: c74b4e810b03", Version: v1.6.0`;
    const { prompt, negativePrompt, fields } = parseParameters(text);
    expect(prompt).toBe('masterpiece, <lora:inkStyle:0.8>, a lighthouse\n(detailed sky:1.2)');
    expect(negativePrompt).toBe('lowres, bad hands\njpeg artifacts');
    expect(fields).toMatchObject({
      Steps: '28',
      Size: '512x768',
      'ADetailer prompt': 'face, "smile"',
      'Hires upscaler': 'R-ESRGAN 4x+',
      'Lora hashes': 'inkStyle: 0a1b2c3d4e5f, other: 99',
      Version: 'v1.6.0',
    });
  });

  it('keeps a last line that only looks like pairs as prompt', () => {
    expect(parseParameters('a poster\nwith text: hello, subtitle: world')).toEqual({
      prompt: 'a poster\nwith text: hello, subtitle: world',
      negativePrompt: '',
      fields: {},
    });
  });

  it('reads Windows line ends, a missing negative prompt and an empty text', () => {
    expect(parseParameters('a\r\nSteps: 1, Sampler: b, Seed: 2').prompt).toBe('a');
    expect(parseParameters('')).toEqual({ prompt: '', negativePrompt: '', fields: {} });
  });

  it('never throws and never hangs on hostile text', () => {
    const hostile = [
      'Steps: "',
      'Steps: "\\',
      'a: b, '.repeat(20_000),
      `${'x '.repeat(50_000)}:`,
      `Steps: ${'"\\'.repeat(50_000)}`,
      '::,,::',
    ];
    for (const text of hostile) expect(() => parseParameters(text)).not.toThrow();
  });

  it('does not let a field name reach the prototype', () => {
    const { fields } = parseParameters('a\n__proto__: x, Steps: 1, Sampler: b, Seed: 2');
    expect(Object.getPrototypeOf(fields)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });
});
