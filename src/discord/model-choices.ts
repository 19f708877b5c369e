// Models as autocomplete shows them: name, native size, the default marked.

import type { APIApplicationCommandOptionChoice } from 'discord-api-types/v10';
import type { Catalogue } from '../texts/index.ts';
import { shorten } from './message-body.ts';
import type { Offers } from './offers.ts';

const mostChoices = 25;

export function suggestModelChoices(
  texts: Catalogue,
  offers: Offers,
  typed: string,
): readonly APIApplicationCommandOptionChoice<string>[] {
  const wanted = typed.trim().toLowerCase();
  const standard = offers.defaultModel();
  return offers
    .models()
    .filter(({ name, hash }) => name.toLowerCase().includes(wanted) || (wanted !== '' && hash.startsWith(wanted)))
    .slice(0, mostChoices)
    .map(({ name, hash, nativeSize }) => ({
      name: shorten(`${name} (${nativeSize} px${hash === standard.hash ? `, ${texts.models.standard}` : ''})`, 100),
      value: name.length <= 100 ? name : hash.slice(0, 16),
    }));
}
