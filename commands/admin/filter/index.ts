// /admin filter: what a server adds to the shipped list, on prompt and negative prompt alike.

import type { SubcommandGroup } from '../../../src/discord/define-command.ts';
import { filterAdd } from './add.ts';
import { filterList } from './list.ts';
import { filterRemove } from './remove.ts';
import { filterTest } from './test.ts';

export const filter: SubcommandGroup = {
  words: (texts) => texts.commands.admin.subcommands.filter,
  subcommands: [filterAdd, filterRemove, filterList, filterTest],
};
