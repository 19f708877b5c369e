// How far each sampler at few steps lands from PLMS at many, on the same captions and seeds: what the default sampler is chosen by.

import { join } from 'node:path';
import { type SamplerId, samplerIds, samplers } from '../diffusion/samplers/index.ts';
import { psnr, ssim } from '../image/compare.ts';
import type { Pixels } from '../image/pixels.ts';
import { type Attribute, AttributeClassifier } from './attribute-classifier.ts';
import { readCaptions } from './held-out.ts';
import { type CachedPainting, paintCached } from './paint-cached.ts';

export interface SamplerComparison extends CachedPainting {
  readonly evaluationFolder: string;
  readonly captions: number;
  readonly steps: number;
  readonly reference: { readonly sampler: SamplerId; readonly steps: number };
  readonly guidanceScale: number;
  readonly onProgress: (share: number, note: string) => void;
}

export interface SamplerRow {
  readonly sampler: SamplerId;
  readonly stochastic: boolean;
  /** Network calls for one picture. */
  readonly calls: number;
  /** Decibels and structural similarity against the reference, mean over the captions. */
  readonly psnr: number;
  readonly ssim: number;
  /** Share of stated attributes that the classifier finds: what counts where a sampler draws noise and must paint another picture. */
  readonly accuracy: number;
}

/** Nearest first; those that draw fresh noise last, for they cannot land on the reference's picture. */
export async function compareSamplers(options: SamplerComparison): Promise<readonly SamplerRow[]> {
  const { evaluationFolder, guidanceScale, steps, reference } = options;
  const captions = (await readCaptions(evaluationFolder)).slice(0, options.captions);
  const judge = await AttributeClassifier.open(join(evaluationFolder, 'attribute-classifier'));
  const total = captions.length * (samplerIds.length + 1);
  let painted = 0;
  async function paint(sampler: SamplerId, count: number): Promise<(Pixels | null)[]> {
    const pictures: (Pixels | null)[] = [];
    for (const [seed, { text }] of captions.entries()) {
      pictures.push(await paintCached(options, { prompt: text, seed, steps: count, sampler, guidanceScale }));
      painted += 1;
      options.onProgress(painted / total, `${sampler}, ${count} steps`);
    }
    return pictures;
  }
  const wanted = await paint(reference.sampler, reference.steps);
  const rows: SamplerRow[] = [];
  for (const sampler of samplerIds) {
    const pictures = await paint(sampler, steps);
    const distances: { psnr: number; ssim: number }[] = [];
    let [hits, stated] = [0, 0];
    for (const [index, picture] of pictures.entries()) {
      const target = wanted[index];
      if (!picture || !target) continue;
      distances.push({ psnr: psnr(picture, target), ssim: ssim(picture, target) });
      const reading = judge.read(picture);
      for (const [name, value] of Object.entries(captions[index]?.stated ?? {}) as [Attribute, string][]) {
        if (!(name in reading)) continue;
        stated += 1;
        if (reading[name] === value) hits += 1;
      }
    }
    const mean = (of: 'psnr' | 'ssim') => distances.reduce((sum, entry) => sum + entry[of], 0) / distances.length;
    const { stochastic, callsPerStep } = samplers[sampler];
    rows.push({
      sampler,
      stochastic,
      calls: steps * callsPerStep,
      psnr: mean('psnr'),
      ssim: mean('ssim'),
      accuracy: hits / Math.max(1, stated),
    });
  }
  return rows.sort((a, b) => Number(a.stochastic) - Number(b.stochastic) || b.ssim - a.ssim);
}

export function formatSamplers(rows: readonly SamplerRow[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(['sampler', 'draws noise', 'network calls', 'PSNR', 'SSIM', 'attributes found']),
    line(Array(6).fill('---')),
    ...rows.map((row) =>
      line([
        row.sampler,
        row.stochastic ? 'yes' : 'no',
        String(row.calls),
        `${row.psnr.toFixed(1)} dB`,
        row.ssim.toFixed(3),
        `${(row.accuracy * 100).toFixed(0)} %`,
      ]),
    ),
  ].join('\n');
}
