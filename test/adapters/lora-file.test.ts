// What a LoRA file says: the names of both families, and why a file does not fit a model.

import { describe, expect, it, test } from 'vitest';
import type { GraphWeight } from '../../src/adapters/graph-weights.ts';
import { readLora, unfitFor } from '../../src/adapters/lora-file.ts';
import { readLoraKey } from '../../src/adapters/lora-names.ts';
import type { LazyTensor } from '../../src/model-import/tensor.ts';

const block = 'down_blocks_1_attentions_0_transformer_blocks_0_attn2_';
const dotted = 'down_blocks.1.attentions.0.transformer_blocks.0.attn2.';

describe('names of tensors', () => {
  test.each([
    [`lora_unet_${block}to_k.lora_down.weight`, 'unet', `${block}to_k`, 'down'],
    [`lora_unet_${block}to_out_0.lora_up.weight`, 'unet', `${block}to_out_0`, 'up'],
    [`lora_unet_${block}to_k.alpha`, 'unet', `${block}to_k`, 'alpha'],
    ['lora_unet_down_blocks_0_resnets_1_conv1.lora_mid.weight', 'unet', 'down_blocks_0_resnets_1_conv1', 'mid'],
    [
      'lora_te_text_model_encoder_layers_3_self_attn_q_proj.lora_up.weight',
      'text_encoder',
      'encoder_layers_3_self_attn_q_proj',
      'up',
    ],
    [`unet.${dotted}to_k.lora_A.weight`, 'unet', `${block}to_k`, 'down'],
    [`base_model.model.unet.${dotted}to_k.lora_B.default.weight`, 'unet', `${block}to_k`, 'up'],
    [`unet.${dotted}to_out.0.lora.down.weight`, 'unet', `${block}to_out_0`, 'down'],
    [`unet.${dotted}processor.to_out_lora.up.weight`, 'unet', `${block}to_out_0`, 'up'],
    [`${dotted}processor.to_q_lora.down.weight`, 'unet', `${block}to_q`, 'down'],
    [
      'text_encoder.text_model.encoder.layers.3.mlp.fc1.lora_linear_layer.down.weight',
      'text_encoder',
      'encoder_layers_3_mlp_fc1',
      'down',
    ],
  ])('%s', (key, network, layer, part) => {
    expect(readLoraKey(key)).toEqual({ network, layer, part });
  });

  it('knows no others', () => {
    expect(readLoraKey('model.diffusion_model.input_blocks.0.0.weight')).toBeNull();
  });
});

const tensor = (name: string, ...shape: number[]): LazyTensor => ({
  name,
  dtype: 'F32',
  shape,
  read: async () => new Uint8Array(),
});
const file = (entries: Record<string, number[]>) =>
  new Map(Object.entries(entries).map(([name, shape]) => [name, tensor(name, ...shape)]));
const weight = (layer: string, rows: number, columns: number): [string, GraphWeight] => [
  layer,
  { layer, rows, columns, blocks: [] },
];
const weights = {
  unet: new Map([weight(`${block}to_k`, 320, 768), weight('conv_in', 320, 36)]),
  text_encoder: new Map([weight('encoder_layers_0_self_attn_q_proj', 768, 768)]),
};

function problemOf(entries: Record<string, number[]>) {
  const lora = readLora(file(entries));
  return 'reason' in lora ? lora : unfitFor(lora, weights);
}

const key = `lora_unet_${block}to_k`;

describe('a file that fits', () => {
  it('has a pair for layers of the model alone', () => {
    expect(
      problemOf({
        [`${key}.lora_down.weight`]: [8, 768],
        [`${key}.lora_up.weight`]: [320, 8],
        [`${key}.alpha`]: [],
        'lora_unet_conv_in.lora_down.weight': [4, 4, 3, 3],
        'lora_unet_conv_in.lora_up.weight': [320, 4, 1, 1],
      }),
    ).toBeNull();
  });

  it('may say its alphas in the metadata of PEFT', () => {
    const pair = file({
      [`unet.${dotted}to_k.lora_A.weight`]: [8, 768],
      [`unet.${dotted}to_k.lora_B.weight`]: [320, 8],
    });
    const lora = readLora(pair, { lora_adapter_metadata: JSON.stringify({ 'unet.r': 8, 'unet.lora_alpha': 16 }) });
    expect(lora).toMatchObject({ alphas: { unet: 16 } });
  });
});

describe('a file that does not fit says why', () => {
  test.each<[string, Record<string, number[]>, string, string]>([
    [
      'Stable Diffusion XL by its second text encoder',
      { 'lora_te2_x.lora_down.weight': [4, 1280] },
      'xl',
      'lora_te2_x',
    ],
    [
      'Stable Diffusion XL by the width of its texts',
      { [`${key}.lora_down.weight`]: [8, 2048], [`${key}.lora_up.weight`]: [320, 8] },
      'xl',
      '2048',
    ],
    [
      'another width',
      { [`${key}.lora_down.weight`]: [8, 1024], [`${key}.lora_up.weight`]: [320, 8] },
      'width',
      `${block}to_k: 320×1024 ≠ 320×768`,
    ],
    [
      'layers that the model does not have',
      { 'lora_unet_up_blocks_9_x.lora_down.weight': [8, 768], 'lora_unet_up_blocks_9_x.lora_up.weight': [320, 8] },
      'layers',
      'up_blocks_9_x',
    ],
    ['LoHa', { [`${key}.hada_w1_a`]: [320, 8] }, 'kind', 'LoHa'],
    ['DoRA', { [`${key}.dora_scale`]: [320, 1] }, 'kind', 'DoRA'],
    ['a checkpoint', { 'model.diffusion_model.out.2.bias': [4] }, 'kind', 'model.diffusion_model.out.2.bias'],
    ['half a pair', { [`${key}.lora_down.weight`]: [8, 768] }, 'damaged', 'down alone'],
    [
      'ranks that differ',
      { [`${key}.lora_down.weight`]: [8, 768], [`${key}.lora_up.weight`]: [320, 4] },
      'damaged',
      '4 ≠ 8',
    ],
  ])('%s', (_, entries, reason, detail) => {
    const problem = problemOf(entries);
    expect(problem?.reason).toBe(reason);
    expect(problem?.detail).toContain(detail);
  });

  it('a model whose weights another exporter named', () => {
    const lora = readLora(file({ [`${key}.lora_down.weight`]: [8, 768], [`${key}.lora_up.weight`]: [320, 8] }));
    if ('reason' in lora) throw new Error(lora.detail);
    expect(unfitFor(lora, { ...weights, unet: new Map() })?.reason).toBe('model');
  });
});
