// PyTorch checkpoints (torch.save): the zip form since 1.6 and the older form of pickles followed by raw storages. Format as written by
// torch/serialization.py. Tensors stay where they are; strided, expanded and offset views are made contiguous when read.
import { type ByteSource, damaged, unsafe, unsupported } from './byte-source.ts';
import {
  PickleDict,
  PickleEnded,
  PickleGlobal,
  type PickleHost,
  PickleInert,
  PickleTuple,
  unpickle,
} from './pickle.ts';
import { countElements, type DType, elementSize, type LazyTensor } from './tensor.ts';
import { readZip, type ZipEntry } from './zip.ts';

export interface TorchFile {
  tensors: Map<string, LazyTensor>;
  /** String keys of the outermost dict, to tell what kind of file it is. */
  topLevel: string[];
}

/** Number formats by the names of torch's typed storages and of its dtypes. */
const storageTypes: Record<string, DType> = {
  DoubleStorage: 'F64',
  FloatStorage: 'F32',
  HalfStorage: 'F16',
  BFloat16Storage: 'BF16',
  LongStorage: 'I64',
  IntStorage: 'I32',
  ShortStorage: 'I16',
  CharStorage: 'I8',
  ByteStorage: 'U8',
  BoolStorage: 'BOOL',
};
const dtypes: Record<string, DType> = {
  float64: 'F64',
  float32: 'F32',
  float16: 'F16',
  bfloat16: 'BF16',
  int64: 'I64',
  int32: 'I32',
  int16: 'I16',
  int8: 'I8',
  uint8: 'U8',
  bool: 'BOOL',
};

/** Metadata that published checkpoints carry beside their weights. Nothing is built from it. */
const inertCalls = new Set([
  '_codecs.encode',
  'argparse.Namespace',
  'numpy.core.multiarray._reconstruct',
  'numpy.core.multiarray.scalar',
  'numpy._core.multiarray._reconstruct',
  'numpy._core.multiarray.scalar',
  'numpy.dtype',
  'numpy.ndarray',
  'pathlib.PosixPath',
  'pathlib.PurePosixPath',
  'pathlib.WindowsPath',
  'pathlib.PureWindowsPath',
  'torch.device',
  'torch.serialization._get_layout',
  'torch.Size',
]);
const listCalls = new Set(['builtins.set', '__builtin__.set', 'builtins.list', 'builtins.frozenset']);
const dictCalls = new Set([
  'collections.Counter',
  'collections.OrderedDict',
  'collections.defaultdict',
  'torch.nn.modules.container.ParameterDict',
  'pytorch_lightning.utilities.parsing.AttributeDict',
]);

class TorchStorage {
  readonly key: string;
  readonly dtype: DType;
  /** Elements. */
  readonly length: number;
  /** First element, where an old file stores a view of another storage. */
  readonly offset: number;
  constructor(key: string, dtype: DType, length: number, offset: number) {
    this.key = key;
    this.dtype = dtype;
    this.length = length;
    this.offset = offset;
  }
  /** The same bytes as numbers of another format. */
  as(dtype: DType): TorchStorage {
    return new TorchStorage(
      this.key,
      dtype,
      Math.floor((this.length * elementSize[this.dtype]) / elementSize[dtype]),
      this.offset,
    );
  }
}
class TorchTensor {
  readonly storage: TorchStorage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  constructor(storage: TorchStorage, offset: number, shape: readonly number[], strides: readonly number[]) {
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
  }
}

const maxPickleBytes = 512 * 2 ** 20;

