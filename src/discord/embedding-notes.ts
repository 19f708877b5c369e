// What a member is told whose prompt names an embedding that does not fit the model: it was read as words.

import type { Ground } from './behaviour.ts';
import { shorten } from './message-body.ts';

const mostNotes = 3;

function isIn(text: string, name: string): boolean {
  const escaped = name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return new RegExp(`(?<![\\p{L}\\p{N}_-])${escaped}(?![\\p{L}\\p{N}_-])`, 'iu').test(text);
}

export function embeddingNotes(
  { installation, texts }: Pick<Ground, 'installation' | 'texts'>,
  { prompt, negativePrompt, modelHash }: { prompt: string; negativePrompt: string; modelHash: string },
): string[] {
  return installation.offers
    .embeddings(modelHash)
    .flatMap(({ name, unfit }) =>
      unfit && isIn(`${prompt}\n${negativePrompt}`, name)
        ? [shorten(texts.loras.embedding(name.slice(0, 40).replace(/`/g, 'ˋ'), texts.loras.reasons[unfit.reason]), 200)]
        : [],
    )
    .slice(0, mostNotes);
}
