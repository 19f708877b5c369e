// /privacy: what is stored about a member, as a file; and its deletion, after a card that says what goes and what stays.

import { defineCommandGroup } from '../src/discord/define-command.ts';
import { privacyDelete } from './privacy/delete.ts';
import { privacyExport } from './privacy/export.ts';

export const privacy = defineCommandGroup({
  words: (texts) => texts.commands.privacy,
  subcommands: [privacyExport, privacyDelete],
});
