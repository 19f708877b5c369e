// Failures carry an English sentence up from layers that know no languages, and through the queue. Here it meets its translation.

import { en } from './en.ts';
import type { Catalogue } from './index.ts';

const keyOf = new Map(
  Object.entries(en.failures).map(([key, sentence]) => [sentence, key as keyof typeof en.failures]),
);

/** @param sentence an `EaselError.userMessage`; one that is not in the catalogue (made from texts already) is said as it is */
export function sayFailure(texts: Catalogue, sentence: string): string {
  const key = keyOf.get(sentence);
  return key === undefined ? sentence : texts.failures[key];
}
