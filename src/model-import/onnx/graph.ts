// Builds one ONNX graph as plain data. Weights are only referred to; writing them is `write.ts`'s business, so building costs no memory.
import { countElements, type LazyTensor } from '../tensor.ts';
import { type AttributeProto, type NodeProto, type OnnxDataType, onnxDataType, type ValueInfoProto } from './schema.ts';

/** The name of a value in the graph. */
export type Value = string;
export type Precision = 'fp32' | 'fp16';

export interface GraphOptions {
  /** How weights are stored. */
  weights: Precision;
  /** What the network computes in. fp16 weights under fp32 arithmetic get a Cast each, which ONNX Runtime folds when it loads. */
  compute: Precision;
  /** Border of every 3x3 convolution; `circular` makes pictures that tile. */
  padding: 'zeros' | 'circular';
  /** `plain` uses ONNX's own operators only: the yardstick for the fused form, and for providers without the contributed ones. */
  form: 'fused' | 'plain';
}

export const defaultGraphOptions: GraphOptions = { weights: 'fp32', compute: 'fp32', padding: 'zeros', form: 'fused' };

/** A weight of the graph: which part of which tensor, and how it is laid out in the file. */
export interface WeightReference {
  kind: 'weight';
  name: string;
  tensor: LazyTensor;
  dims: readonly number[];
  precision: Precision;
  /** Rows (first axis) to take; the whole tensor by default. */
  rows: readonly [number, number] | undefined;
  /** Store [columns, rows]: ONNX's MatMul wants [in, out]. */
  isTransposed: boolean;
}
/** A small constant, stored in the graph itself. */
export interface ConstantReference {
  kind: 'constant';
  name: string;
  dims: readonly number[];
  dataType: OnnxDataType;
  bytes: Uint8Array;
}
export type Initializer = WeightReference | ConstantReference;

export interface Graph {
  name: string;
  options: GraphOptions;
  nodes: NodeProto[];
  initializers: Initializer[];
  inputs: ValueInfoProto[];
  outputs: ValueInfoProto[];
}

export type Attributes = Record<string, number | string | readonly number[] | { float: number }>;
export type Dimension = number | string;

export class GraphBuilder {
  readonly name: string;
  readonly options: GraphOptions;
  readonly #nodes: NodeProto[] = [];
  readonly #initializers = new Map<string, Initializer>();
  readonly #inputs: ValueInfoProto[] = [];
  readonly #outputs: ValueInfoProto[] = [];
  readonly #cached = new Map<string, Value>();
  #counter = 0;

  constructor(name: string, options: GraphOptions) {
    this.name = name;
    this.options = options;
  }

  get computeType(): OnnxDataType {
    return this.options.compute === 'fp16' ? onnxDataType.FLOAT16 : onnxDataType.FLOAT;
  }

  /** Declares an input. Names of dimensions are free at run time. */
  input(name: string, elemType: OnnxDataType, shape: readonly Dimension[]): Value {
    this.#inputs.push(valueInfo(name, elemType, shape));
    return name;
  }

  /** A float input in fp32, whatever the network computes in. */
  floatInput(name: string, shape: readonly Dimension[]): Value {
    return this.toCompute(this.input(name, onnxDataType.FLOAT, shape));
  }

  /** Declares an fp32 output. */
  output(name: string, value: Value, shape: readonly Dimension[]): void {
    this.#outputs.push(valueInfo(name, onnxDataType.FLOAT, shape));
    const isHalf = this.options.compute === 'fp16';
    this.#node(isHalf ? 'Cast' : 'Identity', [value], [name], isHalf ? { to: onnxDataType.FLOAT } : {}, '');
  }

  toCompute(value: Value): Value {
    return this.options.compute === 'fp32' ? value : this.op('Cast', [value], { to: onnxDataType.FLOAT16 });
  }

  /** Adds a node with one output and returns that. `domain` is empty for ONNX's own operators. */
  op(opType: string, inputs: readonly Value[], attributes: Attributes = {}, domain = ''): Value {
    const output = `${opType}_${this.#counter++}`;
    this.#node(opType, inputs, [output], attributes, domain);
    return output;
  }

