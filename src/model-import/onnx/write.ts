// Streams graphs to disk: `model.onnx` beside `model.onnx_data`, weights one at a time and aligned to 4 KiB so that ONNX Runtime can map them.
// Several graphs over the same weights (another border, another arithmetic) share one data file.
import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EaselError } from '../../errors.ts';
import { damaged, unsupported } from '../byte-source.ts';
import { countElements, type LazyTensor, toFloat16, toFloat32 } from '../tensor.ts';
import type { Graph, WeightReference } from './graph.ts';
import { contributed, opset } from './ops.ts';
import { encodeModel, onnxDataType, type TensorProto } from './schema.ts';

const alignment = 4096;
/** Smaller weights stay in the graph file. */
const minExternalBytes = 1024;
const dataFile = 'model.onnx_data';

export interface WrittenFile {
  name: string;
  bytes: number;
  sha256: string;
}

export interface WriteOptions {
  signal?: AbortSignal;
  /** Called after each weight with the bytes of source tensors read since the last call. */
  onBytes?: (bytes: number) => void;
}

/** Writes `graphs` (file name -> graph) into `folder`, which is created. Throws `cancelled` when `signal` fires. */
export async function writeGraphs(
  folder: string,
  graphs: Record<string, Graph>,
  { signal, onBytes }: WriteOptions = {},
): Promise<WrittenFile[]> {
  await mkdir(folder, { recursive: true });
  const data = await DataFile.create(join(folder, dataFile));
  const written: WrittenFile[] = [];
  try {
    for (const [file, graph] of Object.entries(graphs)) {
      const initializer: TensorProto[] = [];
      for (const item of graph.initializers) {
        if (signal?.aborted) throw new EaselError('cancelled', 'The import was cancelled');
        if (item.kind === 'constant')
          initializer.push({ name: item.name, dims: [...item.dims], dataType: item.dataType, rawData: item.bytes });
        else initializer.push(await data.place(item, onBytes));
      }
      const bytes = encodeModel({
        irVersion: 8,
        producerName: 'easel',
        graph: { name: graph.name, node: graph.nodes, initializer, input: graph.inputs, output: graph.outputs },
        opsetImport: [
          { domain: '', version: opset },
          { domain: contributed, version: 1 },
        ],
      });
      await writeFile(join(folder, file), bytes);
      written.push({ name: file, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
    }
    written.push({ name: dataFile, ...(await data.finish()) });
  } finally {
    await data.close();
  }
  return written;
}

/** Append-only, hashed while it grows. */
class DataFile {
  readonly #handle: FileHandle;
  readonly #hash = createHash('sha256');
  readonly #placed = new Map<string, TensorProto>();
  #size = 0;

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  static async create(path: string): Promise<DataFile> {
    return new DataFile(await open(path, 'w'));
  }

  /** The message for a weight; its bytes are written the first time. */
  async place(item: WeightReference, onBytes?: (bytes: number) => void): Promise<TensorProto> {
    const key = `${item.name}:${item.precision}`;
    const known = this.#placed.get(key);
    if (known) return { ...known, name: item.name, dims: [...item.dims] };
    const bytes = await weightBytes(item, onBytes);
    const dataType = item.precision === 'fp16' ? onnxDataType.FLOAT16 : onnxDataType.FLOAT;
    const proto: TensorProto = { name: item.name, dims: [...item.dims], dataType };
    if (bytes.length < minExternalBytes) proto.rawData = bytes;
    else {
      proto.dataLocation = 1;
      proto.externalData = await this.#append(bytes);
    }
    this.#placed.set(key, proto);
    return proto;
  }

  async finish(): Promise<{ bytes: number; sha256: string }> {
    await this.#handle.sync();
    return { bytes: this.#size, sha256: this.#hash.digest('hex') };
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  async #append(bytes: Uint8Array): Promise<{ key: string; value: string }[]> {
    const padding = (alignment - (this.#size % alignment)) % alignment;
    if (padding > 0) await this.#write(new Uint8Array(padding));
    const offset = this.#size;
    await this.#write(bytes);
    return Object.entries({ location: dataFile, offset, length: bytes.length }).map(([key, value]) => ({
      key,
      value: String(value),
    }));
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length; )
      done += (await this.#handle.write(bytes, done, bytes.length - done, this.#size + done)).bytesWritten;
    this.#hash.update(bytes);
    this.#size += bytes.length;
  }
}

/** A weight's bytes as they are stored: rows taken, converted, transposed. */
async function weightBytes(
  { tensor, rows, isTransposed, precision }: WeightReference,
  onBytes?: (bytes: number) => void,
): Promise<Uint8Array> {
  const [first = 1] = tensor.shape;
  const columns = first === 0 ? 0 : countElements(tensor.shape, tensor.name) / first;
  const [start, end] = rows ?? [0, first];
  const source = await tensor.read(start * columns, end * columns);
  onBytes?.(source.length);
  const stored = convert(source, tensor, precision);
  const laidOut = isTransposed ? transposed(stored, end - start, columns) : stored;
  return new Uint8Array(laidOut.buffer, laidOut.byteOffset, laidOut.byteLength);
}

/** Throws `checkpoint-damaged` for NaN or infinity, and `checkpoint-unsupported` for what is too large for a half. */
function convert(source: Uint8Array, tensor: LazyTensor, precision: 'fp32' | 'fp16'): Float32Array | Uint16Array {
  const values = toFloat32(source, tensor.dtype);
  const largest = largestMagnitude(values);
  if (!Number.isFinite(largest))
    throw damaged(
      `Expected finite numbers in tensor ${tensor.name} but found NaN or infinity: every picture would be black`,
    );
  if (precision === 'fp32') return values;
  if (largest >= halfOverflow)
    throw unsupported(
      `Expected numbers below ${halfOverflow} in tensor ${tensor.name} for fp16 but found ${largest}: import it as fp32`,
    );
  return toFloat16(values);
}

/** From here on a number rounds to infinity as a half. */
const halfOverflow = 65520;

/** Infinity where any value is infinite or NaN: both have the largest exponent, so their bits compare as the largest. */
function largestMagnitude(values: Float32Array): number {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  let largest = 0;
  for (let i = 0; i < bits.length; i++) {
    const magnitude = bits[i]! & 0x7fffffff;
    if (magnitude > largest) largest = magnitude;
  }
  return largest >= 0x7f800000 ? Number.POSITIVE_INFINITY : new Float32Array(Uint32Array.of(largest).buffer)[0]!;
}

/** [rows, columns] -> [columns, rows], in tiles that stay in the cache. */
function transposed<T extends Float32Array | Uint16Array>(values: T, rows: number, columns: number): T {
  const out = new (values.constructor as new (length: number) => T)(values.length);
  const tile = 64;
  for (let row0 = 0; row0 < rows; row0 += tile)
    for (let column0 = 0; column0 < columns; column0 += tile)
      for (let row = row0; row < Math.min(row0 + tile, rows); row++)
        for (let column = column0; column < Math.min(column0 + tile, columns); column++)
          out[column * rows + row] = values[row * columns + column]!;
  return out;
}
