// Writes a PyTorch checkpoint of random weights in the zip form of torch.save, tensor by tensor: large test files without PyTorch.
import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { RandomWeights } from './random-weights.ts';
import type { Shapes } from './sd-v1-shapes.ts';

export interface RandomCheckpointOptions {
  seed?: number;
  /** Write 64-bit zip fields even where the file is small. */
  forceZip64?: boolean;
}

/** Returns the file's size. An existing file is replaced. */
export async function writeRandomCheckpoint(
  path: string,
  shapes: Shapes,
  options: RandomCheckpointOptions = {},
): Promise<number> {
  const handle = await open(path, 'w');
  try {
    const zip = new ZipWriter(handle, options.forceZip64 ?? false);
    await zip.add('archive/data.pkl', stateDictPickle(shapes));
    await zip.add('archive/byteorder', Buffer.from('little'));
    const random = new RandomWeights(options.seed);
    let key = 0;
    for (const [name, shape] of shapes) {
      const values = random.next(name, shape);
      await zip.add(`archive/data/${key++}`, new Uint8Array(values.buffer));
    }
    await zip.add('archive/version', Buffer.from('3\n'));
    return await zip.finish();
  } finally {
    await handle.close();
  }
}

/** {'state_dict': {name: tensor}}, protocol 2. */
function stateDictPickle(shapes: Shapes): Uint8Array {
  const p = new PickleWriter();
  p.raw('\x80\x02}').text('state_dict').raw('}(');
  let key = 0;
  for (const [name, shape] of shapes) {
    const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, length) => product * length, 1));
    p.text(name)
      .raw('ctorch._utils\n_rebuild_tensor_v2\n((')
      .text('storage')
      .raw('ctorch\nFloatStorage\n')
      .text(`${key++}`);
    p.text('cpu')
      .number(shape.reduce((product, length) => product * length, 1))
      .raw('tQ')
      .number(0);
    p.tuple(shape).tuple(strides).raw('\x89ccollections\nOrderedDict\n)RtR');
  }
  return p.raw('us.').bytes();
}

class PickleWriter {
  readonly #parts: Buffer[] = [];

  raw(latin1: string): this {
    this.#parts.push(Buffer.from(latin1, 'latin1'));
    return this;
  }
  text(value: string): this {
    const utf8 = Buffer.from(value);
    const head = Buffer.from([0x58, 0, 0, 0, 0]);
    head.writeUInt32LE(utf8.length, 1);
    this.#parts.push(head, utf8);
    return this;
  }
  number(value: number): this {
    const bytes = Buffer.from([0x4a, 0, 0, 0, 0]);
    bytes.writeInt32LE(value, 1);
    this.#parts.push(bytes);
    return this;
  }
  tuple(values: readonly number[]): this {
    this.raw('(');
    for (const value of values) this.number(value);
    return this.raw('t');
  }
  bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }
}

/** Stored entries; 64-bit fields where they are needed (APPNOTE.TXT 4.5.3). */
class ZipWriter {
  readonly #handle: FileHandle;
  readonly #force64: boolean;
  readonly #directory: Buffer[] = [];
  #size = 0;

  constructor(handle: FileHandle, force64: boolean) {
    this.#handle = handle;
    this.#force64 = force64;
  }

  async add(name: string, data: Uint8Array): Promise<void> {
    const header = Buffer.alloc(30);
    const at = this.#size;
    const crc = crc32(data);
    header.writeUInt32LE(0x04034b50, 0);
    header.writeUInt32LE(crc, 14);
    header.writeUInt32LE(data.length, 18);
    header.writeUInt32LE(data.length, 22);
    header.writeUInt16LE(name.length, 26);
    const is64 = this.#force64 || at >= 0xffffffff;
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt32LE(crc, 16);
    central.writeUInt32LE(data.length, 20);
    central.writeUInt32LE(data.length, 24);
    central.writeUInt16LE(name.length, 28);
    central.writeUInt16LE(is64 ? 12 : 0, 30);
    central.writeUInt32LE(is64 ? 0xffffffff : at, 42);
    this.#directory.push(central, Buffer.from(name));
    if (is64) {
      const extra = Buffer.alloc(12);
      extra.writeUInt16LE(1, 0);
      extra.writeUInt16LE(8, 2);
      extra.writeBigUInt64LE(BigInt(at), 4);
      this.#directory.push(extra);
    }
    await this.#write(header);
    await this.#write(Buffer.from(name));
    await this.#write(data);
  }

  async finish(): Promise<number> {
    const at = this.#size;
    const directory = Buffer.concat(this.#directory);
    const count = this.#directory.filter((part) => part.length >= 46 && part.readUInt32LE(0) === 0x02014b50).length;
    await this.#write(directory);
    const record = Buffer.alloc(56 + 20);
    record.writeUInt32LE(0x06064b50, 0);
    record.writeBigUInt64LE(44n, 4);
    record.writeBigUInt64LE(BigInt(count), 24);
    record.writeBigUInt64LE(BigInt(count), 32);
    record.writeBigUInt64LE(BigInt(directory.length), 40);
    record.writeBigUInt64LE(BigInt(at), 48);
    record.writeUInt32LE(0x07064b50, 56);
    record.writeBigUInt64LE(BigInt(this.#size), 64);
    record.writeUInt32LE(1, 72);
    await this.#write(record);
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x06054b50, 0);
    end.writeUInt16LE(0xffff, 8);
    end.writeUInt16LE(0xffff, 10);
    end.writeUInt32LE(0xffffffff, 12);
    end.writeUInt32LE(0xffffffff, 16);
    await this.#write(end);
    return this.#size;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, this.#size + done);
      done += bytesWritten;
    }
    this.#size += bytes.length;
  }
}
