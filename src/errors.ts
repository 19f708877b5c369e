// The one base error. Refusals (moderation, queue full, bad option) are values; an EaselError is a failure.
// Message form after sharp: what was expected, for what, and what came.

/** Stable codes: scripts, metrics and tests may depend on them; never reuse one for another meaning. */
export type ErrorCode =
  | 'bad-config'
  | 'bad-request'
  | 'checkpoint-damaged'
  | 'checkpoint-unsafe'
  | 'checkpoint-unsupported'
  | 'model-missing'
  | 'model-damaged'
  | 'model-without-checker'
  | 'provider-unavailable'
  | 'inference-failed'
  | 'inference-out-of-memory'
  | 'inference-device-lost'
  | 'safety-check-failed'
  | 'watermark-failed'
  | 'image-unreadable'
  | 'image-too-large'
  | 'cancelled'
  | 'queue-unavailable'
  | 'store-unavailable'
  | 'store-corrupt'
  | 'discord-refused'
  | 'delivery-failed'
  | 'download-failed'
  | 'redis-unavailable'
  | 'internal';

export interface EaselErrorOptions {
  /** What a member may read: one plain sentence, no internals. */
  userMessage?: string;
  /** Whether trying the same thing again can help. Default false. */
  retryable?: boolean;
  cause?: unknown;
}

export class EaselError extends Error {
  override readonly name = 'EaselError';
  readonly code: ErrorCode;
  readonly userMessage: string | undefined;
  readonly retryable: boolean;

  constructor(code: ErrorCode, message: string, options: EaselErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.userMessage = options.userMessage;
    this.retryable = options.retryable ?? false;
  }
}

/** Says in sharp's form what was expected, for what, and what came. Long or secret values must be shortened by the caller. */
export function expected(what: string, forWhat: string, received: unknown): string {
  const type = received === null ? 'null' : typeof received;
  const text = typeof received === 'string' ? JSON.stringify(received) : String(received);
  return `Expected ${what} for ${forWhat} but received ${text.length > 120 ? `${text.slice(0, 117)}...` : text} of type ${type}`;
}
