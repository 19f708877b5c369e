// Discord's refusals that are part of normal life, sorted by what delivery does next.
// Codes: https://docs.discord.com/developers/topics/opcodes-and-status-codes

import { DiscordAPIError, HTTPError, RateLimitError } from 'discord.js';

export type Refusal =
  /** The interaction's token is over or was never acknowledged: use the bot's. */
  | 'token-over'
  /** The message or its channel is gone or out of reach: use another place. */
  | 'out-of-reach'
  | 'too-large'
  /** AutoMod or a content rule: say less. */
  | 'content'
  /** Understood and refused; the same request will be refused again. */
  | 'final'
  /** Discord is away, slow or busy. */
  | 'try-again';

const tokenOver = new Set([50027, 10015, 10062]);
/** Unknown channel, message, user; missing access, permissions; cannot DM; archived thread; edits of old messages; wrong channel kind. */
const outOfReach = new Set([10003, 10008, 10013, 50001, 50005, 50007, 50013, 50083, 50024, 30046, 40333, 50278]);
/** Write limits of a channel or server, DMs opened too fast. */
const busy = new Set([20016, 20028, 20029, 40003, 20022]);

export function refusalOf(error: unknown): Refusal {
  if (error instanceof DiscordAPIError) {
    const code = Number(error.code);
    if (tokenOver.has(code) || error.status === 401) return 'token-over';
    if (outOfReach.has(code)) return 'out-of-reach';
    if (code === 40005 || error.status === 413) return 'too-large';
    if (code === 200000 || code === 200001 || code === 240000) return 'content';
    if (busy.has(code) || error.status === 429 || error.status >= 500) return 'try-again';
    if (error.status === 403 || error.status === 404) return 'out-of-reach';
    return 'final';
  }
  if (error instanceof HTTPError && error.status === 413) return 'too-large';
  if (error instanceof RateLimitError) return 'try-again';
  return 'try-again'; // no answer at all: refused connections, resets, timeouts
}