/** Reads a checkpoint in the zip form. */
export async function readTorchZip(source: ByteSource): Promise<TorchFile> {
  const entries = await readZip(source);
  const pickle = [...entries.values()].find((entry) => /^(?:[^/]+\/)?data\.pkl$/.test(entry.name));
  if (!pickle)
    throw unsupported(
      `Expected a PyTorch checkpoint in ${source.name} but found another zip archive (no data.pkl inside)`,
    );
  const folder = pickle.name.slice(0, -'data.pkl'.length);
  if (entries.has(`${folder}constants.pkl`))
    throw unsupported(`Expected a PyTorch checkpoint with weights in ${source.name} but found a TorchScript program`);
  const order = entries.get(`${folder}byteorder`);
  if (order && new TextDecoder().decode(await order.read()).trim() === 'big')
    throw unsupported(`Expected little-endian data in ${source.name} but it was saved on a big-endian machine`);
  if (pickle.bytes > maxPickleBytes)
    throw damaged(`Expected a pickle of at most 512 MiB in ${source.name} but it has ${pickle.bytes} bytes`);
  const value = await guarded(source.name, () => unpickleEntry(source.name, pickle));
  return collect(source.name, value, (storage) => {
    const entry = entries.get(`${folder}data/${storage.key}`);
    const bytes = storage.length * elementSize[storage.dtype];
    if (!entry) throw damaged(`Expected the data of storage ${storage.key} in ${source.name} but it is missing`);
    if (entry.bytes < bytes)
      throw damaged(`Expected ${bytes} bytes for storage ${storage.key} of ${source.name} but found ${entry.bytes}`);
    return (start, end) => entry.read(start, end);
  });
}

async function unpickleEntry(file: string, entry: ZipEntry): Promise<unknown> {
  const bytes = await entry.read();
  return unpickle(bytes, torchHost(file), file).value;
}

/** First pickle of an old checkpoint: torch/serialization.py's MAGIC_NUMBER. */
const legacyMagic = 0x1950a86a20f9469cfc6cn;

/** Reads a checkpoint in the older form. Throws `checkpoint-unsupported` where it is some other pickle. */
export async function readTorchLegacy(source: ByteSource): Promise<TorchFile> {
  const { value, keys, dataAt } = await guarded(source.name, () => legacyPickles(source));
  const storages = new Map<string, TorchStorage>();
  for (const storage of value.storages) storages.set(storage.key, storage);
  const positions = new Map<string, number>();
  let at = dataAt;
  for (const key of keys) {
    const storage = storages.get(key);
    if (!storage) throw damaged(`Expected a tensor for every storage of ${source.name} but none uses ${key}`);
    const length = Number(new DataView((await source.read(at, 8)).buffer).getBigInt64(0, true));
    const bytes = length * elementSize[storage.dtype];
    if (length < 0 || at + 8 + bytes > source.size)
      throw damaged(
        `Expected ${bytes} bytes for storage ${key} of ${source.name} but the file ends at ${source.size}: it is cut short`,
      );
    if (length < storage.length)
      throw damaged(`Expected ${storage.length} numbers in storage ${key} of ${source.name} but found ${length}`);
    positions.set(key, at + 8);
    at += 8 + bytes;
  }
  return collect(source.name, value.value, (storage) => {
    const position = positions.get(storage.key);
    if (position === undefined)
      throw damaged(`Expected the data of storage ${storage.key} in ${source.name} but it is missing`);
    return (start, end) => source.read(position + start, end - start);
  });
}

/** The five pickles in front of the data. Their length is unknown, so the head is read in growing pieces. */
async function legacyPickles(source: ByteSource) {
  for (let size = Math.min(source.size, 2 ** 24); ; size = Math.min(source.size, size * 4)) {
    const head = await source.read(0, size);
    try {
      const storages: TorchStorage[] = [];
      const host = torchHost(source.name, storages);
      const magic = unpickle(head, host, source.name);
      if (magic.value !== legacyMagic)
        throw unsupported(`Expected a PyTorch checkpoint in ${source.name} but found a pickle of something else`);
      const protocol = unpickle(head, host, source.name, magic.end);
      const system = unpickle(head, host, source.name, protocol.end);
      if (!(system.value instanceof PickleDict) || system.value.get('little_endian') === false)
        throw unsupported(`Expected little-endian data in ${source.name} but it was saved on a big-endian machine`);
      const body = unpickle(head, host, source.name, system.end);
      const keys = unpickle(head, host, source.name, body.end);
      if (!Array.isArray(keys.value)) throw damaged(`Expected a list of storages in ${source.name}`);
      return { value: { value: body.value, storages }, keys: keys.value.map(String), dataAt: keys.end };
    } catch (error) {
      if (!(error instanceof PickleEnded) || size === source.size || size >= maxPickleBytes) throw error;
    }
  }
}

