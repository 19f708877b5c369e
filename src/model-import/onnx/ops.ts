// ONNX operators by their own names (https://onnx.ai/onnx/operators, opset 17) and ONNX Runtime's contributed ones
// (com.microsoft, docs/ContribOperators.md). Each adds one node; only what our graphs use.
import type { Attributes, GraphBuilder, Value } from './graph.ts';

export const opset = 17;
export const contributed = 'com.microsoft';

type Binary = (g: GraphBuilder, a: Value, b: Value) => Value;
const binary =
  (opType: string): Binary =>
  (g, a, b) =>
    g.op(opType, [a, b]);

export const Add = binary('Add');
export const Sub = binary('Sub');
export const Mul = binary('Mul');
export const Div = binary('Div');
export const Max = binary('Max');
export const MatMul = binary('MatMul');
export const Reshape = binary('Reshape');
export const Expand = binary('Expand');

export const Sin = (g: GraphBuilder, x: Value): Value => g.op('Sin', [x]);
export const Cos = (g: GraphBuilder, x: Value): Value => g.op('Cos', [x]);
export const Shape = (g: GraphBuilder, x: Value): Value => g.shared('Shape', [x]);
export const Cast = (g: GraphBuilder, x: Value, to: number): Value => g.op('Cast', [x], { to });
export const Softmax = (g: GraphBuilder, x: Value): Value => g.op('Softmax', [x], { axis: -1 });
export const Transpose = (g: GraphBuilder, x: Value, perm: readonly number[]): Value =>
  g.op('Transpose', [x], { perm });
export const Concat = (g: GraphBuilder, parts: readonly Value[], axis: number): Value =>
  g.op('Concat', parts, { axis });
export const Unsqueeze = (g: GraphBuilder, x: Value, axes: readonly number[]): Value =>
  g.op('Unsqueeze', [x, g.ints(axes)]);
export const Gather = (g: GraphBuilder, data: Value, indices: Value, axis = 0): Value =>
  g.op('Gather', [data, indices], { axis });
export const GatherND = (g: GraphBuilder, data: Value, indices: Value, batchDims: number): Value =>
  g.op('GatherND', [data, indices], { batch_dims: batchDims });
export const ArgMax = (g: GraphBuilder, x: Value, axis: number): Value => g.op('ArgMax', [x], { axis, keepdims: 1 });
export const ReduceL2 = (g: GraphBuilder, x: Value): Value => g.op('ReduceL2', [x], { axes: [-1], keepdims: 1 });
export const Slice = (g: GraphBuilder, x: Value, start: number, end: number, axis: number): Value =>
  g.op('Slice', [x, g.ints([start]), g.ints([end]), g.ints([axis])]);
export const Conv = (
  g: GraphBuilder,
  x: Value,
  weight: Value,
  bias: Value | undefined,
  attributes: Attributes,
): Value => g.op('Conv', bias === undefined ? [x, weight] : [x, weight, bias], attributes);
export const InstanceNormalization = (g: GraphBuilder, x: Value, scale: Value, bias: Value, epsilon: number): Value =>
  g.op('InstanceNormalization', [x, scale, bias], { epsilon: { float: epsilon } });
export const LayerNormalization = (g: GraphBuilder, x: Value, scale: Value, bias: Value, epsilon: number): Value =>
  g.op('LayerNormalization', [x, scale, bias], { axis: -1, epsilon: { float: epsilon } });
/** Nearest neighbour to the given sizes, picking as PyTorch's `interpolate` does: floor(i * in / out). */
export const Resize = (g: GraphBuilder, x: Value, sizes: Value): Value =>
  g.op('Resize', [x, '', '', sizes], {
    mode: 'nearest',
    coordinate_transformation_mode: 'asymmetric',
    nearest_mode: 'floor',
  });

export const Sigmoid = (g: GraphBuilder, x: Value): Value => g.op('Sigmoid', [x]);
export const Erf = (g: GraphBuilder, x: Value): Value => g.op('Erf', [x]);

/** Exact (erf) GELU, contributed. */
export const Gelu = (g: GraphBuilder, x: Value): Value => g.op('Gelu', [x], {}, contributed);
/** x * sigmoid(alpha * x), contributed: SiLU at alpha 1, CLIP's quick GELU at 1.702. */
export const QuickGelu = (g: GraphBuilder, x: Value, alpha: number): Value =>
  g.op('QuickGelu', [x], { alpha: { float: alpha } }, contributed);
/** Contributed attention over [batch, sequence, channels], scaled by 1 / sqrt(channels / heads); `bias` is added to the scores. */
export const MultiHeadAttention = (g: GraphBuilder, q: Value, k: Value, v: Value, heads: number, bias?: Value): Value =>
  g.op(
    'MultiHeadAttention',
    bias === undefined ? [q, k, v] : [q, k, v, '', '', bias],
    { num_heads: heads },
    contributed,
  );
