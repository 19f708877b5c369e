// Decoded 8-bit pictures as the numeric code wants them: RGB, interleaved, row by row, no padding.

/** `data` has width * height * 3 samples, 0-255. */
export interface RgbPixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}
