// Lazy tensors and the number formats found in checkpoints. Bytes are little-endian, C order; nothing is read until asked for.
import { damaged } from './byte-source.ts';

/** Bytes per element, by the names the safetensors format uses. */
export const elementSize = { F64: 8, F32: 4, F16: 2, BF16: 2, I64: 8, I32: 4, I16: 2, I8: 1, U8: 1, BOOL: 1 } as const;
export type DType = keyof typeof elementSize;

export interface LazyTensor {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Bytes of the elements `start` (inclusive) to `end` (exclusive) in C order; by default all of them. */
  read(start?: number, end?: number): Promise<Uint8Array>;
}

export function isDType(text: string): text is DType {
  return Object.hasOwn(elementSize, text);
}

/** Number of elements of a shape; throws `checkpoint-damaged` for negative, fractional or absurd sizes. */
export function countElements(shape: readonly number[], name: string): number {
  let count = 1;
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 0)
      throw damaged(`Expected whole sizes for tensor ${name} but received [${shape}]`);
    count *= size;
  }
  if (!Number.isSafeInteger(count))
    throw damaged(`Expected a tensor that fits a file for ${name} but received shape [${shape}]`);
  return count;
}

/** All elements as 32-bit floats; shares memory with `bytes` where they are aligned F32 already. */
export function toFloat32(bytes: Uint8Array, dtype: DType): Float32Array {
  const count = bytes.length / elementSize[dtype];
  const out = dtype === 'F32' ? new Float32Array(aligned(bytes), 0, count) : new Float32Array(count);
  switch (dtype) {
    case 'F32':
      break;
    case 'F16': {
      const table = halfTable();
      const halves = new Uint16Array(aligned(bytes), 0, count);
      for (let i = 0; i < count; i++) out[i] = table[halves[i]!]!;
      break;
    }
    case 'BF16': {
      const bits = new Uint32Array(out.buffer);
      const halves = new Uint16Array(aligned(bytes), 0, count);
      for (let i = 0; i < count; i++) bits[i] = halves[i]! << 16;
      break;
    }
    case 'F64':
      out.set(new Float64Array(aligned(bytes), 0, count));
      break;
    case 'I64': {
      const values = new BigInt64Array(aligned(bytes), 0, count);
      for (let i = 0; i < count; i++) out[i] = Number(values[i]);
      break;
    }
    case 'I32':
      out.set(new Int32Array(aligned(bytes), 0, count));
      break;
    case 'I16':
      out.set(new Int16Array(aligned(bytes), 0, count));
      break;
    case 'I8':
      out.set(new Int8Array(aligned(bytes), 0, count));
      break;
    case 'U8':
    case 'BOOL':
      out.set(bytes);
      break;
  }
  return out;
}

/** Rounds 32-bit floats to the nearest half, ties to even, as IEEE 754 conversion does. */
export function toFloat16(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const out = new Uint16Array(values.length);
  for (let i = 0; i < bits.length; i++) out[i] = halfFromBits(bits[i]!);
  return out;
}

function halfFromBits(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude >= 0x47800000) return sign | (magnitude > 0x7f800000 ? 0x7e00 : 0x7c00); // too large, infinite or NaN
  if (magnitude < 0x38800000) {
    // Subnormal half: shift the full significand so that one unit is 2^-24.
    const exponent = magnitude >>> 23;
    if (exponent < 102) return sign; // below half the smallest subnormal
    const significand = (magnitude & 0x7fffff) | 0x800000;
    const shift = 126 - exponent;
    const half = significand >>> shift;
    const rest = significand & ((1 << shift) - 1);
    const middle = 1 << (shift - 1);
    return sign | (half + (rest > middle || (rest === middle && (half & 1) === 1) ? 1 : 0));
  }
  const rounded = magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1);
  return sign | (rounded >>> 13);
}

let table: Float32Array | undefined;

/** Value of each of the 65536 halves. */
function halfTable(): Float32Array {
  if (table) return table;
  table = new Float32Array(65536);
  for (let half = 0; half < 65536; half++) {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >>> 10) & 31;
    const fraction = half & 1023;
    if (exponent === 31) table[half] = fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
    else if (exponent === 0) table[half] = sign * fraction * 2 ** -24;
    else table[half] = sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }
  return table;
}

/** A buffer that starts at the view's first byte; copies only where the bytes are part of a larger one. */
function aligned(bytes: Uint8Array): ArrayBuffer {
  if (bytes.byteOffset === 0 && bytes.buffer instanceof ArrayBuffer) return bytes.buffer;
  const copy = new Uint8Array(bytes.length);
  copy.set(bytes);
  return copy.buffer;
}
