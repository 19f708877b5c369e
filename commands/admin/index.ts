// The list of /admin's subcommands; nothing else.

import type { Subcommand, SubcommandGroup } from '../../src/discord/define-command.ts';
import { audit } from './audit.ts';
import { ban } from './ban.ts';
import { bans } from './bans.ts';
import { filter } from './filter/index.ts';
import { serverQueue } from './queue.ts';
import { settings } from './settings.ts';
import { stats } from './stats.ts';
import { takedown } from './takedown.ts';
import { takedowns } from './takedowns.ts';
import { timeout } from './timeout.ts';
import { trace } from './trace.ts';
import { unban } from './unban.ts';

export const adminSubcommands: readonly (Subcommand | SubcommandGroup)[] = [
  settings,
  ban,
  timeout,
  unban,
  bans,
  filter,
  serverQueue,
  audit,
  stats,
  trace,
  takedown,
  takedowns,
];