/** Turns the end of the bytes inside a pickle into the one message for a file that is cut short. */
async function guarded<T>(file: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof PickleEnded)
      throw damaged(`Expected a complete pickle in ${file} but it ends early: the file is cut short`, error);
    throw error;
  }
}

/** What pickled globals may mean. `seen` collects every storage that is mentioned. */
function torchHost(file: string, seen?: TorchStorage[]): PickleHost {
  const refuse = (callee: unknown) =>
    unsafe(
      `Expected only tensors and plain containers in ${file} but its pickle calls ${callee}: it was not run and the file is refused`,
    );
  const host: PickleHost = {
    call(callee, args) {
      if (!(callee instanceof PickleGlobal))
        throw refuse(callee instanceof PickleInert ? callee.of : 'something computed');
      const name = callee.toString();
      switch (name) {
        case 'torch._utils._rebuild_tensor_v2':
        case 'torch._utils._rebuild_tensor':
        case 'torch._utils._rebuild_tensor_v3':
          return rebuildTensor(file, args);
        case 'torch._utils._rebuild_parameter':
        case 'torch._utils._rebuild_parameter_with_state':
          return args[0];
        case 'torch._tensor._rebuild_from_type_v2': {
          // A tensor with attributes of its own: (function, class, its arguments, attributes).
          const [rebuild, , inner] = args;
          if (
            !(rebuild instanceof PickleGlobal) ||
            !/^_rebuild_(?:tensor|parameter)/.test(rebuild.name) ||
            !(inner instanceof PickleTuple)
          )
            throw refuse(rebuild);
          return host.call(rebuild, inner.items);
        }
      }
      if (dictCalls.has(name)) return filledDict(args[0]);
      if (listCalls.has(name)) return Array.isArray(args[0]) ? [...args[0]] : [];
      if (inertCalls.has(name)) return new PickleInert(name);
      throw refuse(name);
    },
    persistent(id) {
      const storage = storageOf(id);
      if (!storage) throw damaged(`Expected only storages as persistent ids in ${file}`);
      if (storage instanceof TorchStorage) seen?.push(storage);
      return storage;
    },
  };
  return host;
}

/** An ordered dict may come with its items as pairs. */
function filledDict(items: unknown): PickleDict {
  const dict = new PickleDict();
  for (const pair of Array.isArray(items) ? items : []) {
    const [key, value] = pair instanceof PickleTuple ? pair.items : Array.isArray(pair) ? pair : [];
    if (key !== undefined) dict.set(key, value);
  }
  return dict;
}

/** ('storage', type, key, location, length[, view of an older file]); inert where its numbers are of a kind that no weight has (complex, quantised). */
function storageOf(id: unknown): TorchStorage | PickleInert | undefined {
  if (!(id instanceof PickleTuple)) return undefined;
  const [kind, type, key, , length, viewOf] = id.items;
  const dtype =
    type instanceof PickleGlobal
      ? (storageTypes[type.name] ?? (type.name === 'UntypedStorage' ? 'U8' : undefined))
      : undefined;
  if (kind !== 'storage' || !(type instanceof PickleGlobal) || !isCount(length)) return undefined;
  if (dtype === undefined) return type.module === 'torch' ? new PickleInert(type.toString()) : undefined;
  const offset = viewOf instanceof PickleTuple ? viewOf.items[1] : 0;
  return new TorchStorage(String(key), dtype, length, isCount(offset) ? offset : 0);
}

