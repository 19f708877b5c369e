// The list of languages. A new one is a file shaped like en.ts and a line here; Discord's locale picks it.

import type { Locale } from 'discord-api-types/v10';
import { en } from './en.ts';

export type Catalogue = typeof en;

export const defaultLocale = 'en-US';

/** Discord locale -> texts. Locales that are not listed get English. */
export const catalogues: Partial<Record<`${Locale}`, Catalogue>> = { 'en-US': en };

export function textsFor(locale: string | undefined): Catalogue {
  for (const [name, catalogue] of Object.entries(catalogues)) if (name === locale) return catalogue;
  return en;
}

/** One text in every language but the default, as Discord wants localisations. */
export function localizations(pick: (texts: Catalogue) => string): Partial<Record<`${Locale}`, string>> {
  const result: Partial<Record<`${Locale}`, string>> = {};
  for (const [name, catalogue] of Object.entries(catalogues)) {
    if (name !== defaultLocale) result[name as `${Locale}`] = pick(catalogue);
  }
  return result;
}
