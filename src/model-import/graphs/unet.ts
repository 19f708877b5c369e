// The denoising U-Net of Stable Diffusion v1 (Rombach et al. 2022; Ronneberger et al. 2015). Depth, widths and where attention sits are
// read from the tensors. sample [b, 4, h, w], timestep [b] or [1], encoder_hidden_states [b, k, d] -> out_sample [b, 4, h, w].
import { expected } from '../../errors.ts';
import { unsupported } from '../byte-source.ts';
import { type Graph, GraphBuilder, type GraphOptions, type Value } from '../onnx/graph.ts';
import { Concat, Cos, Mul, Sin, Unsqueeze } from '../onnx/ops.ts';
import { onnxDataType } from '../onnx/schema.ts';
import type { Weights } from '../weights.ts';
import { SiLU } from './activations.ts';
import { asTokens, conv, groupNorm, linear, resnet, transformerBlock, upsample } from './blocks.ts';

export interface UnetOptions {
  /** Attention heads per level, outermost first. */
  heads: readonly number[];
  normGroups: number;
  normEpsilon: number;
  /** Sinusoidal embedding: cosine before sine, and the shift of its frequencies. */
  isCosineFirst: boolean;
  frequencyShift: number;
}

/** Throws `checkpoint-unsupported` where tensors are missing, left over or of odd shape. */
export function unetGraph(w: Weights, unet: UnetOptions, options: GraphOptions): Graph {
  const g = new GraphBuilder('unet', options);
  const channels = w.get('conv_in.weight', 4).shape[1]!;
  const levels = w.count('down_blocks');
  const norm = { groups: unet.normGroups, epsilon: unet.normEpsilon };
  const spatial: readonly string[] = ['height', 'width'];
  const sample = g.floatInput('sample', ['batch', channels, ...spatial]);
  const timestep = g.input('timestep', onnxDataType.FLOAT, ['timesteps']);
  const context = g.floatInput('encoder_hidden_states', ['batch', 'sequence', contextWidth(w)]);
  const embedding = SiLU(g, timeEmbedding(g, w, timestep, unet));

  const attention = (x: Value, at: Weights, level: number): Value => {
    if (!at.has('norm')) return x;
    return spatialTransformer(g, at, x, context, unet.heads[level] ?? unet.heads.at(-1)!, unet.normGroups);
  };

  let x = conv(g, w.in('conv_in'), sample);
  const skips = [x];
  for (let level = 0; level < levels; level++) {
    const block = w.in('down_blocks').in(level);
    for (let i = 0; i < block.count('resnets'); i++) {
      x = resnet(g, block.in('resnets').in(i), x, norm, embedding);
      x = attention(x, block.in('attentions').in(i), level);
      skips.push(x);
    }
    if (block.has('downsamplers')) {
      x = conv(g, block.in('downsamplers.0.conv'), x, { stride: 2 });
      skips.push(x);
    }
  }

  const middle = w.in('mid_block');
  x = resnet(g, middle.in('resnets.0'), x, norm, embedding);
  x = attention(x, middle.in('attentions.0'), levels - 1);
  x = resnet(g, middle.in('resnets.1'), x, norm, embedding);

  for (let up = 0; up < levels; up++) {
    const block = w.in('up_blocks').in(up);
    for (let i = 0; i < block.count('resnets'); i++) {
      const skip = skips.pop();
      if (skip === undefined) throw unsupported(expected('as many blocks upwards as downwards', 'the U-Net', 'more'));
      x = resnet(g, block.in('resnets').in(i), Concat(g, [x, skip], 1), norm, embedding);
      x = attention(x, block.in('attentions').in(i), levels - 1 - up);
    }
    const like = skips.at(-1);
    if (block.has('upsamplers') && like !== undefined) x = upsample(g, block.in('upsamplers.0'), x, like);
  }
  if (skips.length > 0) throw unsupported(expected('as many blocks upwards as downwards', 'the U-Net', 'fewer'));

  x = SiLU(g, groupNorm(g, w.in('conv_norm_out'), x, norm));
  g.output('out_sample', conv(g, w.in('conv_out'), x), ['batch', w.get('conv_out.weight', 4).shape[0]!, ...spatial]);
  w.finish();
  return g.finish();
}

/** Width of the text embeddings that the cross-attention reads. */
export function contextWidth(w: Weights): number {
  return w.get('mid_block.attentions.0.transformer_blocks.0.attn2.to_k.weight', 2).shape[1]!;
}

/** [t] -> sinusoids [t, c] in fp32 -> two linear layers [t, e]. */
function timeEmbedding(
  g: GraphBuilder,
  w: Weights,
  timestep: Value,
  { isCosineFirst, frequencyShift }: UnetOptions,
): Value {
  const half = w.get('time_embedding.linear_1.weight', 2).shape[1]! / 2;
  const frequencies = Array.from({ length: half }, (_, i) =>
    Math.exp((-Math.log(10_000) * i) / (half - frequencyShift)),
  );
  const angles = Mul(g, Unsqueeze(g, timestep, [1]), g.floats(frequencies, [1, half], onnxDataType.FLOAT));
  const waves = isCosineFirst ? [Cos(g, angles), Sin(g, angles)] : [Sin(g, angles), Cos(g, angles)];
  const hidden = linear(g, w.in('time_embedding.linear_1'), g.toCompute(Concat(g, waves, 1)));
  return linear(g, w.in('time_embedding.linear_2'), SiLU(g, hidden));
}

/** Group norm, projection to tokens, transformer blocks, projection back, around a skip. */
function spatialTransformer(
  g: GraphBuilder,
  w: Weights,
  x: Value,
  context: Value,
  heads: number,
  groups: number,
): Value {
  const channels = w.get('norm.weight', 1).shape[0]!;
  if (channels % heads !== 0)
    throw unsupported(expected(`a width divisible by ${heads} heads`, 'the U-Net attention', channels));
  const normal = groupNorm(g, w.in('norm'), x, { groups, epsilon: 1e-6 });
  const result = asTokens(g, normal, channels, (tokens) => {
    let hidden = linear(g, w.in('proj_in'), tokens);
    for (let i = 0; i < w.count('transformer_blocks'); i++)
      hidden = transformerBlock(g, w.in('transformer_blocks').in(i), hidden, context, heads);
    return linear(g, w.in('proj_out'), hidden);
  });
  return g.op('Add', [result, x]);
}
