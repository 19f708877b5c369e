// Lets a text encoder of our importer look up ids beyond its vocabulary in a further input, [n, d]: the Gather over the table of words gets
// ids within the vocabulary alone, a second one reads the input, and a Where joins them. Without such ids the states are the same, bit by bit.

import { learnedWordsInput } from '../diffusion/learned-words.ts';
import {
  decodeModel,
  encodeModel,
  type NodeProto,
  onnxDataType,
  type TensorProto,
} from '../model-import/onnx/schema.ts';

export interface WordTable {
  /** Words of the vocabulary: the first id beyond it. */
  readonly words: number;
  readonly width: number;
}

const idsInput = 'input_ids';

/** Null for a graph that looks words up in another way. */
export function readWordTable(graph: Uint8Array): WordTable | null {
  const model = decodeModel(graph);
  const gather = findGather(model.graph.node);
  const [words = 0, width = 0] = tableOf(model.graph, gather)?.tensor.dims ?? [];
  return words > 0 && width > 0 ? { words, width } : null;
}

/** Throws where readWordTable gives null. */
export function extendTextEncoder(bytes: Uint8Array): Uint8Array {
  const model = decodeModel(bytes);
  const { graph } = model;
  const gather = findGather(graph.node);
  const table = tableOf(graph, gather);
  if (!gather || !table) throw new Error('no table of words'); // readWordTable was asked before
  const [words = 0, width = 0] = table.tensor.dims;
  const embedded = gather.output[0] ?? '';
  const name = (part: string) => `learned_words/${part}`;
  const node = (
    opType: string,
    input: string[],
    output: string,
    attribute: NodeProto['attribute'] = [],
  ): NodeProto => ({
    opType,
    input,
    output: [output],
    name: output,
    attribute,
  });
  const whole = (part: string, value: number, dims: number[] = []): TensorProto => ({
    name: name(part),
    dims,
    dataType: onnxDataType.INT64,
    rawData: new Uint8Array(BigInt64Array.of(BigInt(value)).buffer),
  });
  graph.initializer.push(whole('size', words), whole('last', words - 1), whole('zero', 0), whole('axis', 2, [1]));
  graph.input.push({
    name: learnedWordsInput,
    type: {
      tensorType: { elemType: onnxDataType.FLOAT, shape: { dim: [{ dimParam: 'learned' }, { dimValue: width }] } },
    },
  });
  const known: NodeProto = {
    ...gather,
    name: name('known'),
    input: [gather.input[0] ?? '', name('known ids')],
    output: [name('known')],
  };
  const isHalf = table.computeType === onnxDataType.FLOAT16;
  graph.node.splice(
    graph.node.indexOf(gather),
    1,
    node('Min', [idsInput, name('last')], name('known ids')),
    known,
    node('Sub', [idsInput, name('size')], name('beyond')),
    node('Max', [name('beyond'), name('zero')], name('learned ids')),
    node('Gather', [learnedWordsInput, name('learned ids')], name(isHalf ? 'full' : 'learned')),
    ...(isHalf
      ? [node('Cast', [name('full')], name('learned'), [{ name: 'to', type: 2, i: onnxDataType.FLOAT16 }])]
      : []),
    node('Less', [idsInput, name('size')], name('is known')),
    node('Unsqueeze', [name('is known'), name('axis')], name('mask')),
    node('Where', [name('mask'), name('known'), name('learned')], embedded),
  );
  return encodeModel(model);
}

function findGather(nodes: readonly NodeProto[]): NodeProto | undefined {
  return nodes.find(({ opType, input }) => opType === 'Gather' && input[1] === idsInput);
}

/** The stored table, looked up directly or through a Cast, and the type it is looked up in. */
function tableOf(
  { node, initializer }: { node: readonly NodeProto[]; initializer: readonly TensorProto[] },
  gather: NodeProto | undefined,
): { tensor: TensorProto; computeType: number } | null {
  const source = gather?.input[0];
  const direct = initializer.find(({ name }) => name === source);
  if (direct) return { tensor: direct, computeType: direct.dataType };
  const cast = node.find(({ opType, output }) => opType === 'Cast' && output[0] === source);
  const tensor = initializer.find(({ name }) => name === cast?.input[0]);
  return tensor ? { tensor, computeType: cast?.attribute[0]?.i ?? onnxDataType.FLOAT } : null;
}
