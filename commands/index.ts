// The list of commands; nothing else.

import type { Command } from '../src/discord/define-command.ts';
import { about } from './about.ts';
import { help } from './help.ts';
import { imagine } from './imagine.ts';
import { queue } from './queue.ts';

export const commands: readonly Command[] = [imagine, queue, help, about];
