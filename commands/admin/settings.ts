// /admin settings: what a server decides for itself, within the operator's limits, in one panel.

import { defineSubcommand } from '../../src/discord/define-command.ts';
import { showPanel } from '../components/settings-panel.ts';

export const settings = defineSubcommand({
  words: (texts) => texts.commands.admin.subcommands.settings,
  options: {},
  needs: 'manage',
  first: 'private',
  handle: (stage) => showPanel(stage, 'places'),
});
