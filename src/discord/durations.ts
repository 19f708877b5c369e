// Times as people read them: coarse durations, and Discord's own time stamps that show in the reader's time zone.

import type { APIApplicationCommandOptionChoice } from 'discord-api-types/v10';
import type { Catalogue } from '../texts/index.ts';

/** Rounded so that it does not twitch: 5 s below a minute, whole minutes below 90, else hours. */
export function sayDuration(texts: Catalogue, ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  if (seconds < 10) return texts.time.seconds(seconds);
  if (seconds < 55) return texts.time.seconds(Math.round(seconds / 5) * 5);
  if (seconds < 90 * 60) return texts.time.minutes(Math.max(1, Math.round(seconds / 60)));
  return texts.time.hours(Math.round(seconds / 360) / 10);
}

/** `<t:…>` in Discord's styles: f date and time, D date, R relative. */
export function sayTime(unixMs: number, style: 'f' | 'D' | 'R' = 'f'): string {
  return `<t:${Math.floor(unixMs / 1000)}:${style}>`;
}

const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const longestMs = 366 * 86_400_000;

/** "90 min", "2h", "7 days", "1w": one minute to a year, in milliseconds; null where it is none. */
export function parseDuration(text: string): number | null {
  const [, amount, unit] = /^\s*(\d{1,6})\s*([a-z]*)\s*$/i.exec(text) ?? [];
  const known = /^(m|min|mins|minutes?)$/i.test(unit ?? '') || /^(h|hours?|d|days?|w|weeks?)$/i.test(unit ?? '');
  const perUnit = known ? unitMs[unit?.[0]?.toLowerCase() ?? ''] : undefined;
  const ms = perUnit === undefined ? 0 : Number(amount) * perUnit;
  return ms >= 60_000 && ms <= longestMs ? ms : null;
}

const usual = ['10 m', '1 h', '6 h', '1 d', '3 d', '7 d', '30 d', '90 d'] as const;

/** Usual durations, or what was typed where it is one. */
export function suggestDurations(texts: Catalogue, typed: string): APIApplicationCommandOptionChoice[] {
  const days = (ms: number) => (ms % 86_400_000 === 0 ? texts.time.days(ms / 86_400_000) : sayDuration(texts, ms));
  const ms = parseDuration(typed);
  if (ms !== null) return [{ name: days(ms), value: typed.trim() }];
  return usual.map((value) => ({ name: days(parseDuration(value) ?? 0), value }));
}
