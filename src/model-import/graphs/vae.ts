// The autoencoder's two halves (Esser et al. 2021; Rombach et al. 2022), as separate graphs with shared blocks.
// Encoder: sample [b, 3, h, w] in -1..1 -> latent_parameters [b, 8, h/8, w/8], mean then log variance.
// Decoder: latent_sample [b, 4, h/8, w/8], already divided by the scale factor -> sample [b, 3, h, w], not clamped.
import { type Graph, GraphBuilder, type GraphOptions, type Value } from '../onnx/graph.ts';
import { Add, Concat, MatMul, Mul, Resize, Shape, Slice, Softmax, Transpose } from '../onnx/ops.ts';
import type { Weights } from '../weights.ts';
import { SiLU } from './activations.ts';
import { asTokens, conv, groupNorm, linear, type NormOptions, resnet } from './blocks.ts';

/** `w` holds both halves. Throws `checkpoint-unsupported` where a tensor is missing. */
export function vaeEncoderGraph(w: Weights, groups: number, options: GraphOptions): Graph {
  const g = new GraphBuilder('vae_encoder', options);
  const encoder = w.in('encoder');
  const norm = { groups, epsilon: 1e-6 };
  const channels = encoder.get('conv_in.weight', 4).shape[1]!;
  let x = conv(g, encoder.in('conv_in'), g.floatInput('sample', ['batch', channels, 'height', 'width']));
  for (let level = 0; level < encoder.count('down_blocks'); level++) {
    const block = encoder.in('down_blocks').in(level);
    for (let i = 0; i < block.count('resnets'); i++) x = resnet(g, block.in('resnets').in(i), x, norm);
    // The reference pads right and bottom only before it halves.
    if (block.has('downsamplers')) x = conv(g, block.in('downsamplers.0.conv'), x, { stride: 2, pads: [0, 0, 1, 1] });
  }
  x = middle(g, encoder.in('mid_block'), x, norm);
  x = conv(g, encoder.in('conv_out'), SiLU(g, groupNorm(g, encoder.in('conv_norm_out'), x, norm)));
  if (w.has('quant_conv')) x = conv(g, w.in('quant_conv'), x);
  const outputs = encoder.get('conv_out.weight', 4).shape[0]!;
  g.output('latent_parameters', x, ['batch', outputs, 'latent_height', 'latent_width']);
  return g.finish();
}

/** `w` holds both halves. Throws `checkpoint-unsupported` where a tensor is missing. */
export function vaeDecoderGraph(w: Weights, groups: number, options: GraphOptions): Graph {
  const g = new GraphBuilder('vae_decoder', options);
  const decoder = w.in('decoder');
  const norm = { groups, epsilon: 1e-6 };
  const channels = decoder.get('conv_in.weight', 4).shape[1]!;
  let x = g.floatInput('latent_sample', ['batch', channels, 'latent_height', 'latent_width']);
  if (w.has('post_quant_conv')) x = conv(g, w.in('post_quant_conv'), x);
  x = middle(g, decoder.in('mid_block'), conv(g, decoder.in('conv_in'), x), norm);
  for (let level = 0; level < decoder.count('up_blocks'); level++) {
    const block = decoder.in('up_blocks').in(level);
    for (let i = 0; i < block.count('resnets'); i++) x = resnet(g, block.in('resnets').in(i), x, norm);
    if (block.has('upsamplers')) x = conv(g, block.in('upsamplers.0.conv'), double(g, x));
  }
  x = conv(g, decoder.in('conv_out'), SiLU(g, groupNorm(g, decoder.in('conv_norm_out'), x, norm)));
  g.output('sample', x, ['batch', decoder.get('conv_out.weight', 4).shape[0]!, 'height', 'width']);
  return g.finish();
}

/** Twice the height and width. */
function double(g: GraphBuilder, x: Value): Value {
  const size = Shape(g, x);
  return Resize(g, x, Concat(g, [Slice(g, size, 0, 2, 0), Mul(g, Slice(g, size, 2, 4, 0), g.ints([2]))], 0));
}

function middle(g: GraphBuilder, w: Weights, x: Value, norm: NormOptions): Value {
  let hidden = resnet(g, w.in('resnets.0'), x, norm);
  if (w.has('attentions.0')) hidden = selfAttention(g, w.in('attentions.0'), hidden, norm);
  return resnet(g, w.in('resnets.1'), hidden, norm);
}

/** One head as wide as the block: plain products beat MultiHeadAttention here by a quarter. */
function selfAttention(g: GraphBuilder, w: Weights, x: Value, norm: NormOptions): Value {
  const channels = w.get('group_norm.weight', 1).shape[0]!;
  const normal = groupNorm(g, w.in('group_norm'), x, norm);
  const result = asTokens(g, normal, channels, (tokens) => {
    const q = Mul(g, linear(g, w.in('to_q'), tokens), g.floats([channels ** -0.5]));
    const k = linear(g, w.in('to_k'), tokens);
    const v = linear(g, w.in('to_v'), tokens);
    const weights = Softmax(g, MatMul(g, q, Transpose(g, k, [0, 2, 1])));
    return linear(g, w.in('to_out.0'), MatMul(g, weights, v));
  });
  return Add(g, result, x);
}
