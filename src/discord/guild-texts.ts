// The language of what a whole server reads (mod-log cards, notices): the one its moderators chose, else the one Discord has for it.

import type { GuildSettings } from '../store/guild-settings.ts';
import { type Catalogue, textsFor } from '../texts/index.ts';
import type { Facts } from './facts.ts';

export function guildTexts({ facts, guild }: { readonly facts: Facts; readonly guild: GuildSettings }): Catalogue {
  return textsFor(guild.locale ?? facts.guildLocale);
}
