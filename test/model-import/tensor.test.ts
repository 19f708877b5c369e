import { describe, expect, it } from 'vitest';
import { toFloat16, toFloat32 } from '../../src/model-import/tensor.ts';

describe('number formats', () => {
  it('turns every half into a float and back without a change', () => {
    const halves = Uint16Array.from({ length: 65536 }, (_, i) => i);
    const back = toFloat16(toFloat32(new Uint8Array(halves.buffer), 'F16'));
    const isNaNBits = (half: number) => (half & 0x7fff) > 0x7c00;
    const changed = [...halves].filter((half) => (isNaNBits(half) ? !isNaNBits(back[half]!) : back[half] !== half));
    expect(changed).toEqual([]);
  });

  it('rounds to the nearest half, ties to even', () => {
    const cases: [number, number][] = [
      [1 + 2 ** -11, 0x3c00], // halfway between 1 and the next: even is 1
      [1 + 3 * 2 ** -11, 0x3c02],
      [1 + 2 ** -11 + 2 ** -20, 0x3c01],
      [65519, 0x7bff],
      [65520, 0x7c00],
      [2 ** -25, 0x0000],
      [2 ** -25 * 1.5, 0x0001],
      [-(2 ** -24), 0x8001],
      [2 ** -14 - 2 ** -25, 0x0400],
      [Number.NEGATIVE_INFINITY, 0xfc00],
    ];
    const rounded = toFloat16(Float32Array.from(cases.map(([value]) => value)));
    expect([...rounded]).toEqual(cases.map(([, half]) => half));
  });

  it('reads bfloat16, doubles, integers and booleans', () => {
    expect([...toFloat32(new Uint8Array(Uint16Array.of(0x3f80, 0xc040).buffer), 'BF16')]).toEqual([1, -3]);
    expect([...toFloat32(new Uint8Array(Float64Array.of(0.5, -2).buffer), 'F64')]).toEqual([0.5, -2]);
    expect([...toFloat32(new Uint8Array(BigInt64Array.of(-7n).buffer), 'I64')]).toEqual([-7]);
    expect([...toFloat32(Uint8Array.of(0, 1, 1), 'BOOL')]).toEqual([0, 1, 1]);
  });

  it('reads bytes that start at an odd address', () => {
    const bytes = new Uint8Array(new Uint8Array(9).fill(0).buffer, 1);
    new DataView(bytes.buffer).setFloat32(5, 2.5, true);
    expect([...toFloat32(bytes, 'F32')]).toEqual([0, 2.5]);
  });
});
