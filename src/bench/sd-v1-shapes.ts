// Names and shapes of a CompVis checkpoint of any size: Stable Diffusion v1 by default (v1-inference.yaml of CompVis/stable-diffusion).
// For checkpoints of random weights, in benchmarks and in tests of models that are built alike but smaller.

export interface ModelSize {
  unet: { channels: number; multipliers: readonly number[]; resnets: number; attentionLevels: readonly number[] };
  text: { width: number; layers: number; words: number; positions: number };
  vae: { channels: number; multipliers: readonly number[]; resnets: number };
}

export const sdV1Size: ModelSize = {
  unet: { channels: 320, multipliers: [1, 2, 4, 4], resnets: 2, attentionLevels: [0, 1, 2] },
  text: { width: 768, layers: 12, words: 49408, positions: 77 },
  vae: { channels: 128, multipliers: [1, 2, 4, 4], resnets: 2 },
};

export type Shapes = Map<string, readonly number[]>;

export function checkpointShapes(size: ModelSize): Shapes {
  return new Map([
    ...prefixed('model.diffusion_model.', unetShapes(size.unet, size.text.width)),
    ...prefixed('first_stage_model.', vaeShapes(size.vae)),
    ...prefixed('cond_stage_model.transformer.text_model.', textShapes(size.text)),
  ]);
}

/** Number of parameters below a prefix. */
export function countParameters(shapes: Shapes, prefix = ''): number {
  let count = 0;
  for (const [name, shape] of shapes)
    if (name.startsWith(prefix)) count += shape.reduce((product, length) => product * length, 1);
  return count;
}

class ShapeList {
  readonly shapes: Shapes = new Map();
  vector(name: string, width: number): void {
    this.shapes.set(`${name}.weight`, [width]);
    this.shapes.set(`${name}.bias`, [width]);
  }
  linear(name: string, inputs: number, outputs: number, hasBias = true): void {
    this.shapes.set(`${name}.weight`, [outputs, inputs]);
    if (hasBias) this.shapes.set(`${name}.bias`, [outputs]);
  }
  conv(name: string, inputs: number, outputs: number, kernel: number): void {
    this.shapes.set(`${name}.weight`, [outputs, inputs, kernel, kernel]);
    this.shapes.set(`${name}.bias`, [outputs]);
  }
}

function unetShapes({ channels, multipliers, resnets, attentionLevels }: ModelSize['unet'], context: number): Shapes {
  const list = new ShapeList();
  const embedding = channels * 4;
  list.linear('time_embed.0', channels, embedding);
  list.linear('time_embed.2', embedding, embedding);
  list.conv('input_blocks.0.0', 4, channels, 3);
  const skips = [channels];
  let width = channels;
  let block = 1;
  for (const [level, multiplier] of multipliers.entries()) {
    for (let i = 0; i < resnets; i++, block++) {
      unetResnet(list, `input_blocks.${block}.0`, width, channels * multiplier, embedding);
      width = channels * multiplier;
      if (attentionLevels.includes(level)) transformer(list, `input_blocks.${block}.1`, width, context);
      skips.push(width);
    }
    if (level < multipliers.length - 1) {
      list.conv(`input_blocks.${block++}.0.op`, width, width, 3);
      skips.push(width);
    }
  }
  unetResnet(list, 'middle_block.0', width, width, embedding);
  transformer(list, 'middle_block.1', width, context);
  unetResnet(list, 'middle_block.2', width, width, embedding);
  block = 0;
  for (let level = multipliers.length - 1; level >= 0; level--) {
    for (let i = 0; i <= resnets; i++, block++) {
      const outputs = channels * (multipliers[level] ?? 1);
      unetResnet(list, `output_blocks.${block}.0`, width + (skips.pop() ?? 0), outputs, embedding);
      width = outputs;
      const hasAttention = attentionLevels.includes(level);
      if (hasAttention) transformer(list, `output_blocks.${block}.1`, width, context);
      if (i === resnets && level > 0) list.conv(`output_blocks.${block}.${hasAttention ? 2 : 1}.conv`, width, width, 3);
    }
  }
  list.vector('out.0', width);
  list.conv('out.2', width, 4, 3);
  return list.shapes;
}

function unetResnet(list: ShapeList, name: string, inputs: number, outputs: number, embedding: number): void {
  list.vector(`${name}.in_layers.0`, inputs);
  list.conv(`${name}.in_layers.2`, inputs, outputs, 3);
  list.linear(`${name}.emb_layers.1`, embedding, outputs);
  list.vector(`${name}.out_layers.0`, outputs);
  list.conv(`${name}.out_layers.3`, outputs, outputs, 3);
  if (inputs !== outputs) list.conv(`${name}.skip_connection`, inputs, outputs, 1);
}

