// Text chunks of PNG files (PNG specification, 3rd edition, 11.3.3): tEXt for Latin-1, iTXt for everything else, zTXt only read.
// Written after IHDR without touching the compressed picture.

import { inflateSync } from 'node:zlib';
import { EaselError, expected } from '../errors.ts';

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** Text longer than this is not read: no honest generator writes it. */
const maxTextBytes = 1 << 20;

export const isPng = (bytes: Uint8Array): boolean => signature.every((byte, i) => bytes[i] === byte);

interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
  /** Offset of the whole chunk, length field included. */
  readonly start: number;
  readonly end: number;
}

/** Stops quietly at the first damaged chunk: metadata of foreign files is best effort. */
function* chunks(bytes: Uint8Array): Generator<Chunk> {
  if (!isPng(bytes)) return;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let start = 8; start + 12 <= bytes.length; ) {
    const length = view.getUint32(start);
    const end = start + 12 + length;
    if (end > bytes.length) return;
    const type = Buffer.from(bytes.subarray(start + 4, start + 8)).toString('latin1');
    yield { type, data: bytes.subarray(start + 8, end - 4), start, end };
    if (type === 'IEND') return;
    start = end;
  }
}

/** A copy with one chunk per entry put right after the header. Keywords are 1-79 Latin-1 characters. Throws on anything but a PNG. */
export function insertPngText(png: Uint8Array, entries: Readonly<Record<string, string>>): Uint8Array {
  const [header] = chunks(png);
  if (header?.type !== 'IHDR')
    throw new EaselError('internal', expected('a PNG file', 'text chunks', png.subarray(0, 8)));
  const added = Object.entries(entries).map(([keyword, text]) => textChunk(keyword, text));
  return Buffer.concat([png.subarray(0, header.end), ...added, png.subarray(header.end)]);
}

/** Keyword to text. Of equal keywords the first wins. Empty for other formats and for files without text. */
export function readPngText(bytes: Uint8Array): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { type, data } of chunks(bytes)) {
    const split = data.indexOf(0);
    if (split < 1 || split > 79 || !['tEXt', 'zTXt', 'iTXt'].includes(type)) continue;
    const keyword = Buffer.from(data.subarray(0, split)).toString('latin1');
    const text = decodeText(type, data.subarray(split + 1));
    if (text !== undefined && !Object.hasOwn(found, keyword)) found[keyword] = text;
  }
  return found;
}

function decodeText(type: string, rest: Uint8Array): string | undefined {
  try {
    if (type === 'tEXt') return limited(rest, 'latin1');
    if (type === 'zTXt') return rest[0] === 0 ? inflate(rest.subarray(1), 'latin1') : undefined;
    const language = rest.indexOf(0, 2);
    const translated = rest.indexOf(0, language + 1);
    if (language < 0 || translated < 0) return undefined;
    const text = rest.subarray(translated + 1);
    return rest[0] === 1 ? inflate(text, 'utf8') : limited(text, 'utf8');
  } catch {
    return undefined; // not deflate, or inflates beyond the limit
  }
}

const inflate = (data: Uint8Array, encoding: 'latin1' | 'utf8') =>
  inflateSync(data, { maxOutputLength: maxTextBytes }).toString(encoding);
const limited = (data: Uint8Array, encoding: 'latin1' | 'utf8') =>
  data.length <= maxTextBytes ? Buffer.from(data).toString(encoding) : undefined;

function textChunk(keyword: string, text: string): Uint8Array {
  if (!/^[\x20-\x7e\xa1-\xff]{1,79}$/.test(keyword)) {
    throw new EaselError('internal', expected('1 to 79 Latin-1 characters', 'a PNG keyword', keyword));
  }
  const isLatin1 = [...text].every((character) => character <= '\xff' && character !== '\0');
  const key = Buffer.from(`${keyword}\0`, 'latin1');
  if (isLatin1) return chunk('tEXt', Buffer.concat([key, Buffer.from(text, 'latin1')]));
  const plain = Buffer.from(text.replaceAll('\0', ''), 'utf8');
  return chunk('iTXt', Buffer.concat([key, Uint8Array.of(0, 0, 0, 0), plain])); // not compressed, no language, no translation
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const out = Buffer.alloc(12 + data.length);
  out.writeUInt32BE(data.length, 0);
  out.write(type, 4, 'latin1');
  out.set(data, 8);
  out.writeUInt32BE(crc32(out.subarray(4, 8 + data.length)), 8 + data.length);
  return out;
}

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

function crc32(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) crc = crcTable[(crc ^ byte) & 255]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
