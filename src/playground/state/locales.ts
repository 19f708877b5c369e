// The language of a member's client, and what is shown in it. https://docs.discord.com/developers/reference#locales

import type { World } from '../state.ts';

/** Those that the page offers; a client may have any of Discord's. */
export const LOCALES = [
  { code: 'en-US', name: 'English' },
  { code: 'de', name: 'Deutsch' },
  { code: 'fr', name: 'Français' },
  { code: 'es-ES', name: 'Español' },
  { code: 'es-419', name: 'Español (Latinoamérica)' },
  { code: 'ja', name: '日本語' },
] as const;

/** Where a command has no name in a language, Discord takes that of the sister language before the default. */
const SISTERS: Readonly<Record<string, string>> = { 'en-US': 'en-GB', 'en-GB': 'en-US', 'es-419': 'es-ES' };

export function localeOf(world: World, userId: string): string {
  return world.users.get(userId)?.locale ?? 'en-US';
}

export function setLocale(world: World, userId: string, locale: string): void {
  const user = world.users.get(userId);
  if (!user || user.locale === locale) return;
  user.locale = locale;
  world.emit({ type: 'locale', userId });
}

export function localized(
  text: string,
  localizations: Readonly<Record<string, string>> | null | undefined,
  locale: string,
): string {
  return localizations?.[locale] ?? localizations?.[SISTERS[locale] ?? ''] ?? text;
}
