// watermark/: the reference library's marked pictures and what its decoder read, clean and after attacks.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { RgbPixels } from '../../diffusion/rgb-pixels.ts';
import { bitAccuracy, bitsToText, textToBits } from '../../diffusion/watermark/payload.ts';
import { decodeReference } from '../../diffusion/watermark/reference-decode.ts';
import { encodeReference } from '../../diffusion/watermark/reference-encode.ts';
import type { ReferenceMethod } from '../../diffusion/watermark/reference-format.ts';
import { readPicture } from '../../image/read-picture.ts';
import type { Area, AreaContext, CaseResult } from '../area.ts';
import { exact, measured } from '../area.ts';
import { attack, isExactAttack, psnr } from '../attacks.ts';
import { readJson } from '../read.ts';

const area = 'watermark';
const folder = 'watermark';
/** Share of samples that may be off by more than one level, and of bits that may differ, where float rounding decides. */
const sampleTolerance = 0.001;
const bitTolerance = 0.01;
/** Another codec or resampler: bit accuracies are compared instead of bits. */
const accuracyTolerance = 0.05;

const decodedSchema = z.strictObject({
  decoded_bits: z.string().optional(),
  bit_accuracy: z.number().optional(),
  decoded_bytes_hex: z.string().optional(),
  decoded_equals_payload: z.boolean().optional(),
  file: z.string().optional(),
  error: z.string().optional(),
});
const markedSchema = z.strictObject({
  output: z.string().nullish(),
  psnr: z.number().optional(),
  max_abs_change: z.number().optional(),
  attacks: z.record(z.string(), decodedSchema).optional(),
  error: z.string().optional(),
});
const fileSchema = z.object({
  payloads: z.record(z.string(), z.strictObject({ bits: z.string(), text: z.string().optional() })),
  images: z.record(
    z.string(),
    z.strictObject({
      width: z.int(),
      height: z.int(),
      input: z.string(),
      unmarked: z.record(z.string(), decodedSchema),
      marked: z.record(z.string(), markedSchema),
    }),
  ),
  size_limit: z
    .object({
      cases: z.array(
        z.strictObject({ width: z.int(), height: z.int(), accepted: z.boolean(), error: z.string().optional() }),
      ),
    })
    .optional(),
  odd_size: z
    .strictObject({
      input: z.string(),
      output: z.string(),
      payload: z.string(),
      method: z.string(),
      decode: decodedSchema,
    })
    .optional(),
});
type Decoded = z.infer<typeof decodedSchema>;
type Marked = z.infer<typeof markedSchema>;

interface Mark {
  readonly name: string;
  readonly method: ReferenceMethod;
  readonly bits: readonly number[];
}

async function* run(context: AreaContext): AsyncGenerator<CaseResult> {
  const path = `${folder}/watermark.json`;
  if (!context.files.includes(path)) return;
  context.claim(path);
  const file = await readJson(context, path, fileSchema);
  const load = async (name: string): Promise<RgbPixels> => {
    context.claim(`${folder}/${name}`);
    return readPicture(await readFile(join(context.fixturesDir, folder, name)));
  };
  const markOf = (image: string, method: string, payload: string): Mark => {
    const bits = Array.from(file.payloads[payload]?.bits ?? '', Number);
    return { name: `${image} ${method}.${payload}`, method: method === 'dwtDctSvd' ? 'dwtDctSvd' : 'dwtDct', bits };
  };
  for (const [name, { bits, text }] of Object.entries(file.payloads)) {
    if (text !== undefined) yield exact(area, `payload ${name}`, textToBits(text).join('') === bits);
  }
  for (const [image, entry] of Object.entries(file.images)) {
    const input = await load(entry.input);
    yield exact(area, `${image} size`, input.width === entry.width && input.height === entry.height);
    for (const [key, decoded] of Object.entries(entry.unmarked)) {
      const [method = '', payload = ''] = key.split('.');
      yield* checkDecoded('unmarked', markOf(image, method, payload), input, decoded, bitTolerance);
    }
    for (const [key, marked] of Object.entries(entry.marked)) {
      const [method = '', payload = ''] = key.split('.');
      yield* checkMarked(markOf(image, method, payload), input, marked, load);
    }
  }
  const odd = file.odd_size;
  if (odd !== undefined) {
    const marked = { output: odd.output, attacks: { identity: odd.decode } };
    yield* checkMarked(markOf(odd.input, odd.method, odd.payload), await load(odd.input), marked, load);
  }
  for (const { width, height, accepted } of file.size_limit?.cases ?? []) {
    const blank = { width, height, data: new Uint8Array(width * height * 3).fill(120) };
    const ours = encodeReference(blank, [1, 0]) !== 'size_limit' && decodeReference(blank, 2) !== 'size_limit';
    yield exact(area, `size limit ${width}x${height}`, ours === accepted, `accepted: ${ours}`);
  }
}

