// The safetensors container: 8 bytes header length, a JSON header, raw data. https://huggingface.co/docs/safetensors
// All sizes, ranges and overlaps are checked before any tensor is read.
import { z } from 'zod';
import { type ByteSource, damaged, unsupported } from './byte-source.ts';
import { countElements, elementSize, isDType, type LazyTensor } from './tensor.ts';

/** The format's own limit; a larger number means that the file is something else. */
const maxHeaderBytes = 100_000_000;

const entrySchema = z.object({
  dtype: z.string(),
  shape: z.array(z.int().nonnegative()),
  data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
});

export interface Safetensors {
  tensors: Map<string, LazyTensor>;
  metadata: Record<string, string>;
}

/** Reads the header only. Throws `checkpoint-damaged`, or `checkpoint-unsupported` for an unknown number format. */
export async function readSafetensors(source: ByteSource): Promise<Safetensors> {
  if (source.size < 8)
    throw damaged(`Expected a safetensors file for ${source.name} but it has only ${source.size} bytes`);
  const headerBytes = Number(new DataView((await source.read(0, 8)).buffer).getBigUint64(0, true));
  if (headerBytes > maxHeaderBytes || headerBytes > source.size - 8)
    throw damaged(
      `Expected a safetensors header within ${source.name} (${source.size} bytes) but it claims ${headerBytes} bytes: the file is cut short or is not safetensors`,
    );
  const header = parseHeader(source.name, await source.read(8, headerBytes));
  const dataStart = 8 + headerBytes;
  const dataBytes = source.size - dataStart;
  const tensors = new Map<string, LazyTensor>();
  const ranges: { name: string; begin: number; end: number }[] = [];
  let metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') {
      metadata = z.record(z.string(), z.string()).catch({}).parse(value);
      continue;
    }
    const entry = entrySchema.safeParse(value);
    if (!entry.success) throw damaged(`Expected dtype, shape and data_offsets for tensor ${name} of ${source.name}`);
    const { dtype, shape, data_offsets } = entry.data;
    if (!isDType(dtype))
      throw unsupported(
        `Expected floats of 16, 32 or 64 bits or integers for tensor ${name} of ${source.name} but found ${dtype}`,
      );
    const [begin, end] = data_offsets;
    if (begin > end || end > dataBytes)
      throw damaged(
        `Expected tensor ${name} within the ${dataBytes} data bytes of ${source.name} but it lies at ${begin} to ${end}: the file is cut short or damaged`,
      );
    const count = countElements(shape, name);
    const size = elementSize[dtype];
    if (end - begin !== count * size)
      throw damaged(
        `Expected ${count * size} bytes for tensor ${name} (${dtype} [${shape}]) of ${source.name} but found ${end - begin}`,
      );
    ranges.push({ name, begin, end });
    tensors.set(name, {
      name,
      dtype,
      shape,
      read: (from = 0, to = count) => source.read(dataStart + begin + from * size, (to - from) * size),
    });
  }
  checkOverlaps(source.name, ranges);
  return { tensors, metadata };
}

function parseHeader(file: string, bytes: Uint8Array): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return z.record(z.string(), z.unknown()).parse(value);
  } catch (cause) {
    throw damaged(
      `Expected a JSON object as the header of ${file} but it could not be read: the file is damaged`,
      cause,
    );
  }
}

function checkOverlaps(file: string, ranges: { name: string; begin: number; end: number }[]): void {
  const filled = ranges.filter((range) => range.end > range.begin).sort((a, b) => a.begin - b.begin);
  for (let i = 1; i < filled.length; i++) {
    const before = filled[i - 1]!;
    const range = filled[i]!;
    if (range.begin < before.end)
      throw damaged(`Expected separate data for each tensor of ${file} but ${before.name} and ${range.name} overlap`);
  }
}
