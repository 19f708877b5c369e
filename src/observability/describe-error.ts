// What a log line may say about an error: its kind, code, words and stack. Everything else that libraries hang on their errors stays out:
// discord.js keeps the request (a member's words, an interaction's token in the address), ioredis keeps the command with all its arguments.

const secrets: readonly (readonly [RegExp, string])[] = [
  // Interaction tokens in addresses: /webhooks/<application>/<token> and /interactions/<id>/<token>/callback
  [/(\/(?:webhooks|interactions)\/\d+\/)[^/?\s"']+/g, '$1(hidden)'],
  [/(\bBot )[\w.-]{20,}/g, '$1(hidden)'],
  [/[\w-]{20,}\.[\w-]{6,8}\.[\w-]{27,}/g, '(hidden)'],
  [/(\w+:\/\/)[^\s/@"']*@/g, '$1(hidden)@'],
];

/** Takes tokens and passwords out of a text, wherever they stand. */
export function withoutSecrets(text: string): string {
  return secrets.reduce((clean, [pattern, replacement]) => clean.replace(pattern, replacement), text);
}

export interface ErrorFacts {
  readonly type: string;
  readonly message: string;
  readonly code?: string | number;
  readonly status?: number;
  readonly method?: string;
  /** Of Redis's refusals: which key. Never the values. */
  readonly redisKey?: string;
  readonly stack?: string;
  readonly cause?: ErrorFacts;
}

/** ioredis hangs the whole command on its errors: of one that refused a key's kind of value, the key. */
function keyOf(error: Error): string | null {
  const { command } = error as { command?: { name?: unknown; args?: unknown } };
  if (error.name !== 'ReplyError' || !/^WRONGTYPE|not an integer|not a valid float/.test(error.message)) return null;
  const [first] = Array.isArray(command?.args) ? command.args : [];
  return typeof first === 'string' && !String(command?.name).startsWith('eval') ? first.slice(0, 200) : null;
}

const deepest = 3;

/** pino's serializer for `err`. */
export function describeError(error: unknown, depth = 0): ErrorFacts {
  if (!(error instanceof Error)) return { type: typeof error, message: withoutSecrets(String(error)) };
  const key = keyOf(error);
  const { code, status, method } = error as { code?: unknown; status?: unknown; method?: unknown };
  return {
    type: error.name,
    message: withoutSecrets(error.message),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(typeof status === 'number' ? { status } : {}),
    ...(typeof method === 'string' ? { method } : {}),
    ...(key === null ? {} : { redisKey: key }),
    ...(error.stack === undefined ? {} : { stack: withoutSecrets(error.stack) }),
    ...(error.cause === undefined || depth >= deepest ? {} : { cause: describeError(error.cause, depth + 1) }),
  };
}
