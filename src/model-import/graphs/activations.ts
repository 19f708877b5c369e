// Activations and attention in both forms of a graph: one contributed operator, or ONNX's own operators.
import type { GraphBuilder, Value } from '../onnx/graph.ts';
import {
  Add,
  Div,
  Erf,
  Gelu,
  MatMul,
  Mul,
  MultiHeadAttention,
  QuickGelu,
  Reshape,
  Sigmoid,
  Softmax,
  Transpose,
} from '../onnx/ops.ts';

/** x * sigmoid(alpha * x). */
export function swish(g: GraphBuilder, x: Value, alpha: number): Value {
  if (g.options.form === 'fused') return QuickGelu(g, x, alpha);
  return Mul(g, x, Sigmoid(g, alpha === 1 ? x : Mul(g, x, g.floats([alpha]))));
}

export const SiLU = (g: GraphBuilder, x: Value): Value => swish(g, x, 1);
/** CLIP's approximation of GELU. */
export const quickGelu = (g: GraphBuilder, x: Value): Value => swish(g, x, 1.702);

/** Exact GELU: x * (1 + erf(x / sqrt 2)) / 2. */
export function gelu(g: GraphBuilder, x: Value): Value {
  if (g.options.form === 'fused') return Gelu(g, x);
  const curve = Add(g, Erf(g, Div(g, x, g.floats([Math.SQRT2]))), g.floats([1]));
  return Mul(g, Mul(g, x, curve), g.floats([0.5]));
}

/** q [b, s, c], k and v [b, t, c] -> [b, s, c]; `mask` [1, 1, s, t] is added to the scores. */
export function attention(
  g: GraphBuilder,
  { q, k, v, heads, width, mask }: { q: Value; k: Value; v: Value; heads: number; width: number; mask?: Value },
): Value {
  if (g.options.form === 'fused') return MultiHeadAttention(g, q, k, v, heads, mask);
  const split = (x: Value, perm: readonly number[]) =>
    Transpose(g, Reshape(g, x, g.ints([0, -1, heads, width / heads])), perm);
  const scores = Mul(g, MatMul(g, split(q, [0, 2, 1, 3]), split(k, [0, 2, 3, 1])), g.floats([(width / heads) ** -0.5]));
  const weights = Softmax(g, mask === undefined ? scores : Add(g, scores, mask));
  const joined = Transpose(g, MatMul(g, weights, split(v, [0, 2, 1, 3])), [0, 2, 1, 3]);
  return Reshape(g, joined, g.ints([0, -1, width]));
}
