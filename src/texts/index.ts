// The list of languages. A new one is a file shaped like en.ts and a line here; Discord's locale picks it.

import type { Locale } from 'discord-api-types/v10';
import { de } from './de.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import { ja } from './ja.ts';
import { complete, type Partially } from './partial.ts';

export type Catalogue = typeof en;
/** What a language file satisfies: a text that is missing there is said in English. */
export type Translation = Partially<Catalogue>;

const spanish = complete(en, es);

/** Discord locale -> texts. Locales that are not listed get English. */
const catalogues: ReadonlyMap<string, Catalogue> = new Map<`${Locale}`, Catalogue>([
  ['de', complete(en, de)],
  ['fr', complete(en, fr)],
  ['es-ES', spanish],
  ['es-419', spanish],
  ['ja', complete(en, ja)],
]);

/** What a server may choose to be spoken to in: Discord locale -> the language's own name. */
export const languages: Readonly<Record<string, string>> = {
  'en-US': 'English',
  de: 'Deutsch',
  fr: 'Français',
  'es-ES': 'Español',
  ja: '日本語',
};

export function textsFor(locale: string | null | undefined): Catalogue {
  return catalogues.get(locale ?? '') ?? en;
}

/** One text in every language that says it otherwise than English, as Discord wants localisations. */
export function localizations(pick: (texts: Catalogue) => string): Partial<Record<`${Locale}`, string>> {
  const english = pick(en);
  const own = [...catalogues].map(([locale, texts]) => [locale, pick(texts)] as const);
  return Object.fromEntries(own.filter(([, text]) => text !== english));
}