  /** Like `op`, but an equal node that is there already is used again. */
  shared(opType: string, inputs: readonly Value[], attributes: Attributes = {}): Value {
    const key = JSON.stringify([opType, inputs, attributes]);
    const known = this.#cached.get(key);
    if (known !== undefined) return known;
    const value = this.op(opType, inputs, attributes);
    this.#cached.set(key, value);
    return value;
  }

  /** Refers to a weight, in the type the network computes in. `dims` overrides the shape (same number of elements). */
  weight(
    tensor: LazyTensor,
    {
      rows,
      transpose = false,
      dims,
    }: { rows?: readonly [number, number]; transpose?: boolean; dims?: readonly number[] } = {},
  ): Value {
    const precision = this.options.weights;
    const name = `${tensor.name}${rows ? `[${rows[0]}:${rows[1]}]` : ''}${transpose ? '^T' : ''}`;
    const [first = 1, ...rest] = tensor.shape;
    const taken = [rows ? rows[1] - rows[0] : first, ...rest];
    const stored = dims ?? (transpose ? [countElements(taken, tensor.name) / taken[0]!, taken[0]!] : taken);
    this.#initializers.set(name, {
      kind: 'weight',
      name,
      tensor,
      dims: stored,
      precision,
      rows,
      isTransposed: transpose,
    });
    if (precision === this.options.compute) return name;
    return this.shared('Cast', [name], { to: this.computeType });
  }

  /** A float constant in the type the network computes in. */
  floats(
    values: readonly number[],
    dims: readonly number[] = [values.length],
    type: OnnxDataType = this.computeType,
  ): Value {
    const full = this.#constant(onnxDataType.FLOAT, new Uint8Array(Float32Array.from(values).buffer), dims);
    return type === onnxDataType.FLOAT ? full : this.shared('Cast', [full], { to: type });
  }

  ints(values: readonly number[], dims: readonly number[] = [values.length]): Value {
    return this.#constant(onnxDataType.INT64, new Uint8Array(BigInt64Array.from(values.map(BigInt)).buffer), dims);
  }

  finish(): Graph {
    return {
      name: this.name,
      options: this.options,
      nodes: this.#nodes,
      initializers: [...this.#initializers.values()],
      inputs: this.#inputs,
      outputs: this.#outputs,
    };
  }

  #constant(dataType: OnnxDataType, bytes: Uint8Array, dims: readonly number[]): Value {
    const key = `${dataType}:${dims.join('x')}:${Buffer.from(bytes).toString('base64')}`;
    let value = this.#cached.get(key);
    if (value === undefined) {
      value = `constant_${this.#counter++}`;
      this.#cached.set(key, value);
      this.#initializers.set(value, { kind: 'constant', name: value, dims, dataType, bytes });
    }
    return value;
  }

  #node(opType: string, input: readonly Value[], output: string[], attributes: Attributes, domain: string): void {
    const attribute = Object.entries(attributes).map(([name, value]) => attributeProto(name, value));
    this.#nodes.push({ opType, input: [...input], output, name: `${output[0]}`, attribute, ...(domain && { domain }) });
  }
}

/** Numbers of AttributeProto.AttributeType. */
const attributeType = { FLOAT: 1, INT: 2, STRING: 3, FLOATS: 6, INTS: 7 } as const;

function attributeProto(name: string, value: Attributes[string]): AttributeProto {
  if (typeof value === 'number') return { name, type: attributeType.INT, i: value };
  if (typeof value === 'string') return { name, type: attributeType.STRING, s: new TextEncoder().encode(value) };
  if (typeof value === 'object' && 'float' in value) return { name, type: attributeType.FLOAT, f: value.float };
  return { name, type: attributeType.INTS, ints: [...(value as readonly number[])] };
}

function valueInfo(name: string, elemType: OnnxDataType, shape: readonly Dimension[]): ValueInfoProto {
  const dim = shape.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}
