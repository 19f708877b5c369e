// How often the trace reader finds what nobody wrote: on unmarked pictures, and on words of random soft bits given straight to the decoder.

import { decodeTraceId } from '../diffusion/watermark/trace-code.ts';
import { leastAgreement, readTrace } from '../diffusion/watermark/trace-read.ts';
import { mulberry, proceduralPicture } from './procedural-pictures.ts';

export interface FalseTraces {
  readonly tried: number;
  /** Reported as a trace. */
  readonly accepted: number;
  /** Words only: had a right checksum, whatever the agreement. */
  readonly rightChecksum: number;
}

/** Unmarked procedural pictures of `side` x `side`, with seeds that no other table uses. */
export function falseTracesOnPictures(count: number, side: number, onPicture?: (done: number) => void): FalseTraces {
  let accepted = 0;
  for (let i = 0; i < count; i++) {
    if (readTrace(proceduralPicture(1_000_000 + i, side, side)) !== null) accepted++;
    onPicture?.(i + 1);
  }
  return { tried: count, accepted, rightChecksum: accepted };
}

/** Normal, uniform, two-valued and heavy-tailed words in turn. */
export function falseTracesOnWords(count: number, seed = 1, onWord?: (done: number) => void): FalseTraces {
  const random = mulberry(seed);
  const normal = () => Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random());
  const kinds = [
    normal,
    () => random() - 0.5,
    () => (random() < 0.5 ? -1 : 1),
    () => normal() / (0.1 + random()),
  ] as const;
  let accepted = 0;
  let rightChecksum = 0;
  const word = new Float32Array(512);
  for (let i = 0; i < count; i++) {
    const draw = kinds[i % kinds.length] ?? normal;
    for (let k = 0; k < word.length; k++) word[k] = draw();
    const decoded = decodeTraceId(word);
    if (decoded !== null) rightChecksum++;
    if (decoded !== null && decoded.agreement >= leastAgreement) accepted++;
    onWord?.(i + 1);
  }
  return { tried: count, accepted, rightChecksum };
}
