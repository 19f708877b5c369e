import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openCheckpoint } from '../../src/model-import/checkpoint.ts';
import { readSafetensors } from '../../src/model-import/safetensors.ts';
import { failure, floats, memoryBytes, safetensorsBytes, temporaryFolder, values } from './files.ts';

const folder = temporaryFolder();
const two = { a: floats([2, 2], [1, 2, 3, 4]), b: floats([3], [5, 6, 7]) };
const open = (bytes: Uint8Array) => readSafetensors(memoryBytes(bytes));

describe('safetensors', () => {
  it('reads whole tensors and ranges of them', async () => {
    const { tensors, metadata } = await open(
      safetensorsBytes(two, (header) => (header.__metadata__ = { format: 'pt' })),
    );
    expect(await values(tensors.get('a'))).toEqual([1, 2, 3, 4]);
    expect(await values(tensors.get('b'), 1, 3)).toEqual([6, 7]);
    expect(metadata).toEqual({ format: 'pt' });
  });

  it('refuses a header that is longer than the file, before allocating it', async () => {
    const bytes = Buffer.alloc(15);
    bytes.writeBigUInt64LE(2n ** 40n);
    expect(await failure(open(bytes))).toMatch(/^checkpoint-damaged: .*claims 1099511627776 bytes/);
  });

  // 128 bytes are written as 80 00, 19280 as "PK".
  it.each([120, 128, 384, 19280, 65664])(
    'is known for what it is whatever a header of %i bytes looks like',
    async (length) => {
      const plain = safetensorsBytes(two);
      const header = plain.subarray(8, 8 + Number(plain.readBigUInt64LE()));
      const padded = Buffer.alloc(8 + length, ' ');
      padded.writeBigUInt64LE(BigInt(length));
      header.copy(padded, 8);
      const path = join(folder, `header-${length}.safetensors`);
      await writeFile(path, Buffer.concat([padded, plain.subarray(8 + header.length)]));
      const checkpoint = await openCheckpoint(path);
      expect(checkpoint.form).toBe('safetensors');
      expect(await values(checkpoint.tensors.get('a'))).toEqual([1, 2, 3, 4]);
      await checkpoint.close();
    },
  );

  it.each([
    ['a file of three bytes', Buffer.from('abc'), /only 3 bytes/],
    ['a file cut short', safetensorsBytes(two).subarray(0, -4), /cut short/],
    [
      'a header that is no JSON',
      Buffer.concat([Buffer.from([4, 0, 0, 0, 0, 0, 0, 0]), Buffer.from('{{{{')]),
      /JSON object/,
    ],
    [
      'data of the wrong length',
      safetensorsBytes(two, (header) => Object.assign(header.b as object, { shape: [4] })),
      /Expected 16 bytes for tensor b .* found 12/,
    ],
    [
      'tensors that overlap',
      safetensorsBytes(two, (header) => Object.assign(header.b as object, { data_offsets: [12, 24] })),
      /a and b overlap/,
    ],
    [
      'negative offsets',
      safetensorsBytes(two, (header) => Object.assign(header.b as object, { data_offsets: [-4, 8] })),
      /data_offsets for tensor b/,
    ],
    [
      'a shape too large for any file',
      safetensorsBytes(two, (header) => Object.assign(header.b as object, { shape: [2 ** 40, 2 ** 40] })),
      /fits a file/,
    ],
  ])('refuses %s', async (_, bytes, message) => {
    const text = await failure(open(bytes));
    expect(text).toMatch(/^checkpoint-damaged: Expected /);
    expect(text).toMatch(message);
  });

  it('says which number format it does not know', async () => {
    const bytes = safetensorsBytes(two, (header) => Object.assign(header.a as object, { dtype: 'F8_E4M3' }));
    expect(await failure(open(bytes))).toMatch(/^checkpoint-unsupported: .*F8_E4M3/);
  });
});
