// The list of subcommands; nothing else. A new one is one file and one line.

import { backup } from './backup.ts';
import { bench } from './bench.ts';
import { bot } from './bot.ts';
import type { CliCommand } from './cli-command.ts';
import { conformance } from './conformance.ts';
import { deliver } from './deliver.ts';
import { doctor } from './doctor.ts';
import { evaluate } from './evaluate.ts';
import { gallery } from './gallery.ts';
import { imagine } from './imagine.ts';
import { importCommand } from './import.ts';
import { models } from './models.ts';
import { prove } from './prove.ts';
import { pull } from './pull.ts';
import { restore } from './restore.ts';
import { start } from './start.ts';
import { trace } from './trace.ts';
import { watermark } from './watermark.ts';
import { worker } from './worker.ts';

export const cliCommands: readonly CliCommand[] = [
  start,
  imagine,
  importCommand,
  pull,
  models,
  bot,
  worker,
  deliver,
  watermark,
  trace,
  backup,
  restore,
  doctor,
  conformance,
  evaluate,
  gallery,
  bench,
  prove,
];
