import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { checkpointShapes, countParameters, type ModelSize, sdV1Size } from '../../src/bench/sd-v1-shapes.ts';
import { fixtureJson, fixturePath, fixturesNote, hasFixtures } from '../support/fixtures.ts';

describe('the shapes of a Stable Diffusion v1 checkpoint', () => {
  it('have the published numbers of parameters', () => {
    const shapes = checkpointShapes(sdV1Size);
    expect(countParameters(shapes, 'model.diffusion_model.')).toBe(859_520_964);
    expect(countParameters(shapes, 'cond_stage_model.')).toBe(123_060_480);
    expect(countParameters(shapes, 'first_stage_model.')).toBe(83_653_863);
  });

  it.skipIf(!hasFixtures)(`are those that the reference code gives a model of its size${fixturesNote}`, () => {
    const { unet, text, vae } = fixtureJson<{
      unet: { model_channels: number; channel_mult: number[]; num_res_blocks: number };
      text: { hidden_size: number; layers: number; vocab: number; positions: number };
      vae: { ch: number; ch_mult: number[]; num_res_blocks: number };
    }>('checkpoint/model.json');
    const size: ModelSize = {
      unet: {
        channels: unet.model_channels,
        multipliers: unet.channel_mult,
        resnets: unet.num_res_blocks,
        attentionLevels: [0, 1, 2],
      },
      text: { width: text.hidden_size, layers: text.layers, words: text.vocab, positions: text.positions },
      vae: { channels: vae.ch, multipliers: vae.ch_mult, resnets: vae.num_res_blocks },
    };
    const file = gunzipSync(readFileSync(fixturePath('checkpoint/tiny-sd-v1.safetensors.gz')));
    const header = JSON.parse(file.toString('utf8', 8, 8 + Number(file.readBigUInt64LE(0)))) as Record<
      string,
      { shape: number[] }
    >;
    const published = Object.entries(header).filter(
      ([name]) => /^(?:model|first_stage_model|cond_stage_model)\./.test(name) && !name.endsWith('position_ids'),
    );
    const found = checkpointShapes(size);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(published.map(([name, { shape }]) => [name, shape])));
  });
});
