// One category of a list of refused words, the built-in one's or an operator's.

export interface FilterCategory {
  readonly category: string;
  readonly from: 'standard' | 'strict';
  readonly phrases: readonly string[];
  /** These count in the prompt alone: in a negative prompt people write them to keep such pictures away. */
  readonly onlyInPrompt?: readonly string[] | undefined;
  /** Works, legends and feasts: in a text that names one, the words that tell its story do not count. */
  readonly stories?: readonly { readonly of: readonly string[]; readonly words: readonly string[] }[] | undefined;
  /**
   * Harmless phrases that have one of these words in them: there it does not count. A second one in the same text still does, and so does one
   * that a comma parts from the rest ("nude, heels"), unless the phrase here has that comma.
   */
  readonly unless?: readonly string[] | undefined;
}