async function* checkMarked(
  mark: Mark,
  input: RgbPixels,
  golden: Marked,
  load: (name: string) => Promise<RgbPixels>,
): AsyncGenerator<CaseResult> {
  const ours = encodeReference(input, mark.bits, mark.method);
  if (golden.error !== undefined || ours === 'size_limit') {
    yield exact(area, `${mark.name} is refused`, golden.error !== undefined && ours === 'size_limit');
    return;
  }
  const stored = golden.output ? await load(golden.output) : undefined;
  if (stored !== undefined) {
    let off = 0;
    for (const [i, value] of stored.data.entries()) if (Math.abs(value - (ours.data[i] ?? 999)) > 1) off++;
    yield measured(area, `${mark.name} marked picture`, off / stored.data.length, sampleTolerance, 'share off');
  }
  if (golden.psnr !== undefined)
    yield measured(area, `${mark.name} PSNR`, Math.abs(psnr(ours, input) - golden.psnr), 0.01, 'dB');
  if (golden.max_abs_change !== undefined) {
    const most = input.data.reduce((worst, value, i) => Math.max(worst, Math.abs(value - (ours.data[i] ?? 0))), 0);
    yield measured(area, `${mark.name} largest change`, Math.abs(most - golden.max_abs_change), 1, 'levels');
  }
  for (const [name, decoded] of Object.entries(golden.attacks ?? {})) {
    const attacked = decoded.file === undefined ? await attack(name, stored ?? ours) : await load(decoded.file);
    if (attacked === undefined) {
      yield exact(area, `${mark.name} ${name}`, false, 'no such attack is known');
      continue;
    }
    const sameSamples = decoded.file !== undefined || isExactAttack(name);
    yield* checkDecoded(name, mark, attacked, decoded, sameSamples ? bitTolerance : undefined);
  }
}

/** `tolerance`: share of bits that may differ from those listed; undefined compares bit accuracies only. */
function* checkDecoded(
  what: string,
  { name, method, bits }: Mark,
  picture: RgbPixels,
  golden: Decoded,
  tolerance: number | undefined,
): Generator<CaseResult> {
  const read = decodeReference(picture, bits.length, method);
  const title = `${name} ${what}`;
  if (golden.error !== undefined || read === 'size_limit') {
    yield exact(area, `${title} is refused`, golden.error !== undefined && read === 'size_limit');
    return;
  }
  const accuracy = bitAccuracy(read, bits);
  const listed = Array.from(golden.decoded_bits ?? '', Number);
  const differing = 1 - bitAccuracy(read, listed);
  if (tolerance === undefined) {
    const error = Math.abs(accuracy - (golden.bit_accuracy ?? Number.NaN));
    yield measured(area, title, error, accuracyTolerance, 'bit accuracy');
    return;
  }
  yield measured(
    area,
    title,
    listed.length === bits.length ? differing : Number.POSITIVE_INFINITY,
    tolerance,
    'share of bits',
  );
  if (golden.bit_accuracy !== undefined) {
    yield measured(area, `${title} accuracy`, Math.abs(accuracy - golden.bit_accuracy), tolerance, 'bit accuracy');
  }
  // Bytes and equality follow from the bits: they must be told the same way when the bits are the same.
  if (differing === 0 && golden.decoded_bytes_hex !== undefined) {
    const hex = Buffer.from(bitsToText(read), 'latin1').toString('hex');
    yield exact(area, `${title} bytes`, hex === golden.decoded_bytes_hex, hex);
    yield exact(
      area,
      `${title} equals payload`,
      (accuracy === 1) === (golden.decoded_equals_payload ?? accuracy === 1),
    );
  }
}

export const watermark: Area = { name: area, run };
