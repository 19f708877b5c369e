// The model card's experiment in miniature: unseen captions, 50 PLMS steps, several guidance scales; CLIP score against a Fréchet distance,
// and how many of the stated attributes a classifier finds. Every picture is cached, so that an interrupted run goes on where it stopped.

import { join } from 'node:path';
import type { SamplerId } from '../diffusion/samplers/index.ts';
import type { Pixels } from '../image/pixels.ts';
import { type Attribute, AttributeClassifier, attributes } from './attribute-classifier.ts';
import { ClipSpace, cosine } from './clip-space.ts';
import { frechetDistance, principalAxes, project } from './frechet-distance.ts';
import { readCaptions, readDrawings } from './held-out.ts';
import { type CachedPainting, paintCached } from './paint-cached.ts';

export interface EvaluationOptions extends CachedPainting {
  readonly modelFolder: string;
  /** training/evaluation: captions, drawings, classifier, text projection. */
  readonly evaluationFolder: string;
  readonly guidanceScales: readonly number[];
  /** Captions of each guidance scale, and of the best two. */
  readonly captions: number;
  readonly bestCaptions: number;
  readonly steps: number;
  readonly sampler: SamplerId;
  readonly onProgress: (share: number, note: string) => void;
}

export interface EvaluationRow {
  readonly guidanceScale: number;
  readonly pictures: number;
  /** Mean cosine of picture and caption. */
  readonly clipScore: number;
  /** Over at most 64 principal components of the drawings' features. */
  readonly frechet: number;
  /** Share of stated attributes that the classifier finds. */
  readonly accuracy: Readonly<Record<Attribute, number>>;
  readonly withheld: number;
}

export interface Evaluation {
  readonly rows: readonly EvaluationRow[];
  /** All scales with equally many captions: the Fréchet distance falls with the number of pictures. */
  readonly curve: readonly EvaluationRow[];
  /** Drawings against drawings. */
  readonly floor: {
    readonly frechet: number;
    readonly clipScore: number;
    readonly classifier: Readonly<Record<Attribute, number>>;
    /** What the classifier finds in drawings that went through the autoencoder. */
    readonly throughAutoencoder?: Readonly<Record<Attribute, number>>;
  };
}

const components = 64;

export async function runEvaluation(options: EvaluationOptions): Promise<Evaluation> {
  const { evaluationFolder: folder } = options;
  const captions = await readCaptions(folder);
  const judge = await AttributeClassifier.open(join(folder, 'attribute-classifier'));
  const clip = await ClipSpace.open(options.modelFolder, join(folder, 'clip-text-projection.safetensors'));
  try {
    const features = async (pictures: readonly Pixels[]) => {
      const found: number[][] = [];
      for (const picture of pictures) found.push(await clip.ofPicture(picture));
      return found;
    };
    options.onProgress(0, 'reading the drawings');
    const own = await features(await readDrawings(folder, 'a'));
    const others = await features(await readDrawings(folder, 'b'));
    const basis = principalAxes(others, components);
    const reference = project(others, basis);
    const texts: number[][] = [];
    for (const caption of captions) texts.push(await clip.ofText(caption.text));
    const floor = {
      frechet: frechetDistance(project(own, basis), reference),
      clipScore: own.reduce((sum, embedding, i) => sum + cosine(embedding, texts[i] ?? []), 0) / own.length,
      classifier: judge.accuracyOnDrawings,
      ...(judge.accuracyThroughAutoencoder && { throughAutoencoder: judge.accuracyThroughAutoencoder }),
    };

    const total = options.guidanceScales.length * options.captions + 2 * (options.bestCaptions - options.captions);
    let painted = 0;
    async function row(guidanceScale: number, count: number): Promise<EvaluationRow> {
      const embeddings: number[][] = [];
      const right = Object.fromEntries(attributes.map((name) => [name, { hits: 0, of: 0 }])) as Record<
        Attribute,
        { hits: number; of: number }
      >;
      let [score, withheld] = [0, 0];
      for (const [index, caption] of captions.slice(0, count).entries()) {
        const { steps, sampler } = options;
        const picture = await paintCached(options, {
          prompt: caption.text,
          seed: index,
          steps,
          sampler,
          guidanceScale,
        });
        painted += 1;
        options.onProgress(painted / total, `guidance ${guidanceScale}, caption ${index + 1} of ${count}`);
        if (!picture) {
          withheld += 1;
          continue;
        }
        const embedding = await clip.ofPicture(picture);
        embeddings.push(embedding);
        score += cosine(embedding, texts[index] ?? []);
        const reading = judge.read(picture);
        for (const [name, value] of Object.entries(caption.stated) as [Attribute, string][]) {
          if (!right[name]) continue;
          right[name].of += 1;
          if (reading[name] === value) right[name].hits += 1;
        }
      }
      const accuracy = Object.fromEntries(
        attributes.map((name) => [name, right[name].of === 0 ? 0 : right[name].hits / right[name].of]),
      );
      return {
        guidanceScale,
        pictures: embeddings.length,
        clipScore: score / Math.max(1, embeddings.length),
        frechet: embeddings.length > 1 ? frechetDistance(project(embeddings, basis), reference) : Number.NaN,
        accuracy: accuracy as Record<Attribute, number>,
        withheld,
      };
    }

    const rows: EvaluationRow[] = [];
    for (const guidanceScale of options.guidanceScales) rows.push(await row(guidanceScale, options.captions));
    const curve = [...rows];
    if (options.bestCaptions > options.captions) {
      const best = [...rows].sort((a, b) => meanAccuracy(b) - meanAccuracy(a)).slice(0, 2);
      painted -= 2 * options.captions;
      for (const { guidanceScale } of best) {
        const index = rows.findIndex((candidate) => candidate.guidanceScale === guidanceScale);
        rows[index] = await row(guidanceScale, options.bestCaptions);
      }
    }
    return { rows, curve, floor };
  } finally {
    await clip.close();
  }
}

export function meanAccuracy(row: EvaluationRow): number {
  return attributes.reduce((sum, name) => sum + row.accuracy[name], 0) / attributes.length;
}
