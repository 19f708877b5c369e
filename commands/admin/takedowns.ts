// /admin takedowns: which pictures are withheld here for their likeness, since when and why, with a way to lift it.

import { defineSubcommand } from '../../src/discord/define-command.ts';
import { showTakedowns } from '../components/lift-takedown.ts';

export const takedowns = defineSubcommand({
  words: (texts) => texts.commands.admin.subcommands.takedowns,
  options: {},
  needs: 'manage',
  first: 'private',
  handle: (stage) => showTakedowns(stage, 0),
});
