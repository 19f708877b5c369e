// The adapters of one model: what an operator's folders hold for it, and the variant that a prompt asks for.

import type { LoraMention } from '../diffusion/prompt-loras.ts';
import { EaselError } from '../errors.ts';
import { type Embeddings, embeddingEndings, openEmbeddings } from './embedding-file.ts';
import { readGraphWeights } from './graph-weights.ts';
import { type FoundLora, listLoras, lookOf, loraEndings } from './lora-folder.ts';
import { createVariants, type Variant } from './lora-variants.ts';

export interface AdapterOptions {
  /** Folder of LoRA files; need not exist. */
  readonly loras: string;
  /** Folder of textual inversion files; need not exist. */
  readonly embeddings?: string;
  /** Where merged variants are kept. */
  readonly cache: string;
  /** How many variants stay on disk. */
  readonly mostVariants: number;
  /** How often the folders are looked at for files that came, went or changed. Milliseconds; default 15 s. */
  readonly lookEveryMs?: number;
}

export interface Adapters {
  /** As last read: by name, those that do not fit with their reason. */
  loras(): readonly FoundLora[];
  embeddings(): Embeddings;
  /** Reads a folder again whose files are others than before. @returns what changed */
  refresh(): Promise<{ readonly loras: boolean; readonly embeddings: boolean }>;
  /** Null for no mention. Throws `bad-request`, with a sentence for the member, for one that is not here or does not fit. */
  variantFor(mentions: readonly LoraMention[]): Promise<Variant | null>;
}

export async function openAdapters(
  model: { readonly path: string; readonly hash: string },
  options: AdapterOptions,
): Promise<Adapters> {
  const [unet, textEncoder] = await Promise.all([
    readGraphWeights(model.path, 'unet'),
    readGraphWeights(model.path, 'text_encoder'),
  ]);
  const weights = { unet, text_encoder: textEncoder };
  let seen = { loras: '', embeddings: '' };
  let loras: readonly FoundLora[] = [];
  let embeddings: Embeddings = { found: [], words: null };
  const variants = createVariants({
    modelFolder: model.path,
    modelHash: model.hash,
    weights,
    cacheFolder: options.cache,
    most: options.mostVariants,
  });

  async function refresh() {
    const now = {
      loras: await lookOf(options.loras, loraEndings),
      embeddings: options.embeddings === undefined ? '' : await lookOf(options.embeddings, embeddingEndings),
    };
    const changed = { loras: now.loras !== seen.loras, embeddings: now.embeddings !== seen.embeddings };
    if (changed.loras) loras = await listLoras(options.loras, weights);
    if (changed.embeddings && options.embeddings !== undefined)
      embeddings = await openEmbeddings(options.embeddings, model.path);
    seen = now;
    return changed;
  }

  await refresh();
  return {
    loras: () => loras,
    embeddings: () => embeddings,
    refresh,
    async variantFor(mentions) {
      if (mentions.length === 0) return null;
      const chosen = mentions.map(({ name, weight }) => {
        const lora = loras.find((one) => one.name.toLowerCase() === name.toLowerCase());
        if (!lora)
          throw new EaselError('bad-request', `Expected the LoRA ${name} in ${options.loras} but it is not there`, {
            userMessage: 'A LoRA of this request is not at hand.',
          });
        if (lora.unfit)
          throw new EaselError(
            'bad-request',
            `Expected a LoRA that fits the model for ${name} but it does not: ${lora.unfit.reason} ${lora.unfit.detail}`,
            { userMessage: 'A LoRA of this request does not fit the model.' },
          );
        return { lora, weight };
      });
      return variants.open(chosen);
    },
  };
}
