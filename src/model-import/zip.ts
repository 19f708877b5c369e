// The directory of a zip archive with stored (uncompressed) entries, zip64 included, as PyTorch writes them (APPNOTE.TXT 6.3.10).
// Every offset and size is checked against the file before it is used.
import { type ByteSource, damaged, unsupported } from './byte-source.ts';

export interface ZipEntry {
  name: string;
  bytes: number;
  /** Reads part of the entry, the whole by default. */
  read(start?: number, end?: number): Promise<Uint8Array>;
}

const endRecord = 0x06054b50;
const endRecord64 = 0x06064b50;
const locator64 = 0x07064b50;
const centralHeader = 0x02014b50;
const localHeader = 0x04034b50;
const endRecordBytes = 22;
const maxCommentBytes = 65_535;
const maxDirectoryBytes = 256 * 2 ** 20;

/** Throws `checkpoint-damaged` where the directory is missing or points outside the file. */
export async function readZip(source: ByteSource): Promise<Map<string, ZipEntry>> {
  const { offset, bytes, count } = await findDirectory(source);
  if (bytes > maxDirectoryBytes)
    throw damaged(`Expected a zip directory of at most 256 MiB in ${source.name} but it claims ${bytes} bytes`);
  const directory = view(await source.read(offset, bytes));
  const entries = new Map<string, ZipEntry>();
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > bytes || directory.getUint32(at, true) !== centralHeader)
      throw damaged(`Expected ${count} entries in the zip directory of ${source.name} but entry ${i} is damaged`);
    const nameBytes = directory.getUint16(at + 28, true);
    const extraBytes = directory.getUint16(at + 30, true);
    const next = at + 46 + nameBytes + extraBytes + directory.getUint16(at + 32, true);
    if (next > bytes)
      throw damaged(`Expected the zip directory of ${source.name} to hold entry ${i} but it is cut short`);
    const name = text(directory, at + 46, nameBytes);
    const sizes = zip64Sizes(directory, at, nameBytes, extraBytes, source.name);
    entries.set(name, zipEntry(source, name, directory.getUint16(at + 10, true), sizes));
    at = next;
  }
  return entries;
}

interface Sizes {
  stored: number;
  actual: number;
  headerAt: number;
}

function zipEntry(source: ByteSource, name: string, method: number, { stored, actual, headerAt }: Sizes): ZipEntry {
  if (headerAt + 30 + stored > source.size)
    throw damaged(
      `Expected entry ${name} within ${source.name} (${source.size} bytes) but it needs ${stored} bytes at ${headerAt}`,
    );
  let dataAt: Promise<number> | undefined;
  const locate = async (): Promise<number> => {
    const header = view(await source.read(headerAt, 30));
    if (header.getUint32(0, true) !== localHeader)
      throw damaged(`Expected a zip entry header for ${name} at ${headerAt} of ${source.name}`);
    return headerAt + 30 + header.getUint16(26, true) + header.getUint16(28, true);
  };
  return {
    name,
    bytes: actual,
    async read(start = 0, end = actual) {
      if (method !== 0 || stored !== actual)
        throw unsupported(
          `Expected stored entries in ${source.name} but ${name} is compressed: unpack it and save it again with torch.save`,
        );
      if (start < 0 || end > actual || start > end)
        throw damaged(`Expected bytes ${start} to ${end} of ${name} but it has ${actual}`);
      dataAt ??= locate();
      return source.read((await dataAt) + start, end - start);
    },
  };
}

/** Sizes and position of an entry; fields of all ones continue in the zip64 extra field. */
function zip64Sizes(directory: DataView, at: number, nameBytes: number, extraBytes: number, file: string): Sizes {
  const fields = [
    directory.getUint32(at + 24, true),
    directory.getUint32(at + 20, true),
    directory.getUint32(at + 42, true),
  ];
  let extra = at + 46 + nameBytes;
  const end = extra + extraBytes;
  while (extra + 4 <= end) {
    const id = directory.getUint16(extra, true);
    const length = directory.getUint16(extra + 2, true);
    if (id === 1) {
      let field = extra + 4;
      for (let i = 0; i < 3; i++) {
        if (fields[i] !== 0xffffffff) continue;
        if (field + 8 > Math.min(end, extra + 4 + length))
          throw damaged(`Expected 64-bit sizes in the zip directory of ${file} but they are cut short`);
        fields[i] = Number(directory.getBigUint64(field, true));
        field += 8;
      }
    }
    extra += 4 + length;
  }
  const [actual = 0, stored = 0, headerAt = 0] = fields;
  return { actual, stored, headerAt };
}

async function findDirectory(source: ByteSource): Promise<{ offset: number; bytes: number; count: number }> {
  const tailBytes = Math.min(source.size, endRecordBytes + maxCommentBytes);
  const tail = view(await source.read(source.size - tailBytes, tailBytes));
  for (let at = tailBytes - endRecordBytes; at >= 0; at--) {
    if (tail.getUint32(at, true) !== endRecord) continue;
    const found = (await directory64(source, tail, source.size - tailBytes, at)) ?? {
      count: tail.getUint16(at + 10, true),
      bytes: tail.getUint32(at + 12, true),
      offset: tail.getUint32(at + 16, true),
    };
    if (found.offset + found.bytes > source.size)
      throw damaged(
        `Expected the zip directory within ${source.name} (${source.size} bytes) but it lies at ${found.offset}`,
      );
    return found;
  }
  throw damaged(
    `Expected a complete zip archive in ${source.name} but its directory at the end is missing: the file is cut short`,
  );
}

async function directory64(source: ByteSource, tail: DataView, tailAt: number, at: number) {
  const locator = at - 20;
  if (locator < 0 || tail.getUint32(locator, true) !== locator64) return undefined;
  const recordAt = Number(tail.getBigUint64(locator + 8, true));
  if (recordAt + 56 > tailAt + at)
    throw damaged(`Expected a zip64 directory record within ${source.name} but it lies at ${recordAt}`);
  const record = view(await source.read(recordAt, 56));
  if (record.getUint32(0, true) !== endRecord64)
    throw damaged(`Expected a zip64 directory record at ${recordAt} of ${source.name}`);
  return {
    count: Number(record.getBigUint64(32, true)),
    bytes: Number(record.getBigUint64(40, true)),
    offset: Number(record.getBigUint64(48, true)),
  };
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function text(data: DataView, at: number, length: number): string {
  return new TextDecoder().decode(new Uint8Array(data.buffer, data.byteOffset + at, length));
}
