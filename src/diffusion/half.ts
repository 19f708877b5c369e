// IEEE 754 binary16 in Uint16Arrays, for networks whose inputs or outputs are fp16 (Node 20 has no Float16Array).

/** Rounds to nearest, ties to even; overflow becomes infinity. */
export function toHalf(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  return Uint16Array.from(bits, (word) => {
    const sign = (word >>> 16) & 0x8000;
    const magnitude = word & 0x7fffffff;
    if (magnitude > 0x7f800000) return sign | 0x7e00;
    if (magnitude >= 0x477ff000) return sign | 0x7c00;
    if (magnitude < 0x38800000) {
      // Subnormal: the value in units of 2^-24, which is exact in double.
      const units = floatOf(magnitude) * 2 ** 24;
      const floor = Math.floor(units);
      const rest = units - floor;
      return sign | (floor + (rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? 1 : 0));
    }
    const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
    return sign | ((rounded - 0x38000000) >>> 13);
  });
}

export function fromHalf(halves: Uint16Array): Float32Array {
  return Float32Array.from(halves, (half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >>> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
}

const word = new Uint32Array(1);
const float = new Float32Array(word.buffer);

function floatOf(bits: number): number {
  word[0] = bits;
  return float[0]!;
}
