// How well the marks survive: our two marks together, and the reference library's own two methods, under the same attacks on the same
// pictures. The published tables (docs/evidence/watermark*.md) are this function's output.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { markPicture } from '../diffusion/watermark/mark.ts';
import { bitAccuracy, referencePayload, textToBits } from '../diffusion/watermark/payload.ts';
import { decodeReference } from '../diffusion/watermark/reference-decode.ts';
import { encodeReference } from '../diffusion/watermark/reference-encode.ts';
import { encodeStandard } from '../diffusion/watermark/standard-encode.ts';
import { readTrace } from '../diffusion/watermark/trace-read.ts';
import { psnr } from '../image/compare.ts';
import type { Pixels } from '../image/pixels.ts';
import { readPicture } from '../image/read-picture.ts';
import { type PictureAttack, pictureAttacks } from './picture-attacks.ts';
import { proceduralPicture } from './procedural-pictures.ts';

export interface WatermarkTableOptions {
  /** How many procedural pictures. */
  readonly procedural: number;
  /** Pixels: width and height of the procedural pictures. */
  readonly width: number;
  readonly height: number;
  /** A folder of further pictures, taken as they are. */
  readonly folder?: string;
  /** Names of attacks; default all. */
  readonly attacks?: readonly string[];
  readonly onPicture?: (name: string) => void;
}

export interface WatermarkRow {
  readonly attack: string;
  readonly pictures: number;
  /** Pictures whose trace id was read, and those where another id was. */
  readonly traced: number;
  readonly misread: number;
  /** Pictures whose trace id was not read. */
  readonly missed: readonly string[];
  /** Mean share of right payload bits as the reference's decoder reads them; null where it refuses the size. */
  readonly standard: number | null;
  readonly dwtDct: number | null;
  readonly dwtDctSvd: number | null;
}

export interface WatermarkTable {
  readonly rows: readonly WatermarkRow[];
  /** Mean and least PSNR in dB of: both our marks, our reference payload alone, the reference's methods. */
  readonly psnr: Readonly<Record<'both' | 'standard' | 'dwtDct' | 'dwtDctSvd', { mean: number; least: number }>>;
}

const bits = textToBits(referencePayload);

export async function watermarkTable(options: WatermarkTableOptions): Promise<WatermarkTable> {
  const attacks = pictureAttacks.filter(({ name }) => options.attacks?.includes(name) ?? true);
  const tallies = new Map(attacks.map((attack) => [attack, newTally()]));
  const levels = { both: [] as number[], standard: [] as number[], dwtDct: [] as number[], dwtDctSvd: [] as number[] };
  let seed = 0;
  for await (const { name, pixels } of pictures(options)) {
    seed++;
    const traceId = Math.imul(seed, 0x9e3779b1) >>> 0;
    const marked = {
      both: markPicture(pixels, traceId).pixels,
      dwtDct: accepted(encodeReference(pixels, bits, 'dwtDct')),
      dwtDctSvd: accepted(encodeReference(pixels, bits, 'dwtDctSvd')),
    };
    levels.both.push(psnr(pixels, marked.both));
    for (const method of ['dwtDct', 'dwtDctSvd'] as const)
      if (marked[method]) levels[method].push(psnr(pixels, marked[method]));
    const standard = accepted(encodeStandard(pixels, bits));
    if (standard) levels.standard.push(psnr(pixels, standard));
    for (const [attack, tally] of tallies) await measure(attack, tally, marked, traceId, seed, name);
    options.onPicture?.(name);
  }
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const summary = (values: readonly number[]) => ({ mean: mean(values), least: Math.min(...values) });
  return {
    rows: [...tallies].map(([attack, tally]) => ({
      attack: attack.name,
      pictures: tally.pictures,
      traced: tally.pictures - tally.missed.length,
      misread: tally.misread,
      missed: tally.missed,
      standard: tally.standard.length > 0 ? mean(tally.standard) : null,
      dwtDct: tally.dwtDct.length > 0 ? mean(tally.dwtDct) : null,
      dwtDctSvd: tally.dwtDctSvd.length > 0 ? mean(tally.dwtDctSvd) : null,
    })),
    psnr: {
      both: summary(levels.both),
      standard: summary(levels.standard),
      dwtDct: summary(levels.dwtDct),
      dwtDctSvd: summary(levels.dwtDctSvd),
    },
  };
}

const newTally = () => ({
  pictures: 0,
  misread: 0,
  missed: [] as string[],
  standard: [] as number[],
  dwtDct: [] as number[],
  dwtDctSvd: [] as number[],
});

async function measure(
  attack: PictureAttack,
  tally: ReturnType<typeof newTally>,
  marked: { both: Pixels; dwtDct: Pixels | null; dwtDctSvd: Pixels | null },
  traceId: number,
  seed: number,
  name: string,
): Promise<void> {
  const worn = await attack.apply(marked.both, seed);
  const reading = readTrace(worn);
  tally.pictures++;
  if (reading?.id !== traceId) tally.missed.push(name);
  if (reading !== null && reading.id !== traceId) tally.misread++;
  note(tally.standard, worn, 'dwtDct');
  if (marked.dwtDct) note(tally.dwtDct, await attack.apply(marked.dwtDct, seed), 'dwtDct');
  if (marked.dwtDctSvd) note(tally.dwtDctSvd, await attack.apply(marked.dwtDctSvd, seed), 'dwtDctSvd');
}

function note(accuracies: number[], picture: Pixels, method: 'dwtDct' | 'dwtDctSvd'): void {
  const read = decodeReference(picture, bits.length, method);
  if (read !== 'size_limit') accuracies.push(bitAccuracy(read, bits));
}

const accepted = (output: Pixels | 'size_limit'): Pixels | null => (output === 'size_limit' ? null : output);

async function* pictures(options: WatermarkTableOptions): AsyncGenerator<{ name: string; pixels: Pixels }> {
  const { procedural, width, height, folder } = options;
  for (let i = 0; i < procedural; i++) yield { name: `procedural ${i}`, pixels: proceduralPicture(i, width, height) };
  const files =
    folder === undefined ? [] : (await readdir(folder)).filter((file) => /\.(png|jpe?g|webp)$/i.test(file)).sort();
  for (const file of files) yield { name: file, pixels: await readPicture(await readFile(join(folder ?? '', file))) };
}

/** The table as Markdown. */
export function formatWatermarkTable({ rows, psnr: levels }: WatermarkTable): string {
  const share = (value: number | null) => (value === null ? 'refused' : value.toFixed(3));
  const level = ({ mean, least }: { mean: number; least: number }) =>
    Number.isFinite(mean) ? `${mean.toFixed(1)} (least ${least.toFixed(1)})` : 'refused';
  return [
    '| attack | trace id recovered | payload, standard | payload, reference dwtDct | payload, reference dwtDctSvd |',
    '|---|---|---|---|---|',
    `| PSNR, dB | ${level(levels.both)} with both marks | ${level(levels.standard)} | ${level(levels.dwtDct)} | ${level(levels.dwtDctSvd)} |`,
    ...rows.map(
      (row) =>
        `| ${row.attack} | ${((100 * row.traced) / row.pictures).toFixed(1)} % (${row.traced}/${row.pictures})${
          row.misread > 0 ? `, ${row.misread} misread` : ''
        } | ${share(row.standard)} | ${share(row.dwtDct)} | ${share(row.dwtDctSvd)} |`,
    ),
  ].join('\n');
}
