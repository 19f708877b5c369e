// Structured logs by pino. Secrets are removed by field name before a line is written; prompts too, unless the operator turned them on.

import { type DestinationStream, type Logger, pino } from 'pino';
import pretty from 'pino-pretty';
import { describeError } from './describe-error.ts';
import { spanIds } from './spans.ts';

export type { Logger } from 'pino';

export interface LoggerOptions {
  level: string;
  /** Name of the process's role: bot, worker, deliver ... */
  role: string;
  logPrompts?: boolean;
  /** Default json. */
  format?: 'json' | 'text';
  /** Default: standard error, so that standard output stays for results. */
  destination?: DestinationStream;
}

const secretFields = ['token', 'interactionToken', 'authorization', 'password', 'secret', 'key', 'redisUrl'];
const promptFields = ['prompt', 'negativePrompt', 'parameters'];

/** Field paths up to three levels deep: `token`, `*.token`, `*.*.token`. */
function paths(names: readonly string[]): string[] {
  return names.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
}

export function createLogger(options: LoggerOptions): Logger {
  const hidden = options.logPrompts ? secretFields : [...secretFields, ...promptFields];
  return pino(
    {
      level: options.level,
      base: { role: options.role, pid: process.pid },
      mixin: spanIds,
      serializers: { err: (error: unknown) => describeError(error) },
      redact: { paths: paths(hidden), censor: '(hidden)' },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    options.destination ?? standardError(options.format),
  );
}

function standardError(format: LoggerOptions['format']): DestinationStream {
  if (format !== 'text') return pino.destination({ dest: 2, sync: true });
  return pretty({
    destination: 2,
    sync: true,
    colorize: process.stderr.isTTY,
    // Who says it stands before what is said; a person's eyes need one line.
    messageFormat: '{role}: {msg}',
    ignore: 'pid,hostname,role',
    singleLine: true,
    translateTime: 'SYS:HH:MM:ss',
  });
}
