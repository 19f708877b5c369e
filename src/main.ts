#!/usr/bin/env node

// The command line: one table of subcommands (src/cli/index.ts). A composition root: the only place, with the launcher and the
// workers, that reads the environment.

import { type CliContext, helpText, parseWords } from './cli/cli-command.ts';
import { cliCommands } from './cli/index.ts';
import { loadEnvironment } from './config/load-environment.ts';
import { parseConfig } from './config/parse-config.ts';
import { EaselError } from './errors.ts';
import { createLogger } from './observability/logger.ts';

function overview(): string {
  const width = Math.max(...cliCommands.map((command) => command.name.length)) + 2;
  return [
    'Easel: a self-hosted Discord bot that paints with Stable Diffusion.',
    '',
    'Usage: npm run easel -- <command> [options]',
    '',
    ...cliCommands.map((command) => `  ${command.name.padEnd(width)}${command.summary}`),
    '',
    'Every command explains itself with --help.',
  ].join('\n');
}

/** Runs one command and returns the exit code. Failures print one readable line; `EASEL_LOG_LEVEL=debug` adds the stack. */
export async function main(words: readonly string[], signal: AbortSignal): Promise<number> {
  const [name, ...rest] = words;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    console.log(overview());
    return name === undefined ? 2 : 0;
  }
  const command = cliCommands.find((candidate) => candidate.name === name);
  if (!command) {
    console.error(
      `Expected one of ${cliCommands.map((one) => one.name).join(', ')} but received ${JSON.stringify(name)}`,
    );
    return 2;
  }
  let debug = false;
  try {
    const { values, positionals } = parseWords(command, rest);
    if (values.help) {
      console.log(helpText(command));
      return 0;
    }
    const environment = loadEnvironment();
    if (!command.isService) {
      environment.EASEL_LOG_FORMAT ??= 'text';
      environment.EASEL_LOG_LEVEL ??= 'warn';
    }
    const config = parseConfig(environment);
    debug = config.EASEL_LOG_LEVEL === 'debug' || config.EASEL_LOG_LEVEL === 'trace';
    const logger = createLogger({
      level: config.EASEL_LOG_LEVEL,
      format: config.EASEL_LOG_FORMAT,
      role: name,
      logPrompts: config.EASEL_LOG_PROMPTS,
    });
    const context: CliContext = { config, environment, logger, signal, print: (line) => console.log(line) };
    return await command.run(context, values, positionals);
  } catch (error) {
    if (!(error instanceof EaselError)) {
      console.error(error instanceof Error && debug ? error.stack : `Unexpected failure: ${String(error)}`);
      return 1;
    }
    if (error.code === 'cancelled') {
      console.error('Cancelled.');
      return 130;
    }
    console.error(
      error.code === 'bad-config' ? `Configuration:\n${error.message}` : `${error.message} (${error.code})`,
    );
    if (debug) console.error(error.stack, error.cause ?? '');
    return error.code === 'bad-request' || error.code === 'bad-config' ? 2 : 1;
  }
}

const stop = new AbortController();
let interrupts = 0;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    interrupts += 1;
    if (interrupts === 1) stop.abort();
    else if (interrupts === 3) process.exit(130);
  });
}
process.exit(await main(process.argv.slice(2), stop.signal));
