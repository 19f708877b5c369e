// The list of commands; nothing else.

import type { Command } from '../src/discord/define-command.ts';
import { about } from './about.ts';
import { admin } from './admin.ts';
import { checkOrigin } from './check-origin.ts';
import { favourites } from './favourites.ts';
import { grid } from './grid.ts';
import { help } from './help.ts';
import { history } from './history.ts';
import { imagine } from './imagine.ts';
import { models } from './models.ts';
import { pictureInfo } from './picture-info.ts';
import { privacy } from './privacy.ts';
import { queue } from './queue.ts';
import { remixMessage } from './remix-message.ts';
import { reportMessage } from './report-message.ts';
import { settings } from './settings.ts';
import { show } from './show.ts';
import { verify } from './verify.ts';

export const commands: readonly Command[] = [
  imagine,
  grid,
  show,
  history,
  favourites,
  settings,
  models,
  queue,
  help,
  about,
  verify,
  privacy,
  admin,
  remixMessage,
  pictureInfo,
  checkOrigin,
  reportMessage,
];
