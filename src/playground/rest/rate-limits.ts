// Rate limits as Discord applies them: one global allowance per second for the bot token, buckets per route and channel or
// webhook, and a ban for too many invalid requests. https://docs.discord.com/developers/topics/rate-limits
// Discord publishes no numbers for buckets; these are the ones seen in its headers in practice. Clients must read the headers.

import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';

export interface Allowance {
  limit: number;
  windowMs: number;
}

export type BucketName =
  | 'message-create'
  | 'message-edit'
  | 'message-delete'
  | 'bulk-delete'
  | 'reaction'
  | 'webhook'
  | 'commands'
  | 'other';

export interface RateLimits {
  /** Requests a second over everything but interaction callbacks and interaction webhooks. */
  global: number;
  buckets: Record<BucketName, Allowance>;
  /** 401, 403 and 429 answers in ten minutes before the address is banned. */
  invalidRequests: number;
}

export const DEFAULT_RATE_LIMITS: RateLimits = {
  global: 50,
  invalidRequests: 10_000,
  buckets: {
    'message-create': { limit: 5, windowMs: 5000 },
    'message-edit': { limit: 5, windowMs: 5000 },
    'message-delete': { limit: 5, windowMs: 1000 },
    'bulk-delete': { limit: 1, windowMs: 1000 },
    reaction: { limit: 1, windowMs: 250 },
    webhook: { limit: 5, windowMs: 2000 },
    commands: { limit: 5, windowMs: 20_000 },
    other: { limit: 10, windowMs: 10_000 },
  },
};

export interface Verdict {
  headers: Record<string, string>;
  /** Present when the request must not be carried out. */
  refused?: { retryAfterS: number; isGlobal: boolean };
}

interface Window {
  used: number;
  endsAt: number;
}

const INVALID_WINDOW_MS = 10 * 60_000;
const MAX_WINDOWS = 10_000;

export class RateLimiter {
  readonly limits: RateLimits;
  readonly #clock: Clock;
  readonly #windows = new Map<string, Window>();
  #global: Window = { used: 0, endsAt: 0 };
  #invalid: Window = { used: 0, endsAt: 0 };

  constructor(clock: Clock, limits: RateLimits) {
    this.#clock = clock;
    this.limits = limits;
  }

  /** Counts one request. `major` is the channel or webhook that the bucket belongs to. */
  take(bucket: BucketName, major: string, countsGlobally: boolean): Verdict {
    const now = this.#clock.now();
    if (countsGlobally) {
      if (this.#global.endsAt <= now) this.#global = { used: 0, endsAt: now + 1000 };
      if (this.#global.used >= this.limits.global) return refusal({}, this.#global.endsAt - now, 'global');
      this.#global.used += 1;
    }
    const { limit, windowMs } = this.limits.buckets[bucket];
    const key = `${bucket}:${major}`;
    let window = this.#windows.get(key);
    if (!window || window.endsAt <= now) {
      if (this.#windows.size >= MAX_WINDOWS) this.#sweep(now);
      window = { used: 0, endsAt: now + windowMs };
      this.#windows.set(key, window);
    }
    const isFull = window.used >= limit;
    if (!isFull) window.used += 1;
    const headers = {
      'X-RateLimit-Limit': String(limit),
      'X-RateLimit-Remaining': String(limit - window.used),
      'X-RateLimit-Reset': (window.endsAt / 1000).toFixed(3),
      'X-RateLimit-Reset-After': ((window.endsAt - now) / 1000).toFixed(3),
      'X-RateLimit-Bucket': createHash('sha1').update(bucket).digest('hex').slice(0, 32),
    };
    return isFull ? refusal(headers, window.endsAt - now, 'user') : { headers };
  }

  countInvalid(): void {
    const now = this.#clock.now();
    if (this.#invalid.endsAt <= now) this.#invalid = { used: 0, endsAt: now + INVALID_WINDOW_MS };
    this.#invalid.used += 1;
  }
  get invalidRequests(): number {
    return this.#invalid.endsAt > this.#clock.now() ? this.#invalid.used : 0;
  }
  get isBanned(): boolean {
    return this.invalidRequests >= this.limits.invalidRequests;
  }

  #sweep(now: number): void {
    for (const [key, window] of this.#windows) if (window.endsAt <= now) this.#windows.delete(key);
  }
}

function refusal(headers: Record<string, string>, waitMs: number, scope: 'user' | 'global'): Verdict {
  const retryAfterS = Math.ceil(waitMs) / 1000;
  const isGlobal = scope === 'global';
  return {
    headers: {
      ...headers,
      'Retry-After': retryAfterS.toFixed(3),
      'X-RateLimit-Scope': scope,
      ...(isGlobal && { 'X-RateLimit-Global': 'true' }),
    },
    refused: { retryAfterS, isGlobal },
  };
}
