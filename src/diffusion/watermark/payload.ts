// What the reference channel carries: text as bits, most significant bit first, repeated over the blocks of the picture.

/** What CompVis' txt2img script writes; existing detectors look for it. */
export const referencePayload = 'StableDiffusionV1';

/** Bits (0 or 1) of the Latin-1 bytes of `text`. */
export function textToBits(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'latin1');
  return Uint8Array.from({ length: bytes.length * 8 }, (_, i) => (bytes[i >> 3]! >> (7 - (i & 7))) & 1);
}

/** Whole bytes only; left-over bits are dropped. */
export function bitsToText(bits: ArrayLike<number>): string {
  const bytes = Buffer.alloc(bits.length >> 3);
  for (let i = 0; i < bytes.length * 8; i++) bytes[i >> 3]! |= bits[i]! << (7 - (i & 7));
  return bytes.toString('latin1');
}

/** Share of equal bits, 0-1. About a half for a picture without the mark. */
export function bitAccuracy(bits: ArrayLike<number>, wanted: ArrayLike<number>): number {
  let equal = 0;
  for (let i = 0; i < wanted.length; i++) if (bits[i] === wanted[i]) equal++;
  return equal / wanted.length;
}
