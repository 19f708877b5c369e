// Where each weight of an imported network lies in its data file. Our importer names initialisers after their tensor and says in the name
// which rows were taken and whether the matrix is stored transposed (model-import/onnx/graph.ts), so no checkpoint is needed to find them.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeModel, onnxDataType, type TensorProto } from '../model-import/onnx/schema.ts';
import type { LoraNetwork } from './lora-names.ts';

export const graphFile = 'model.onnx';
export const dataFile = 'model.onnx_data';

/** One stored block of a weight. */
export interface WeightBlock {
  readonly offset: number;
  readonly bytes: number;
  readonly dtype: 'F32' | 'F16';
  /** First row and the one after the last, of the whole weight. */
  readonly rows: readonly [number, number];
  /** Stored as [columns, rows]. */
  readonly isTransposed: boolean;
}

/** A weight as a matrix: outputs by inputs (times kernel cells, for a convolution). */
export interface GraphWeight {
  /** Dots in it, without `.weight`. */
  readonly layer: string;
  readonly rows: number;
  readonly columns: number;
  readonly blocks: readonly WeightBlock[];
}

/** By layer, with `_` for every dot. Empty for a network whose weights were named by another exporter. */
export type GraphWeights = ReadonlyMap<string, GraphWeight>;

const blockName = /^(.+)\.weight(?:\[(\d+):(\d+)\])?(\^T)?$/;

/** Matrices and convolutions alone: what a low-rank change can be added to. */
export async function readGraphWeights(modelFolder: string, network: LoraNetwork): Promise<GraphWeights> {
  const { graph } = decodeModel(await readFile(join(modelFolder, network, graphFile)));
  const weights = new Map<string, GraphWeight>();
  for (const tensor of graph.initializer) {
    const [, layer = '', from, to, transposed] = blockName.exec(tensor.name) ?? [];
    const place = placeOf(tensor);
    if (layer === '' || !place || tensor.dims.length < 2) continue;
    const isTransposed = transposed !== undefined;
    const stored = isTransposed ? tensor.dims[1]! : tensor.dims[0]!;
    const rows: [number, number] = from === undefined ? [0, stored] : [Number(from), Number(to)];
    const columns = tensor.dims.reduce((product, size) => product * size, 1) / (rows[1] - rows[0]);
    const block: WeightBlock = { ...place, rows, isTransposed };
    const key = layer.replaceAll('.', '_');
    const known = weights.get(key);
    weights.set(key, {
      layer,
      columns,
      rows: Math.max(known?.rows ?? 0, rows[1]),
      blocks: [...(known?.blocks ?? []), block],
    });
  }
  return weights;
}

function placeOf(tensor: TensorProto): Pick<WeightBlock, 'offset' | 'bytes' | 'dtype'> | null {
  const dtype =
    tensor.dataType === onnxDataType.FLOAT ? 'F32' : tensor.dataType === onnxDataType.FLOAT16 ? 'F16' : null;
  const fields = new Map(tensor.externalData?.map(({ key, value }) => [key, value]));
  if (dtype === null || fields.get('location') !== dataFile) return null;
  return { dtype, offset: Number(fields.get('offset') ?? 0), bytes: Number(fields.get('length')) };
}
