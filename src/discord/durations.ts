// Times as people read them: coarse durations, and Discord's own time stamps that show in the reader's time zone.

import type { Catalogue } from '../texts/index.ts';

/** Rounded so that it does not twitch: 5 s below a minute, whole minutes below 90, else hours. */
export function sayDuration(texts: Catalogue, ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  if (seconds < 10) return texts.time.seconds(seconds);
  if (seconds < 55) return texts.time.seconds(Math.round(seconds / 5) * 5);
  if (seconds < 90 * 60) return texts.time.minutes(Math.max(1, Math.round(seconds / 60)));
  return texts.time.hours(Math.round(seconds / 360) / 10);
}

/** `<t:…>` in Discord's styles: f date and time, R relative. */
export function sayTime(unixMs: number, style: 'f' | 'R' = 'f'): string {
  return `<t:${Math.floor(unixMs / 1000)}:${style}>`;
}
