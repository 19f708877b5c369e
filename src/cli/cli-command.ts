// What one subcommand of `easel` is, and how its words become values. node:util's parseArgs does the reading.

import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { Config } from '../config/schema.ts';
import { type SamplerId, samplerIds } from '../diffusion/samplers/index.ts';
import { EaselError, expected } from '../errors.ts';
import type { Logger } from '../observability/logger.ts';

export interface CliOption {
  type: 'string' | 'boolean';
  short?: string;
  /** How the value is called in the help, for example `file` or `1-150`. */
  value?: string;
  description: string;
  multiple?: boolean;
}

export interface CliContext {
  readonly config: Config;
  /** What the configuration was parsed from, for child processes. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly logger: Logger;
  /** Fires on the first Ctrl-C. */
  readonly signal: AbortSignal;
  readonly print: (line: string) => void;
}

export type CliValues = Readonly<Record<string, string | boolean | string[] | undefined>>;

export interface CliCommand {
  readonly name: string;
  readonly summary: string;
  /** Runs for hours under a service manager: logs everything as JSON unless told otherwise. The others talk to a person. */
  readonly isService?: true;
  /** Positional arguments as written in the help, for example `<checkpoint>`. */
  readonly positionals?: string;
  readonly options?: Readonly<Record<string, CliOption>>;
  /** Lines shown under "Examples". */
  readonly examples?: readonly string[];
  /** The process's exit code: 0 done, 1 failed, 2 wrong words, 3 refused or withheld by the safety rules. */
  run(context: CliContext, values: CliValues, positionals: readonly string[]): Promise<number>;
}

export function helpText(command: CliCommand): string {
  const options = Object.entries(command.options ?? {}).map(([name, option]) => {
    const short = option.short ? `-${option.short}, ` : '    ';
    return [`  ${short}--${name}${option.value ? ` <${option.value}>` : ''}`, option.description] as const;
  });
  options.push(['  -h, --help', 'show this help']);
  const width = Math.max(...options.map(([left]) => left.length)) + 2;
  return [
    `easel ${command.name} ${command.positionals ?? ''}`.trimEnd(),
    '',
    command.summary,
    '',
    'Options:',
    ...options.map(([left, right]) => left.padEnd(width) + right),
    ...(command.examples ? ['', 'Examples:', ...command.examples.map((line) => `  ${line}`)] : []),
  ].join('\n');
}

/** @throws EaselError `bad-request` that names the word it did not understand. */
export function parseWords(
  command: CliCommand,
  words: readonly string[],
): { values: CliValues; positionals: string[] } {
  const options: NonNullable<ParseArgsConfig['options']> = { help: { type: 'boolean', short: 'h' } };
  for (const [name, option] of Object.entries(command.options ?? {})) {
    options[name] = {
      type: option.type,
      ...(option.short ? { short: option.short } : {}),
      ...(option.multiple ? { multiple: true } : {}),
    };
  }
  try {
    const parsed = parseArgs({ args: [...words], options, allowPositionals: true, strict: true });
    return { values: parsed.values as CliValues, positionals: parsed.positionals };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('. ')[0] : String(cause);
    throw new EaselError('bad-request', `${reason}. See: easel ${command.name} --help`, { cause });
  }
}

/** Reads a number option. @throws EaselError `bad-request` naming option, range and value. */
export function numberOption(
  values: CliValues,
  name: string,
  range: { min: number; max: number; whole?: boolean },
): number | undefined {
  const text = values[name];
  if (text === undefined) return undefined;
  const value = Number(text);
  if (
    text === '' ||
    !Number.isFinite(value) ||
    value < range.min ||
    value > range.max ||
    (range.whole && !Number.isInteger(value))
  ) {
    const kind = range.whole ? 'a whole number' : 'a number';
    throw new EaselError(
      'bad-request',
      `Expected ${kind} from ${range.min} to ${range.max} for --${name} but received ${JSON.stringify(text)}`,
    );
  }
  return value;
}

/** Reads `--sampler`. @throws EaselError `bad-request` that lists the samplers */
export function samplerOption(values: CliValues): SamplerId | undefined {
  const text = values.sampler;
  const sampler = samplerIds.find((id) => id === text);
  if (text !== undefined && sampler === undefined)
    throw new EaselError('bad-request', expected(`one of ${samplerIds.join(', ')}`, '--sampler', text));
  return sampler;
}

export function textOption(values: CliValues, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}