function transformer(list: ShapeList, name: string, width: number, context: number): void {
  list.vector(`${name}.norm`, width);
  list.conv(`${name}.proj_in`, width, width, 1);
  const block = `${name}.transformer_blocks.0`;
  for (const [attention, source] of [
    ['attn1', width],
    ['attn2', context],
  ] as const) {
    list.linear(`${block}.${attention}.to_q`, width, width, false);
    list.linear(`${block}.${attention}.to_k`, source, width, false);
    list.linear(`${block}.${attention}.to_v`, source, width, false);
    list.linear(`${block}.${attention}.to_out.0`, width, width);
  }
  list.linear(`${block}.ff.net.0.proj`, width, width * 8);
  list.linear(`${block}.ff.net.2`, width * 4, width);
  for (const norm of ['norm1', 'norm2', 'norm3']) list.vector(`${block}.${norm}`, width);
  list.conv(`${name}.proj_out`, width, width, 1);
}

function textShapes({ width, layers, words, positions }: ModelSize['text']): Shapes {
  const list = new ShapeList();
  list.shapes.set('embeddings.token_embedding.weight', [words, width]);
  list.shapes.set('embeddings.position_embedding.weight', [positions, width]);
  for (let i = 0; i < layers; i++) {
    const layer = `encoder.layers.${i}`;
    for (const part of ['q_proj', 'k_proj', 'v_proj', 'out_proj'])
      list.linear(`${layer}.self_attn.${part}`, width, width);
    list.vector(`${layer}.layer_norm1`, width);
    list.linear(`${layer}.mlp.fc1`, width, width * 4);
    list.linear(`${layer}.mlp.fc2`, width * 4, width);
    list.vector(`${layer}.layer_norm2`, width);
  }
  list.vector('final_layer_norm', width);
  return list.shapes;
}

function vaeShapes({ channels, multipliers, resnets }: ModelSize['vae']): Shapes {
  const list = new ShapeList();
  const widest = channels * (multipliers.at(-1) ?? 1);
  const levels = multipliers.length;
  list.conv('encoder.conv_in', 3, channels, 3);
  let width = channels;
  for (const [level, multiplier] of multipliers.entries()) {
    for (let i = 0; i < resnets; i++) {
      vaeResnet(list, `encoder.down.${level}.block.${i}`, width, channels * multiplier);
      width = channels * multiplier;
    }
    if (level < levels - 1) list.conv(`encoder.down.${level}.downsample.conv`, width, width, 3);
  }
  vaeMiddle(list, 'encoder.mid', widest);
  list.vector('encoder.norm_out', widest);
  list.conv('encoder.conv_out', widest, 8, 3);
  list.conv('quant_conv', 8, 8, 1);
  list.conv('post_quant_conv', 4, 4, 1);
  list.conv('decoder.conv_in', 4, widest, 3);
  vaeMiddle(list, 'decoder.mid', widest);
  width = widest;
  for (let level = levels - 1; level >= 0; level--) {
    for (let i = 0; i <= resnets; i++) {
      vaeResnet(list, `decoder.up.${level}.block.${i}`, width, channels * (multipliers[level] ?? 1));
      width = channels * (multipliers[level] ?? 1);
    }
    if (level > 0) list.conv(`decoder.up.${level}.upsample.conv`, width, width, 3);
  }
  list.vector('decoder.norm_out', width);
  list.conv('decoder.conv_out', width, 3, 3);
  return list.shapes;
}

function vaeResnet(list: ShapeList, name: string, inputs: number, outputs: number): void {
  list.vector(`${name}.norm1`, inputs);
  list.conv(`${name}.conv1`, inputs, outputs, 3);
  list.vector(`${name}.norm2`, outputs);
  list.conv(`${name}.conv2`, outputs, outputs, 3);
  if (inputs !== outputs) list.conv(`${name}.nin_shortcut`, inputs, outputs, 1);
}

function vaeMiddle(list: ShapeList, name: string, width: number): void {
  vaeResnet(list, `${name}.block_1`, width, width);
  list.vector(`${name}.attn_1.norm`, width);
  for (const part of ['q', 'k', 'v', 'proj_out']) list.conv(`${name}.attn_1.${part}`, width, width, 1);
  vaeResnet(list, `${name}.block_2`, width, width);
}

function* prefixed(prefix: string, shapes: Shapes): Iterable<[string, readonly number[]]> {
  for (const [name, shape] of shapes) yield [prefix + name, shape];
}
