// Dates, sizes and names as Discord's client words them. Pure functions.

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** @type {[limitSeconds: number, unitSeconds: number, unit: Intl.RelativeTimeFormatUnit][]} */
const UNITS = [
  [MINUTE, 1, 'second'],
  [HOUR, MINUTE, 'minute'],
  [DAY, HOUR, 'hour'],
  [30 * DAY, DAY, 'day'],
  [365 * DAY, 30 * DAY, 'month'],
  [Number.POSITIVE_INFINITY, 365 * DAY, 'year'],
];

/** @param {Date} date @param {Date} [now] @returns {string} for example "in 2 minutes" */
export function relativeTime(date, now = new Date()) {
  const seconds = Math.round((date.getTime() - now.getTime()) / 1000);
  const [, unitSeconds, unit] = UNITS.find(([limit]) => Math.abs(seconds) < limit) ?? [
    0,
    1,
    /** @type {const} */ ('second'),
  ];
  return new Intl.RelativeTimeFormat('en', { numeric: 'auto' }).format(Math.trunc(seconds / unitSeconds), unit);
}

/** @type {Record<string, Intl.DateTimeFormatOptions>} Discord's timestamp styles but R, which is relative. */
const STYLES = {
  t: { timeStyle: 'short' },
  T: { timeStyle: 'medium' },
  d: { dateStyle: 'short' },
  D: { dateStyle: 'long' },
  f: { dateStyle: 'long', timeStyle: 'short' },
  F: { dateStyle: 'full', timeStyle: 'short' },
};

/** @param {Date} date @param {string} style one of t T d D f F R @returns {string} */
export function timestamp(date, style) {
  if (style === 'R') return relativeTime(date);
  return new Intl.DateTimeFormat(undefined, STYLES[style] ?? STYLES.f).format(date);
}

/** @param {Date} date @param {Date} [now] @returns {string} the stamp beside an author's name */
export function messageTime(date, now = new Date()) {
  const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' }).format(date);
  if (date.toDateString() === now.toDateString()) return time;
  const yesterday = new Date(now);
  yesterday.setDate(now.getDate() - 1);
  if (date.toDateString() === yesterday.toDateString()) return `Yesterday at ${time}`;
  return new Intl.DateTimeFormat(undefined, { dateStyle: 'short', timeStyle: 'short' }).format(date);
}

/** @param {Date} date @returns {string} the label between two days */
export function dayLabel(date) {
  return new Intl.DateTimeFormat(undefined, { dateStyle: 'long' }).format(date);
}

/** @param {number} bytes @returns {string} */
export function fileSize(bytes) {
  if (bytes < 1024) return `${bytes} bytes`;
  const [amount, unit] = bytes < 1024 ** 2 ? [bytes / 1024, 'KB'] : [bytes / 1024 ** 2, 'MB'];
  return `${amount.toFixed(2)} ${unit}`;
}

/** @param {number | null | undefined} color 24-bit RGB @returns {string | null} */
export function cssColor(color) {
  return typeof color === 'number' ? `#${color.toString(16).padStart(6, '0')}` : null;
}

/** The golden angle: neighbouring numbers get colours far apart. */
const GOLDEN_ANGLE = 137.5;

/** @param {string} id of digits @returns {number} a hue in degrees, the same for the same id */
export function hueOf(id) {
  return Math.round((Number(id.slice(-4)) * GOLDEN_ANGLE) % 360) || 0;
}
