// The blocks that U-Net and VAE are made of, in the forms that ONNX Runtime runs fastest (measured, see docs/evidence/bench.md):
// attention as one MultiHeadAttention on [b, s, c], linear layers as MatMul with stored-transposed weights, group norm by instance norm.
import { expected } from '../../errors.ts';
import { unsupported } from '../byte-source.ts';
import type { GraphBuilder, Value } from '../onnx/graph.ts';
import {
  Add,
  Concat,
  Conv,
  InstanceNormalization,
  LayerNormalization,
  MatMul,
  Mul,
  Reshape,
  Resize,
  Shape,
  Slice,
  Transpose,
} from '../onnx/ops.ts';
import type { Weights } from '../weights.ts';
import { attention, gelu, SiLU } from './activations.ts';

export interface NormOptions {
  groups: number;
  epsilon: number;
}

/** x [.., in] -> [.., out]. `rows` takes part of the outputs. */
export function linear(g: GraphBuilder, w: Weights, x: Value, rows?: readonly [number, number]): Value {
  const weight = w.optional('weight');
  // A 1x1 convolution is a linear layer over channels; old checkpoints store some linear layers that way.
  const isLinear =
    weight?.shape.length === 2 || (weight?.shape.length === 4 && weight.shape[2] === 1 && weight.shape[3] === 1);
  const tensor = isLinear ? weight : w.get('weight', 2);
  const y = MatMul(g, x, g.weight(tensor, { transpose: true, ...(rows && { rows }) }));
  const bias = w.optional('bias');
  return bias ? Add(g, y, g.weight(bias, rows && { rows })) : y;
}

/** Pads of a convolution: top, left, bottom, right. */
type Pads = readonly [number, number, number, number];

/** x [b, c, h, w]; the border is zeros or wraps around, as the graph's options say. */
export function conv(
  g: GraphBuilder,
  w: Weights,
  x: Value,
  { stride = 1, pads }: { stride?: number; pads?: Pads } = {},
): Value {
  const weight = w.get('weight', 4);
  const bias = w.optional('bias');
  const kernel = [weight.shape[2]!, weight.shape[3]!];
  const reach = Math.floor(kernel[0]! / 2);
  let border: Pads = pads ?? [reach, reach, reach, reach];
  let input = x;
  if (g.options.padding === 'circular' && border.some((size) => size > 0)) {
    input = wrap(g, wrap(g, x, 2, border[0], border[2]), 3, border[1], border[3]);
    border = [0, 0, 0, 0];
  }
  return Conv(g, input, g.weight(weight), bias && g.weight(bias), {
    kernel_shape: kernel,
    strides: [stride, stride],
    pads: border,
  });
}

/** Repeats the far edge before and the near edge after, so that the axis is a circle. */
function wrap(g: GraphBuilder, x: Value, axis: number, before: number, after: number): Value {
  const parts = [x];
  if (before > 0) parts.unshift(Slice(g, x, -before, Number.MAX_SAFE_INTEGER, axis));
  if (after > 0) parts.push(Slice(g, x, 0, after, axis));
  return parts.length === 1 ? x : Concat(g, parts, axis);
}

/** x [b, c, h, w]. */
export function groupNorm(g: GraphBuilder, w: Weights, x: Value, { groups, epsilon }: NormOptions): Value {
  const scale = w.get('weight', 1);
  const channels = scale.shape[0]!;
  if (channels % groups !== 0)
    throw unsupported(expected(`a width divisible by ${groups} groups`, scale.name, channels));
  const ones = g.floats(new Array<number>(groups).fill(1));
  const zeros = g.floats(new Array<number>(groups).fill(0));
  const grouped = Reshape(g, x, g.ints([0, groups, -1]));
  const normal = Reshape(g, InstanceNormalization(g, grouped, ones, zeros, epsilon), Shape(g, x));
  const perChannel = { dims: [channels, 1, 1] };
  return Add(g, Mul(g, normal, g.weight(scale, perChannel)), g.weight(w.get('bias', 1), perChannel));
}

export function layerNorm(g: GraphBuilder, w: Weights, x: Value, epsilon = 1e-5): Value {
  return LayerNormalization(g, x, g.weight(w.get('weight', 1)), g.weight(w.get('bias', 1)), epsilon);
}

/** Norm, SiLU, conv, twice, around a skip; `timeEmbedding` [t, e] (already through SiLU) is added between. */
export function resnet(g: GraphBuilder, w: Weights, x: Value, norm: NormOptions, timeEmbedding?: Value): Value {
  let hidden = conv(g, w.in('conv1'), SiLU(g, groupNorm(g, w.in('norm1'), x, norm)));
  if (timeEmbedding !== undefined) {
    const shift = linear(g, w.in('time_emb_proj'), timeEmbedding);
    hidden = Add(g, hidden, g.op('Unsqueeze', [shift, g.ints([2, 3])]));
  }
  hidden = conv(g, w.in('conv2'), SiLU(g, groupNorm(g, w.in('norm2'), hidden, norm)));
  return Add(g, w.has('conv_shortcut') ? conv(g, w.in('conv_shortcut'), x) : x, hidden);
}

/** Runs `inside` on x [b, c, h, w] as tokens [b, h*w, c] and returns the result as [b, c, h, w]. */
export function asTokens(g: GraphBuilder, x: Value, channels: number, inside: (tokens: Value) => Value): Value {
  const channelsLast = Transpose(g, x, [0, 2, 3, 1]);
  const result = inside(Reshape(g, channelsLast, g.ints([0, -1, channels])));
  return Transpose(g, Reshape(g, result, Shape(g, channelsLast)), [0, 3, 1, 2]);
}

/** Nearest-neighbour to the height and width of `like`, then a convolution. */
export function upsample(g: GraphBuilder, w: Weights, x: Value, like: Value): Value {
  const sizes = Concat(g, [Slice(g, Shape(g, x), 0, 2, 0), Slice(g, Shape(g, like), 2, 4, 0)], 0);
  return conv(g, w.in('conv'), Resize(g, x, sizes));
}

/** One transformer block of the U-Net: self-attention, cross-attention on `context`, GEGLU. tokens [b, s, c], context [b, k, d]. */
export function transformerBlock(g: GraphBuilder, w: Weights, tokens: Value, context: Value, heads: number): Value {
  let x = tokens;
  for (const [norm, name] of [
    ['norm1', 'attn1'],
    ['norm2', 'attn2'],
  ] as const) {
    const layer = w.in(name);
    const query = layerNorm(g, w.in(norm), x);
    const source = name === 'attn1' ? query : context;
    const q = linear(g, layer.in('to_q'), query);
    const k = linear(g, layer.in('to_k'), source);
    const v = linear(g, layer.in('to_v'), source);
    const width = layer.get('to_q.weight', 2).shape[0]!;
    x = Add(g, linear(g, layer.in('to_out.0'), attention(g, { q, k, v, heads, width })), x);
  }
  return Add(g, geglu(g, w.in('ff.net'), layerNorm(g, w.in('norm3'), x)), x);
}

/** Two products with halves of one stored weight: a Split of the product would copy the largest tensor of the network. */
function geglu(g: GraphBuilder, w: Weights, x: Value): Value {
  const rows = w.in('0.proj').get('weight', 2).shape[0]!;
  const value = linear(g, w.in('0.proj'), x, [0, rows / 2]);
  const gate = linear(g, w.in('0.proj'), x, [rows / 2, rows]);
  return linear(g, w.in('2'), Mul(g, value, gelu(g, gate)));
}
