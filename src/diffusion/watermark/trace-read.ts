// Finds Easel's own mark in a picture that may have been compressed, resized or cropped: first as it is, then at the sizes that pictures
// are painted at, then at scales that a search of the spectrum suggests.
//
// False traces: each attempt must find a code word whose 24-bit checksum is right (8 candidates: 4.8e-7) and that agrees with the
// received numbers better than all but a thousandth of random words do; at most 90 attempts a picture give 4e-8.

import type { RgbPixels } from '../rgb-pixels.ts';
import { lumaPlane, type Plane } from './trace-analysis.ts';
import { decodeTraceId } from './trace-code.ts';
import { minTraceSide } from './trace-embed.ts';
import { resamplePlane } from './trace-resample.ts';
import { likelySizes, searchScales } from './trace-scale.ts';
import { findOffsets, softBits, tileSpectrum } from './trace-spectrum.ts';

export interface TraceReading {
  /** uint32 */
  readonly id: number;
  /** Agreement of picture and code word: 0.48 (the least accepted) to 1. */
  readonly confidence: number;
}

export interface ReadTraceOptions {
  /** Look only for an unmoved mark at the picture's own scale: for checking one's own output. Default false. */
  readonly untouchedOnly?: boolean;
}

/** Random numbers agree with their best code word at 0.431 +- 0.014; 0.48 is passed by one in a thousand. */
export const leastAgreement = 0.48;
/** Offsets less clear than this are noise: the best of 4,096 random ones reaches about 3.7. */
const leastClarity = 3.5;
const offsetsPerScale = 4;
const maxPixels = 2048 * 2048;

/** Null when no mark was found, which proves nothing. Takes 20 ms where the mark is untouched and up to seconds where there is none. */
export function readTrace(pixels: RgbPixels, { untouchedOnly = false }: ReadTraceOptions = {}): TraceReading | null {
  if (Math.min(pixels.width, pixels.height) < minTraceSide / 2) return null;
  const luma = lumaPlane(pixels);
  if (untouchedOnly) return attempt(tileSpectrum(luma), 0, 0);
  for (const candidate of candidates(luma)) {
    const reading = readAtScale(candidate);
    if (reading !== null) return reading;
  }
  return null;
}

/** The picture at every scale worth trying, in order of cost and likelihood. */
function* candidates(luma: Plane): Generator<Plane> {
  const { width, height } = luma;
  if (width * height <= maxPixels) yield luma;
  for (const size of likelySizes(luma)) yield resamplePlane(luma, size.width, size.height);
  for (const scale of searchScales(luma, 4)) {
    const size = { width: Math.round(width / scale), height: Math.round(height / scale) };
    if (Math.min(size.width, size.height) >= minTraceSide && size.width * size.height <= maxPixels) {
      yield resamplePlane(luma, size.width, size.height);
    }
  }
}

function readAtScale(luma: Plane): TraceReading | null {
  const spectrum = tileSpectrum(luma);
  const untouched = attempt(spectrum, 0, 0);
  if (untouched !== null) return untouched;
  for (const { x, y, clarity } of findOffsets(spectrum, offsetsPerScale)) {
    const reading = clarity < leastClarity ? null : attempt(spectrum, x, y);
    if (reading !== null) return reading;
  }
  return null;
}

function attempt(spectrum: ReturnType<typeof tileSpectrum>, x: number, y: number): TraceReading | null {
  const decoded = decodeTraceId(softBits(spectrum, x, y));
  return decoded !== null && decoded.agreement >= leastAgreement
    ? { id: decoded.id, confidence: decoded.agreement }
    : null;
}