function rebuildTensor(file: string, args: readonly unknown[]): TorchTensor | PickleInert {
  const [storage, offset, size, stride, , , dtype] = args;
  if (storage instanceof PickleInert) return storage;
  if (
    !(storage instanceof TorchStorage) ||
    !isCount(offset) ||
    !(size instanceof PickleTuple) ||
    !(stride instanceof PickleTuple)
  )
    throw damaged(`Expected storage, offset, size and stride for every tensor of ${file}`);
  const named = dtype instanceof PickleGlobal && dtype.module === 'torch' ? dtypes[dtype.name] : undefined;
  if (dtype instanceof PickleGlobal && named === undefined)
    throw unsupported(
      `Expected numbers of 16, 32 or 64 bits in ${file} but found ${dtype}: convert the file to float16 or float32 first`,
    );
  const typed = named ? storage.as(named) : storage;
  const shape = size.items;
  const strides = stride.items;
  if (!shape.every(isCount) || !strides.every(isCount) || shape.length !== strides.length)
    throw damaged(
      `Expected whole sizes and strides for every tensor of ${file} but received [${shape}] and [${strides}]`,
    );
  const tensor = new TorchTensor(typed, typed.offset + offset, shape, strides);
  if (countElements(shape, file) > 0) {
    const last = tensor.offset + shape.reduce((sum, length, axis) => sum + (length - 1) * strides[axis]!, 0);
    if (last >= typed.length)
      throw damaged(
        `Expected tensor [${shape}] within storage ${typed.key} of ${file} but it needs number ${last} of ${typed.length}`,
      );
  }
  return tensor;
}

type ReadStorage = (startByte: number, endByte: number) => Promise<Uint8Array>;

/** Lists the tensors of the state dict, or of the outermost dict where there is none. */
function collect(file: string, value: unknown, open: (storage: TorchStorage) => ReadStorage): TorchFile {
  if (!(value instanceof PickleDict))
    throw unsupported(`Expected a dict of weights in ${file} but found something else`);
  const topLevel = [...value.keys()].filter((key) => typeof key === 'string');
  // Textual inversion files of the web UI call it `string_to_param`.
  const inner = value.get('state_dict') ?? value.get('string_to_param');
  const tensors = new Map<string, LazyTensor>();
  for (const [name, tensor] of inner instanceof PickleDict ? inner : value)
    if (typeof name === 'string' && tensor instanceof TorchTensor)
      tensors.set(name, lazyTensor(name, tensor, open(tensor.storage)));
  return { tensors, topLevel };
}

function lazyTensor(
  name: string,
  { storage, offset, shape, strides }: TorchTensor,
  readStorage: ReadStorage,
): LazyTensor {
  const size = elementSize[storage.dtype];
  const count = countElements(shape, name);
  if (isContiguous(shape, strides))
    return {
      name,
      dtype: storage.dtype,
      shape,
      read: (start = 0, end = count) => readStorage((offset + start) * size, (offset + end) * size),
    };
  const span = 1 + shape.reduce((sum, length, axis) => sum + (length - 1) * strides[axis]!, 0);
  return {
    name,
    dtype: storage.dtype,
    shape,
    async read(start = 0, end = count) {
      if (count === 0) return new Uint8Array(0);
      const source = await readStorage(offset * size, (offset + span) * size);
      return gather(source, size, shape, strides, start, end);
    },
  };
}

/** Copies the elements `start` to `end` of a strided view into C order. */
function gather(
  source: Uint8Array,
  size: number,
  shape: readonly number[],
  strides: readonly number[],
  start: number,
  end: number,
): Uint8Array {
  const out = new Uint8Array((end - start) * size);
  for (let i = start; i < end; i++) {
    let rest = i;
    let at = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const length = shape[axis]!;
      at += (rest % length) * strides[axis]!;
      rest = Math.floor(rest / length);
    }
    for (let byte = 0; byte < size; byte++) out[(i - start) * size + byte] = source[at * size + byte]!;
  }
  return out;
}

function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let expectedStride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expectedStride) return false;
    expectedStride *= shape[axis]!;
  }
  return true;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
