import { expect, it } from 'vitest';
import { parseParameters } from '../../src/image/a1111-parameters.ts';
import type { PaintInput } from '../../src/inference/engine.ts';
import { describePaint } from '../../src/inference/paint-parameters.ts';

const input: PaintInput = {
  prompt: 'a lighthouse,\nby night',
  negativePrompt: 'blurry',
  width: 512,
  height: 384,
  seed: 5,
  count: 2,
  steps: 20,
  guidanceScale: 7.5,
  sampler: 'plms',
  clipSkip: 2,
  init: { bytes: new Uint8Array(), strength: 0.6 },
  safety: { adjustment: 0, onFlag: 'withhold' },
  traceIds: [1, 2, 3],
  preview: 'off',
};

it('describes a paint so that other programs can repeat it', () => {
  const text = describePaint(input, { name: 'sd-v1-4', hash: '0123456789abcdef' })(6);
  expect(parseParameters(text)).toEqual({
    prompt: 'a lighthouse,\nby night',
    negativePrompt: 'blurry',
    fields: {
      Steps: '20',
      Sampler: 'PLMS',
      'CFG scale': '7.5',
      Seed: '6',
      Size: '512x384',
      'Model hash': '0123456789',
      Model: 'sd-v1-4',
      'Denoising strength': '0.6',
      'Clip skip': '2',
      Version: 'Easel',
    },
  });
});
