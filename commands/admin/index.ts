// The list of /admin's subcommands; nothing else.

import type { Subcommand } from '../../src/discord/define-command.ts';
import { ban } from './ban.ts';
import { bans } from './bans.ts';
import { settings } from './settings.ts';
import { timeout } from './timeout.ts';
import { trace } from './trace.ts';
import { unban } from './unban.ts';

export const adminSubcommands: readonly Subcommand[] = [settings, ban, timeout, unban, bans, trace];
