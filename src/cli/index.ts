// The list of subcommands; nothing else. A new one is one file and one line.

import type { CliCommand } from './cli-command.ts';

export const cliCommands: readonly CliCommand[] = [];
