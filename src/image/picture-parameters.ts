// The AUTOMATIC1111 `parameters` text of a picture, wherever that web UI puts it: a PNG text chunk, or the EXIF field UserComment of a
// JPEG or WebP (EXIF 2.32, 4.6.5: eight bytes name the character code). Never throws: foreign files are read as far as they can be.

import sharp from 'sharp';
import { isPng, readPngText } from './png-text.ts';
import { pictureType } from './read-picture.ts';

const exifPointer = 0x8769;
const userComment = 0x9286;
const maxText = 100_000;

/** @returns null where the file holds none */
export async function readParametersText(bytes: Uint8Array): Promise<string | null> {
  if (isPng(bytes)) return readPngText(bytes).parameters?.slice(0, maxText) ?? null;
  if (pictureType(bytes) === undefined) return null;
  try {
    const { exif } = await sharp(bytes, { limitInputPixels: 40_000_000 }).metadata();
    return exif === undefined ? null : readUserComment(exif);
  } catch {
    return null;
  }
}

/** @param exif a TIFF header and what follows, with or without the mark that JPEG puts before it */
export function readUserComment(exif: Uint8Array): string | null {
  const tiff = Buffer.from(exif.subarray(Buffer.from(exif.subarray(0, 6)).toString('latin1') === 'Exif\0\0' ? 6 : 0));
  const order = tiff.subarray(0, 2).toString('latin1');
  if (order !== 'II' && order !== 'MM') return null;
  const isLittle = order === 'II';
  const u16 = (at: number) => (at + 2 > tiff.length ? 0 : isLittle ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const u32 = (at: number) => (at + 4 > tiff.length ? 0 : isLittle ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at));
  /** Where the entry of a tag stands in the directory at `at`; 0 for none. */
  const find = (at: number, tag: number): number => {
    const count = Math.min(u16(at), 1000);
    for (let entry = at + 2; entry < at + 2 + count * 12; entry += 12) if (u16(entry) === tag) return entry;
    return 0;
  };
  const pointer = find(u32(4), exifPointer);
  const entry = pointer === 0 ? 0 : find(u32(pointer + 8), userComment);
  if (entry === 0) return null;
  const length = u32(entry + 4);
  const start = u32(entry + 8);
  if (length <= 8 || start + length > tiff.length) return null;
  const code = tiff.subarray(start, start + 8).toString('latin1');
  const text = decode(code, tiff.subarray(start + 8, start + length), isLittle);
  return text === null ? null : text.replace(/\0+$/, '').slice(0, maxText);
}

function decode(code: string, bytes: Buffer, isLittle: boolean): string | null {
  if (code.startsWith('UNICODE')) {
    // Writers disagree about the order of bytes here, whatever the header says: where nearly all text is Latin, the zeros tell.
    const even = bytes.filter((byte, at) => at % 2 === 0 && byte === 0).length;
    const odd = bytes.filter((byte, at) => at % 2 === 1 && byte === 0).length;
    const little = even === odd ? isLittle : odd > even;
    const whole = Buffer.from(bytes.subarray(0, bytes.length & ~1));
    return (little ? whole : whole.swap16()).toString('utf16le');
  }
  return code.startsWith('ASCII') || code === '\0'.repeat(8) ? bytes.toString('utf8') : null;
}
