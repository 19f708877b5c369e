// How near is near: what a taken-down picture is recognised by, measured with the shipped checker on drawings it never saw, on pictures the
// model paints, and on procedural ones. A copy should be found after what chats and people do to it, another picture should not be.

import { pictureAttacks } from '../bench/picture-attacks.ts';
import { proceduralPicture } from '../bench/procedural-pictures.ts';
import { openSafetyChecker } from '../diffusion/safety-checker.ts';
import { EaselError, expected } from '../errors.ts';
import { readCaptions, readDrawings } from '../evaluate/held-out.ts';
import { paintCached } from '../evaluate/paint-cached.ts';
import { perceptualHash } from '../image/perceptual-hash.ts';
import type { Pixels } from '../image/pixels.ts';
import type { Engine } from '../inference/engine.ts';
import { isNearTakedown } from '../inference/judge-picture.ts';

export interface NearDuplicatesOptions {
  /** Paints the generated pictures; its checker measures them all. */
  readonly engine: Engine;
  readonly modelFolder: string;
  /** training/evaluation: captions and drawings. */
  readonly evaluationFolder: string;
  readonly cacheFolder: string;
  /** Of each kind that is attacked (four times as many are held against each other); half as many captions are painted, twice each. */
  readonly pictures: number;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

interface Look {
  readonly hash: string;
  readonly embedding: Float32Array;
}

export const nearDuplicateAttacks = [
  'JPEG 60',
  'JPEG 40',
  'WebP 60',
  'resize to 0.5x, not scaled back',
  'resize to 2x, not scaled back',
  'brightness x1.1',
  'contrast x1.3',
  'contrast x0.7',
  'noise, deviation 10',
  'blur, deviation 2 pixels',
  'messenger preview: 400 pixels wide, WebP 80',
  'crop to the top-left 75 % of each side',
  'screenshot: 0.87x linear, cut to 80 %, JPEG 80',
] as const;
/** What nobody promises to find: a part of a picture is another picture to the hash. */
export const croppingAttacks: readonly string[] = nearDuplicateAttacks.slice(-2);

export interface KindReport {
  readonly kind: string;
  readonly pictures: number;
  /** Share of copies that are recognised, after each attack. */
  readonly found: Readonly<Record<string, number>>;
  /** Smallest cosine between a picture and its copies, and the tenth percentile, after each attack. */
  readonly cosines: Readonly<Record<string, { least: number; tenth: number }>>;
  /** Different pictures taken for copies, and pairs looked at. */
  readonly mistaken: number;
  readonly pairs: number;
  /** Pairs of different pictures above each cosine. */
  readonly alikeAbove: Readonly<Record<string, number>>;
}

export interface NearDuplicatesReport {
  readonly model: string;
  readonly kinds: readonly KindReport[];
}

const thresholds = [0.9, 0.95, 0.97, 0.98, 0.99, 0.995, 0.999] as const;

function cosine(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}

async function generated({ engine, evaluationFolder, cacheFolder, pictures, signal }: NearDuplicatesOptions) {
  const captions = (await readCaptions(evaluationFolder)).slice(0, Math.ceil(pictures / 2));
  const setting = { steps: 12, sampler: 'dpmpp-2m-karras', guidanceScale: 4 } as const;
  const found: Pixels[] = [];
  for (const [index, { text }] of captions.entries()) {
    // The same words twice: the hardest other picture there is.
    for (const seed of [2 * index + 1, 2 * index + 2]) {
      const picture = await paintCached({ engine, cacheFolder, signal }, { prompt: text, seed, ...setting });
      if (picture) found.push(picture);
    }
  }
  return found;
}

/** Takes minutes: every picture is changed in thirteen ways and looked at by the checker. */
export async function proveNearDuplicates(options: NearDuplicatesOptions): Promise<NearDuplicatesReport> {
  const { engine, evaluationFolder, modelFolder, pictures, say, signal } = options;
  const checker = await openSafetyChecker(modelFolder);
  const look = async (pixels: Pixels): Promise<Look> => {
    const [measurement] = await checker.measure([pixels]);
    if (!measurement) throw new EaselError('safety-check-failed', expected('a measurement', 'the checker', 'none'));
    return { hash: await perceptualHash(pixels), embedding: measurement.embedding };
  };

  async function kindReport(kind: string, all: readonly Pixels[]): Promise<KindReport> {
    const attacked = all.slice(0, pictures);
    const looks: Look[] = [];
    for (const pixels of all) looks.push(await look(pixels));
    const isNear = (a: Look, b: Look) =>
      isNearTakedown(a.hash, a, { perceptualHash: b.hash, embedding: Array.from(b.embedding) });
    const found: Record<string, number> = {};
    const cosines: Record<string, { least: number; tenth: number }> = {};
    for (const name of nearDuplicateAttacks) {
      signal.throwIfAborted();
      const attack = pictureAttacks.find((one) => one.name === name);
      if (!attack) throw new EaselError('internal', expected('an attack that exists', 'the proof', name));
      let count = 0;
      const values: number[] = [];
      for (const [index, pixels] of attacked.entries()) {
        const original = looks[index];
        if (!original) continue;
        const copy = await look(await attack.apply(pixels, index));
        if (isNear(copy, original)) count += 1;
        values.push(cosine(copy.embedding, original.embedding));
      }
      values.sort((a, b) => a - b);
      found[name] = count / attacked.length;
      cosines[name] = { least: round(values[0] ?? 0), tenth: round(values[Math.floor(values.length / 10)] ?? 0) };
      say(`${kind}, ${name}: ${count} of ${attacked.length} found`);
    }
    let mistaken = 0;
    let pairs = 0;
    const above = new Map<number, number>(thresholds.map((threshold) => [threshold, 0]));
    for (const [i, a] of looks.entries()) {
      for (const b of looks.slice(i + 1)) {
        pairs += 1;
        if (isNear(a, b)) mistaken += 1;
        const value = cosine(a.embedding, b.embedding);
        for (const threshold of thresholds) {
          if (value >= threshold) above.set(threshold, (above.get(threshold) ?? 0) + 1);
        }
      }
    }
    const alikeAbove = Object.fromEntries([...above].map(([threshold, count]) => [String(threshold), count]));
    return { kind, pictures: attacked.length, found, cosines, mistaken, pairs, alikeAbove };
  }

  const kinds = [
    { kind: 'drawings', all: (await readDrawings(evaluationFolder, 'a')).slice(0, 4 * pictures) },
    { kind: 'generated', all: await generated(options) },
    {
      kind: 'procedural',
      all: Array.from({ length: 4 * pictures }, (_, seed) => proceduralPicture(seed, 256, 256)),
    },
  ];
  const reports: KindReport[] = [];
  for (const { kind, all } of kinds) reports.push(await kindReport(kind, all));
  return { model: engine.model.name, kinds: reports };
}

const round = (value: number) => Math.round(value * 1e4) / 1e4;

/** What the documents say and the report does not bear out. */
export function nearDuplicateFaults({ kinds }: NearDuplicatesReport): string[] {
  return kinds.flatMap(({ kind, found, mistaken, pairs }) => [
    ...Object.entries(found)
      .filter(([name, share]) => kind !== 'procedural' && !croppingAttacks.includes(name) && share < 0.95)
      .map(([name, share]) => `${kind}: ${(100 * share).toFixed(0)} % found after ${name}`),
    ...(mistaken / pairs > 0.002 ? [`${kind}: ${mistaken} of ${pairs} different pictures taken for copies`] : []),
  ]);
}
