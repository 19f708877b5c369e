// /favourites: leafs through the pictures marked with a heart, the newest mark first.

import { defineCommand } from '../src/discord/define-command.ts';
import { showPage } from './components/album.ts';

export const favourites = defineCommand({
  words: (texts) => texts.commands.favourites,
  options: {},
  first: 'private',
  handle: (stage) => showPage(stage, 'f', 0, 'older'),
});
