// A zip archive of stored entries, as torch.save writes it; 64-bit fields where they are needed (APPNOTE.TXT 4.5.3).
import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

export class ZipWriter {
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
