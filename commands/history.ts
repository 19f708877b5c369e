// /history: leafs through one's own pictures, newest first, for one's own eyes.

import { defineCommand } from '../src/discord/define-command.ts';
import { showPage } from './components/album.ts';

export const history = defineCommand({
  words: (texts) => texts.commands.history,
  options: {},
  first: 'private',
  handle: (stage) => showPage(stage, 'h', 0, 'older'),
});
